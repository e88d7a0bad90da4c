"""Letters and who asked for them."""

from articles.models import Article
from config.newsletter.models import Letter, LetterArticle, Subscriber
from shop.optin.asking import confirm
from tests.conftest import a_shopper
from tests.support.factories import region


def ask(email="Ada@example.org", code="uk", **more):
    return a_shopper().post(f"/{code}/letters/", {"email": email, **more})


def a_subscriber(email="ada@example.org", code="uk") -> Subscriber:
    row = Subscriber.objects.create(email=email, region=region(code))
    confirm(row)
    return row


def a_letter(code="uk", **fields) -> Letter:
    letter = Letter.objects.create(
        region=region(code), subject="What iron has to do with it", words="Two articles.", **fields
    )
    for slug in ("iron-first-questions-for-your-doctor", "low-magnesium-cause-restless-legs"):
        LetterArticle.objects.create(letter=letter, article=Article.objects.get(slug=slug))
    return letter
