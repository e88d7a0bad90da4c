"""An article’s page in the admin: what its forms send, and what readers read."""

from tests.conftest import a_shopper
from tests.support.staff import fields_of

SLUG = "citrate-glycinate-oxide-label-guide"


def article_page(article):
    return f"/admin/articles/article/{article.pk}/change/"


def form(draft):
    return f"/admin/articles/version/{draft.pk}/change/"


def act(client, article, action, **fields):
    return client.post(article_page(article), {"action": action, **fields})


def begin(client, article):
    assert act(client, article, "edit").status_code == 302
    return article.draft


def save(client, draft, **changes):
    sent = {**fields_of(client.get(form(draft)).content.decode()), "_continue": "1", **changes}
    return client.post(form(draft), sent)


def reads(code="uk"):
    return a_shopper().get(f"/{code}/articles/{SLUG}/").content.decode()
