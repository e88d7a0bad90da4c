"""Every text that shoppers read is registered, and refused where it claims."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

from config.audit.texts import gone, text_fields, unregistered
from config.forwarding.models import ShortLink
from config.newsletter.models import Letter
from shop.catalogue.models import Collection, Product
from shop.claims import rules
from shop.codes.models import AutomaticDiscount, Code
from shop.content import texts
from shop.content.texts import PRODUCT, SAFETY, ReadByShoppers, declared
from shop.desk.forms import words_to_shopper
from shop.desk.once import CannotDo
from shop.orders.models import Parcel
from shop.pages.models import PageBlock, PageVersion
from shop.payments.models import Refund
from shop.pictures.models import Picture
from shop.regions.models import Region
from tests.support.factories import region
from tests.support.places import RED, SPELLINGS, red_for, spellings_of

pytestmark = pytest.mark.django_db

REFUSED = sorted(key for key, text in declared().items() if text.surface in {PRODUCT, SAFETY})


def test_every_text_field_of_every_model_is_registered():
    assert unregistered() == []
    assert gone() == []
    assert len(text_fields()) > 200


def test_a_new_field_and_a_lost_one_are_noticed(monkeypatch):
    class Unheard(models.Model):  # noqa: DJ008
        words = models.CharField(max_length=20)
        lines = models.TextField()
        data = models.JSONField()
        chosen = models.CharField(max_length=1, choices=[("a", "A")])

        __module__ = "shop.catalogue.models"

        class Meta:
            app_label = "catalogue"

    try:
        assert unregistered() == [f"catalogue.Unheard.{name}" for name in ("words", "lines", "data")]
    finally:
        del apps.all_models["catalogue"]["unheard"]
        apps.clear_cache()
    monkeypatch.setitem(declared(), ("catalogue.Product", "motto"), texts.Text(PRODUCT, "nowhere"))
    assert gone() == ["catalogue.Product.motto"]


def test_the_surfaces_are_those_of_the_check():
    assert (texts.PRODUCT, texts.SAFETY, texts.ARTICLE) == (rules.PRODUCT, rules.SAFETY, rules.ARTICLE)


def _row(label: str) -> models.Model:
    """One that ships, else a new one."""
    new = {
        "codes.Code": Code,
        "codes.AutomaticDiscount": lambda: AutomaticDiscount(region=region("uk"), packs=3, pays=2),
        "forwarding.ShortLink": lambda: ShortLink(region=region("uk"), page="shop"),
        "letters.Letter": lambda: Letter(region=region("uk")),
        "orders.Parcel": Parcel,
        "pages.PageVersion": lambda: PageVersion(page="terms", region=region("uk")),
        "pages.PageBlock": lambda: PageBlock(version=PageVersion(page="terms", region=region("uk"))),
        "payments.Refund": Refund,
    }
    if label in new:
        return new[label]()
    if label == "pictures.Picture":
        return Product.objects.first().pictures.first().picture
    return apps.get_model(label).objects.first()


def _wrong(row, exclude=None) -> dict:
    try:
        row.clean_fields(exclude)
    except ValidationError as error:
        return error.message_dict
    return {}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("label", "name", "spelling"), [(*key, spelling) for key in REFUSED for spelling in spellings_of(*key)]
)
def test_a_claim_is_refused_wherever_shoppers_read(label, name, spelling):
    row = _row(label)
    assert isinstance(row, ReadByShoppers)
    field = row._meta.get_field(name)
    text = SPELLINGS[spelling](red_for(field))
    setattr(row, name, text)
    with pytest.raises(ValidationError) as refused:
        row.clean_fields()
    message = " ".join(refused.value.message_dict[name])
    assert message.count("can’t stand here") <= 1, "a phrase is told once, not for each region and kind"
    if not declared()[label, name].may_state:
        assert "authorised sentence" not in message, "that is refused there too"
    if field.name != "code" or label != "regions.Region":  # a region's has a form of its own
        assert "can’t stand here" in message
    law = declared()[label, name].law
    assert not law or Region.objects.get(law=law).short_name in message
    assert name not in _wrong(row, exclude=[name])  # a form without the field saves the rest


@pytest.mark.parametrize(
    ("label", "name", "text"),
    [
        ("catalogue.Variant", "label", "90 capsules"),
        ("catalogue.Product", "allergens", "Contains no milk, soya or gluten."),
        ("catalogue.Collection", "summary", "Stir a measured spoonful into a drink."),
        ("codes.Code", "code", "SPAIN20"),
        ("letters.Letter", "words", "Two articles, and how we weigh studies."),
        ("regions.Seller", "address", "4 Mill Lane\nLeeds\nLS1 4AP"),
    ],
)
def test_what_is_no_claim_stands(label, name, text):
    row = _row(label)
    setattr(row, name, text)
    assert name not in _wrong(row)


@pytest.mark.parametrize("code", ["CRAMPSAWAY", "NOINSOMNIA", "MYMIGRAINE10", "RLS-10"])
def test_a_code_that_hides_a_condition_is_refused(code):
    with pytest.raises(ValidationError) as refused:
        Code(code=code, percent=10).full_clean()
    assert "code" in refused.value.message_dict


@pytest.mark.parametrize(
    "code", ["WELCOME10", "SPAIN20", "INFLUENCER", "NEWSLETTER-5", "BLACKFRIDAY", "MAGNESIUM15"]
)
def test_an_honest_code_is_taken(code):
    Code(code=code, percent=10).full_clean()


def test_a_picture_may_say_more_with_articles_than_with_products():
    alone = Picture(title="x", alt=RED)
    alone.clean_fields(exclude=["file"])
    product = Product.objects.first()
    other = Picture.objects.create(title="x", alt=RED)
    for shown in (
        product.pictures.model(product=product, picture=other),
        Collection(name="x", slug="x", picture=other),
    ):
        with pytest.raises(ValidationError) as refused:
            shown.clean()
        assert "picture" in refused.value.message_dict
    home = Picture(title="x", alt=RED, role="home")
    with pytest.raises(ValidationError, match="can’t stand here"):
        home.clean_fields(exclude=["file"])


def test_words_to_a_shopper_about_money_make_no_claims():
    assert (
        words_to_shopper({"words": "One pack was damaged on the way."}) == "One pack was damaged on the way."
    )
    with pytest.raises(CannotDo, match=r"restless legs.*Nothing was done"):
        words_to_shopper({"words": RED})


@pytest.mark.parametrize(
    "text",
    [
        "We are sorry for the dent.",
        "The bottle leaked in the post.",
        "You were right: our warehouse mixed up two labels.",
        "Thank you for the photograph of the crushed box.",
    ],
)
def test_staff_write_to_a_shopper_in_words_that_no_label_has(text):
    Refund(amount=100, words=text).clean_fields(exclude=["payment"])
