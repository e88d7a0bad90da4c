"""`make fuzz`: odd requests at every address of the resolver, as strangers and as staff; none may end in an error of ours.

    make fuzz                           2,000 requests on SQLite
    make fuzz REQUESTS=100000 SEED=7    so many, of another seed
    DATABASE_URL=postgres://… make fuzz the same on an empty PostgreSQL database
    make fuzz SMOKE=1                   some seconds of it

What breaks is made as small as it gets by hypothesis, printed, and ends this with 1.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.support.database import ALIKE, lend_to  # noqa: E402

REQUESTS = int(os.environ.get("REQUESTS") or (150 if os.environ.get("SMOKE") else 2000))
SEED = int(os.environ.get("SEED") or 1)


def ready(folder: Path) -> None:
    """A shop with its content in a folder of its own, and Django set up to serve it in this process."""
    os.environ.update(ALIKE, DATA_DIR=str(folder))
    os.environ.setdefault("DATABASE_URL", "")
    if not os.environ["DATABASE_URL"]:
        lend_to(folder)
    subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    import django

    django.setup()
    import logging

    from django.test.utils import setup_test_environment

    logging.disable(
        logging.CRITICAL
    )  # a stranger's nonsense is told in the log; here only what breaks counts
    setup_test_environment()


def search() -> int:
    """How many requests were asked. Raises what hypothesis found."""
    from django.test import Client
    from hypothesis import HealthCheck, given, seed, settings
    from hypothesis import strategies as st

    from tests.support.factories import an_order_at_stripe, variant
    from tests.support.hostile import HEADERS, VALUES, addresses, filled, names_read
    from tests.support.staff import signed_in

    order, session = an_order_at_stripe()
    there = {
        "region": "uk", "slug": variant().product.slug, "token": order.token, "pk": "1", "code": "uk", "one": "uk",
        "other": "us", "kind": "product", "key": variant().product.slug, "page": "delivery", "number": order.number,
        "object_id": "1", "session_id": session.pk, "sku": "CIT-CAP-90", "content_type_id": "1",
    }  # fmt: skip
    routes = [route for route in addresses() if "logout" not in route and "password" not in route]
    names = names_read()
    odd = st.one_of(
        st.sampled_from(VALUES), st.text(max_size=30), st.integers().map(str), st.dates().map(str)
    )
    forms = st.dictionaries(st.sampled_from(names), odd, max_size=8)
    asked = []

    @seed(SEED)
    @settings(max_examples=REQUESTS, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(
        st.sampled_from(routes), st.sampled_from(["get", "post", "head", "put", "options"]), forms, forms,
        st.one_of(st.just({}), st.sampled_from(HEADERS)), st.sampled_from(["", "Writer", "Orders", "Owner"]), st.booleans(),
    )  # fmt: skip
    def no_request_breaks(route, method, query, form, headers, role, is_odd):
        client = signed_in(role) if role else Client(SERVER_NAME="127.0.0.1")
        client.raise_request_exception = False
        values = {**there, **{name: value for name, value in query.items() if is_odd and name in there}}
        headers = {name: value for name, value in headers.items() if name != "CONTENT_TYPE"}
        address = filled(route, values).encode("utf-8", "replace").decode()
        send = getattr(client, method)
        data = form if method == "post" else None
        answer = (
            send(address, data, query_params=query, **headers)
            if data
            else send(address, query_params=query, **headers)
        )
        asked.append(answer.status_code)
        assert answer.status_code < 500 or answer.status_code == 503, (method, address, answer.status_code)

    no_request_breaks()
    return len(asked)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="fellbrook-fuzz-") as name:
        ready(Path(name))
        from django.conf import settings

        database = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
        count = search()
        print(f"{count:,} requests of seed {SEED} on {database}: none ended in an error of the server.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
