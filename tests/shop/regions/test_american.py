"""What a shopper in the US reads is spelled as there."""

import html
import re

import pytest

from articles.models import Article, Author, Topic, Version
from config.pages.help import PAGES
from shop.catalogue.models import Collection, Product
from shop.orders.fulfil import cancel_packs, send_parcel
from shop.orders.mails import order_mail
from shop.orders.models import Order
from shop.outbox.models import Mail
from shop.payments.cancel import end_order
from shop.payments.sandbox.stripe import sessions
from shop.regions.spelling import AMERICAN, spelled
from tests.conftest import a_shopper
from tests.support.factories import an_order_at_stripe, deliver_events, region

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

# Words that end like British spellings and are none.
SAME = re.compile(
    r"(?:\w*(?:wise|vise|cise|prise|guise|mise|raise|noise|poise|rise|ruise|anise|cruise|chise|ertise|dise|tise)|"
    r"\w*(?:our|ours) |our|ours|your|yours|four|hour|hours|pour\w*|tour\w*|sour|flour|source\w*|course\w*|court\w*|four\w*|"
    r"journ\w*|resour\w*|nourish\w*|encourag\w*|cours\w*|court\w*|detour|contour\w*|your\w*|hour\w*|glamour|courage\w*|"
    r"raised|raises|raising|rises|rising|arises?|arising|promise[ds]?|exercis\w*|advis\w*|advertis\w*|revis\w*|precise\w*|noise\w*|"
    r"surpris\w*|compris\w*|supervis\w*|likewise|otherwise|disguis\w*|compromis\w*|premises?|praise\w*|bruis\w*|risings?)",
    re.IGNORECASE,
)
BRITISH = re.compile(
    r"\b(?:\w+(?:isations?|ise|ises|ised|ising|iser|isers|yse|ysed|yses|ysing)|"
    r"\w+our(?:s|ed|ing|able|ably|ite|ites|ful|less|ly|al|hood|hoods|ings?)?|"
    r"\w*(?:fibre|litre|metre|centre|theatre|calibre|sombre|lustre)s?|\w+(?:ell|all|vell|bell|cell|gnall|odell|uell)(?:ed|ing|er|ers)|"
    r"catalogues?|dialogues?|analogues?|cheques?|postcodes?|post code|parcels?|grey\w*|programmes?|licence[ds]?|defence|offence|"
    r"pretence|practis\w*|fulfil|fulfils|fulfilment|enrol|enrols|enrolment|instal|skilful\w*|wilful\w*|towards|afterwards|whilst|amongst|learnt|"
    r"burnt|spelt|dreamt|ageing|likeable|an?aemi\w*|diarrhoea\w*|oestr\w*|foet\w*|haem\w*|paed\w*|oesoph\w*|orthopaed\w*|"
    r"an?aesth\w*|leukaem\w*|\w*oedema\w*|hypo\w+aem\w*|hyper\w+aem\w*|\w+aemia|\w+aemic|manoeuvr\w*|tyres?|kerbs?|mum|mums|aluminium|\w*sulph\w*|"
    r"sceptic\w*|mould\w*|plough\w*|cosy|storey|jewell\w*|judgement|acknowledgement|tick|ticked|unticked|paracetamol|autumn|fortnight|chemist'?s?|queue\w*)\b",
    re.IGNORECASE,
)
DOUBLED = re.compile(r"(?:call|sell|tell|spell|fall|install|small|tall|cell|dwell|excell|all|well|ball|roll|fulfill|bill|fill|kill)(?:ed|ing|er|ers)$|.*(?:called|calling|seller|sellers|selling|telling|taller|smaller|falling|spelled|spelling|installed|swelling|smelling|dwelling|balled|walled|controlled|compelled|excelled|propelled|expelled|rebelled|recalled|caller|cellar|yelled|welled|shelled)$", re.IGNORECASE)  # fmt: skip


