"""A row of everything that staff edit in a form, and another sane value for any of its fields."""

from datetime import timedelta
from decimal import Decimal

from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db import models
from django.test import RequestFactory
from django.utils import timezone

from articles.models import Article, Author
from config.newsletter.models import Letter, LetterArticle
from config.search.models import Pin, Synonym
from config.staff.forms.guard import Guard
from shop.catalogue.models import Collection, CollectionProduct, Product
from shop.claims.models import OwnRule
from shop.codes.models import AutomaticDiscount, Code, CodeTerms
from shop.pages.publishing import start_draft
from shop.regions.editions import known_language
from shop.regions.models import Region, SalesTaxRate
from tests.support.batches import a_batch
from tests.support.factories import region


def fill() -> None:
    """What the content that ships has none of."""
    product, article = Product.objects.first(), Article.objects.first()
    code = Code.objects.create(code="AUTUMN-10", percent=10, note="On the leaflet")
    for row in Region.markets():
        CodeTerms.objects.create(code=code, region=row, minimum=1000)
    code.products.add(product)
    AutomaticDiscount.objects.create(region=region("uk"), name="10 for 9", packs=10, pays=9)
    letter = Letter.objects.create(region=region("uk"), subject="New in November", words="Good morning.")
    LetterArticle.objects.create(letter=letter, article=article)
    start_draft("delivery", region("uk"))
    Pin.objects.create(words="delivery", help_page="delivery")
    Synonym.objects.create(words="postage\nshipping")
    SalesTaxRate.objects.create(state="OR", rate="1.5", valid_from=timezone.now())
    if not Author.objects.exists():
        Author.objects.create(name="Ann Other", slug="ann-other")
    OwnRule.objects.create(
        code="own-rule", pattern="never ever", applies_to=["food_supplement"], why="It is wrong.",
        advice="Leave it out.", laws={"GB": {"source": "The law", "product": "red", "article": "red", "alone": "red"}},
    )  # fmt: skip
    a_batch(packs=3, number="ROWS-1")
    User.objects.create(username="colleague", is_staff=True).groups.set(Group.objects.all()[:2])
    if not CollectionProduct.objects.exists():
        CollectionProduct.objects.create(collection=Collection.objects.first(), product=product)


def admins_with_forms():
    """(admin, row) of every ModelAdmin that lets the superuser change a row in the admin's own form.

    Of regions two: an edition's form has less in it than its market's.
    """
    request = RequestFactory().get("/")
    request.user = User.objects.filter(is_superuser=True).first() or User(is_superuser=True, is_active=True)
    for model, one in admin.site._registry.items():
        rows = [model._default_manager.order_by("-pk").first()]
        if model is Region:
            rows = [next(row for row in Region.all_open() if row.edition_of_id), Region.markets()[-1]]
        for row in rows:
            if isinstance(one, Guard) and row is not None and one.has_change_permission(request, row):
                yield one, row


def another(field, value, number: int):
    """A value that differs from this one and most likely is allowed; None where there is none."""
    if known_language in field.validators:
        return [code for code in ("en", "de", "fr") if code != value][number]
    if field.choices and not isinstance(field, models.BooleanField):
        others = [key for key, _ in field.flatchoices if key not in (value, "")]
        return others[number % len(others)] if len(others) > number else None
    match field:
        case models.BooleanField():
            return not value if number == 0 else None
        case models.DecimalField():
            return (value or Decimal(1)) + Decimal(number + 1) / 2
        case models.DateTimeField():
            return (value or timezone.now()).replace(microsecond=0) + timedelta(days=number + 1)
        case models.DateField():
            return (value or timezone.localdate()) - timedelta(days=number + 1)
        case models.PositiveSmallIntegerField() | models.PositiveIntegerField() | models.IntegerField():
            return (value or 0) + number + 1
        case models.EmailField():
            return f"other{number}@example.org"
        case models.URLField():
            return f"https://example.org/{number}"
        case models.FileField():
            return None
        case models.CharField() | models.TextField():
            joint = "-" if isinstance(field, models.SlugField) else " "
            words = ["plainly", "simply", "merely"][number]
            made = f"{value}{joint}{words}" if value else words
            made = made if not field.max_length or len(made) <= field.max_length else words
            return made if not field.max_length or len(made) <= field.max_length else None
    return None


def sent(field, value) -> dict[str, str]:
    """Under the ends of its names what a browser sends for a value of a model's field."""
    if isinstance(field, models.DateTimeField):
        return {"_0": f"{value:%Y-%m-%d}", "_1": f"{value:%H:%M:%S}"}
    if isinstance(field, models.BooleanField):
        return {"": "on" if value else None}
    return {"": str(value)}
