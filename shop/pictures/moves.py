"""What a change of a picture shows in: where the rows that use it do (shop.content.moves)."""

from shop.content.models import MANY, Content
from shop.content.moves import Moves, scopes_of
from shop.content.scopes import HOME_PICTURE, SITE
from shop.pictures.models import Role, foreign_keys

PLACES: dict[str, str] = {Role.HOME: HOME_PICTURE, Role.GUARANTEE: SITE}


def _picture(rows, changed) -> set[str]:
    scopes = {PLACES[row.role] for row in rows if row.role in PLACES}
    for model, name in foreign_keys():
        users = list(model._base_manager.filter(**{f"{name}__in": {row.pk for row in rows}})[: MANY + 1])
        if len(users) > MANY or (users and not issubclass(model, Content)):
            return {SITE}
        scopes |= scopes_of(model, users, {f"{name}_id"})
    return scopes


MOVES = {"Picture": Moves(_picture, unseen=frozenset({"title", "failed", "source_hash"}))}
