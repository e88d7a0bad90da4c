"""What every resource answers with: ids, times, errors."""

import secrets

from shop.payments.sandbox import params as accepted


class Refused(Exception):
    """An answer with an error, as Stripe gives it."""

    def __init__(self, message, *, status=400, code="parameter_invalid", param=None):
        super().__init__(message)
        self.status, self.code, self.param = status, code, param


def new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(16)}"


def stamp(moment) -> int:
    return int(moment.timestamp())


def _check(params, typed_dict):
    try:
        accepted.check(params, typed_dict)
    except accepted.UnknownParameter as error:
        raise Refused(str(error), code="parameter_unknown")