def british_in(text: str) -> list[str]:
    """Titles of studies are quoted as they were printed, and Aghaepour is a person."""
    text = html.unescape(re.sub(r"<(script|style|cite)\b.*?</\1>", " ", text, flags=re.DOTALL))
    text = re.sub(r"<cite\b.*?</cite>|Aghaepour", " ", text, flags=re.DOTALL)
    text = re.sub(
        r"\s(?:aria-label|alt|title|placeholder|content|data-label|data-busy)=\"([^\"]*)\"", r"> \1 <", text
    )
    text = re.sub(r"<[^>]*>", " ", text)
    found = {one.lower() for one in BRITISH.findall(text)}
    return sorted(one for one in found if not SAME.fullmatch(one) and not DOUBLED.fullmatch(one))


def us_pages() -> list[str]:
    queries = ("iron", "citrate", "zzzz", "magnseium")
    return [
        *(
            f"/us/{path}"
            for path in (
                "",
                "shop/",
                "shop/compare/",
                "articles/",
                "basket/",
                "sheet/",
                "nothing/",
                "search/",
            )
        ),
        *("/us/sheet/?sku=CIT-CAP-90&sku=EPS-CRY-1000", "/us/shop/?vegan=1&form=oil", "/us/feeds/google.xml"),
        *(
            "/us/feeds/meta.csv",
            "/us/articles/feed/",
            "/us/alerts/stopped/",
            "/us/letters/stopped/",
            "/alerts/x/",
            "/letters/x/",
        ),
        *(f"/us/search/?q={words}" for words in queries),
        *(f"/us/search/suggest/?q={words}" for words in queries),
        *(f"/us/help/{page}/" for page in PAGES),
        *(f"/us/shop/{slug}/" for slug in Product.objects.values_list("slug", flat=True)),
        *(f"/us/articles/{slug}/" for slug in Article.objects.values_list("slug", flat=True)),
        *(f"/us/articles/?topic={slug}" for slug in Topic.objects.values_list("slug", flat=True)),
        *(f"/us/articles/authors/{slug}/" for slug in Author.objects.values_list("slug", flat=True)),
        *(f"/us/collections/{slug}/" for slug in Collection.objects.values_list("slug", flat=True)),
    ]


def test_no_page_of_the_us_is_spelled_as_in_britain():
    found = {path: british_in(a_shopper().get(path).content.decode()) for path in us_pages()}
    assert {path: words for path, words in found.items() if words} == {}


def test_the_way_to_the_till_is_spelled_as_there_too():
    shopper = a_shopper()
    pages = []

    def see(answer):
        pages.append(
            shopper.get(answer["Location"]).content.decode()
            if answer.status_code == 303
            else answer.content.decode()
        )

    add, update = "/us/basket/add/", "/us/basket/update/"
    for sent in ({"variant": "NO"}, {"variant": "CIT-CAP-90", "quantity": "x"}, {"variant": "CIT-CAP-90", "seen": "1"},
                 {"variant": "EPS-CRY-2500"}, {"variant": "CIT-CAP-90", "quantity": "500"}, {"variant": "CIT-CAP-90"},
                 {"variant": "CIT-TAB-120"}):  # fmt: skip
        see(shopper.post(add, sent))
    for sent in ({"quantity-CIT-CAP-90": "x"}, {"quantity-CIT-CAP-90": "900"}, {"quantity-CIT-CAP-90": "2"}):
        see(shopper.post(update, sent))
    for text in ("NO-SUCH", ""):
        see(shopper.post("/us/basket/code/", {"code": text}))
    see(shopper.post("/us/letters/", {"email": "nobody"}))
    see(shopper.post("/us/alerts/", {"variant": "GLY-CAP-30", "email": "nobody"}))
    see(shopper.post("/us/alerts/", {"variant": "GLY-CAP-30", "email": "ada@example.org"}))
    see(shopper.post("/region/", {"region": "us", "next": "/us/basket/", "seen": "1"}))
    typed = {"email": "a@example.org", "name": "A", "country": "US", "line1": "1 Main St", "town": "Portland", "state": "OR",
             "postcode": "97201"}  # fmt: skip
    for change in ({}, dict.fromkeys(typed, ""), {"postcode": "1"}, {"postcode": "<b>"}, {"postcode": "10001"},
                   {"state": ""}, {"country": "GB"}, {"country": "CA"}, {"shown_total": "1"}):  # fmt: skip
        see(shopper.post("/us/checkout/", {**typed, **change}))
    see(update_remove(shopper))
    assert {word for page in pages for word in british_in(page)} == set()


