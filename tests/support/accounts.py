"""A shopper who signs in by the link that was mailed."""

import re

from shop.outbox.keys import sign_in_kind
from shop.outbox.models import Mail
from tests.support.factories import post_with_token

PAGE = "/uk/account/"


def asked(client, email="Ada@Example.org"):
    return post_with_token(client, PAGE, f"{PAGE}link/", {"email": email})


def mailed():
    mail = Mail.objects.filter(key__startswith=sign_in_kind()).order_by("-pk").first()
    return re.search(r"http://127\.0\.0\.1:8000(/account/[\w-]+/)", mail.text).group(1)


def entered(client, email="Ada@Example.org"):
    asked(client, email)
    page = mailed()
    return post_with_token(client, page, page, {})
