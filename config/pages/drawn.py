"""What pages of words can show besides what the shop's own room knows: products, articles, what is stored of people."""

from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.pages.personal import REGISTER, columns_naming, columns_of
from shop.catalogue.cards import first_of_each_form
from shop.catalogue.offers import memoised_unless_own
from shop.pages.drawn import draws
from shop.pages.names import PAGES
from shop.regions.spelling import spelled


@dataclass(frozen=True)
class Stored:
    """A row of the privacy page."""

    name: str
    fields: list[str]
    columns: list[str]
    why: str
    how_long: str
    who: str


@draws("stored", "Privacy: all that is stored about people")
def stored(region):
    def here(text: str) -> str:
        return spelled(gettext(text), region)

    rows = [
        Stored(
            name=here(kept.name),
            fields=[here(column) for column in columns_naming(label, kept)],
            columns=[here(column) for column in columns_of(label)],
            why=here(kept.why),
            how_long=here(kept.how_long),
            who=here(kept.who),
        )
        for label, kept in REGISTER.items()
    ]
    return {"stored": rows}


@draws("help_pages", "Help: links to all of its pages")
def help_pages(region):
    return {"pages": [(page, spelled(name, region)) for page, name in PAGES.items()]}


@draws("home_forms", "Home: the forms of magnesium with their prices")
def home_forms(region):
    return {"cards": memoised_unless_own(f"forms {region.code}", lambda: first_of_each_form(region), region)}


@draws("home_articles", "Home: the newest articles")
def home_articles(region):
    return {}


QUESTIONS = [
    ("kidneys", _("Do you have trouble with your kidneys, or has anybody told you so?")),
    ("pregnant", _("Are you pregnant, or breastfeeding?")),
    ("medicines", _("Do you take medicines, such as antibiotics, water tablets or tablets for your bones?")),
    ("other", _("Do you take something else with magnesium in it, such as a multivitamin or an antacid?")),
    ("young", _("Is it for somebody under 18?")),
]


@draws("safety_check", "The private check before buying")
def safety_check(region):
    return {"questions": QUESTIONS}