def update_remove(shopper):
    return shopper.post("/us/basket/update/", {"remove": "CIT-CAP-90"})


def test_the_page_of_an_order_in_every_state_and_all_its_mails_are_spelled_as_there():
    pages = []

    def see(order):
        pages.append(a_shopper().get(order.get_absolute_url()).content.decode())

    for act in ("cancelled", "expired", "paid", "failed"):
        order, session = an_order_at_stripe("CIT-CAP-90", code="us", email=f"{act}@example.org", quantity=3)
        see(order)
        if act == "paid":
            sessions.pay(session)
            deliver_events()
            order.refresh_from_db()
            see(order)
            one = order.lines.get()
            cancel_packs(order, {one.pk: 1}, by="ada", why="x")
            order_mail(order, "cancelled", refund=None, whole=False, cancelled=[(one, 1)])
            send_parcel(order, {one.pk: 1}, by="ada", carrier="UPS", tracking="1Z")
            see(order)
        elif act == "failed":
            Order.objects.filter(pk=order.pk).update(status="failed")
            order_mail(order, "failed")
            see(order)
        else:
            path = order.get_absolute_url()
            if act == "cancelled":
                answer = a_shopper().post(f"{path}cancel/")
                pages.append(answer.client.get(path).content.decode())
                pages.append(answer.client.post(f"{path}cancel/", follow=True).content.decode())
            else:
                end_order(order, to="expired", who="shop", why="x")
            see(order)
    for mail in Mail.objects.all():
        pages += [mail.subject, mail.text, mail.html]
    assert {word for page in pages for word in british_in(page)} == set()


@pytest.mark.parametrize(
    ("said", "here"),
    [
        ("The order is cancelled.", "The order is canceled."),
        ("Parcels and a parcel", "Packages and a package"),
        ("No such postcode", "No such ZIP code"),
        ("Labelled, labelled", "Labeled, labeled"),
        ("nothing to change", "nothing to change"),
        ("A kilolitre stays", "A kilolitre stays"),
    ],
)
def test_words_are_changed_where_the_language_is_american_and_nowhere_else(said, here):
    assert spelled(said, region("us")) == here
    assert spelled(said, region("uk")) == spelled(said, region("eu")) == spelled(said, None) == said


def test_every_word_of_the_list_is_one_that_the_walk_would_find():
    assert [word for word in AMERICAN if not british_in(f"<p>{word}</p>") and word not in {"licence"}] == []
    assert [word for word in AMERICAN.values() if british_in(f"<p>{word}</p>")] == []


def test_what_others_wrote_stays_as_it_was_written():
    shopper = a_shopper()
    shopper.post("/us/basket/add/", {"variant": "CIT-CAP-90"})
    typed = {"email": "x", "name": "Grey Parcel", "country": "US", "line1": "1 Colour Centre", "town": "Litre", "state": "OR",
             "postcode": "97201"}  # fmt: skip
    shopper.post("/us/checkout/", typed)
    page = shopper.get("/us/checkout/").content.decode()
    assert all(f'value="{typed[name]}"' in page for name in ("name", "line1", "town"))
    Version.objects.filter(article__slug="citrate-glycinate-oxide-label-guide").update(
        title="A matter of colour"
    )
    assert "A matter of colour" in a_shopper().get("/us/articles/").content.decode()
