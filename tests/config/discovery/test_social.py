"""Cards of shared links: every letter is drawn, or none, and no line stands over another."""

import html
import io
import re

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from articles.reading.published import newest_versions
from config.discovery.lettering import SANS, SERIF, Face, plain
from config.discovery.social_cards import draw
from shop.catalogue.models import Product
from shop.pictures.models import Picture
from tests.conftest import a_shopper
from tests.support.factories import region

pytestmark = pytest.mark.django_db
LEFT = 560  # what stands left of a card's picture
TITLES = [
    "Iron first: questions to take to your doctor about restless legs",
    "Magnesium " * 30,
    "W" * 90,
    "Donaudampfschifffahrtsgesellschaftskapitän",
    "At ≥ 300 mg, ≤ 400 µg: Mg₂⁺, H₂O → sleep",
    "Μαγνήσιο και ύπνος: τι λένε οι μελέτες για τα πόδια",
    "Магний и беспокойные ноги: причины, уход и что об этом известно",
    "One",
    "citrate/glycinate/malate/taurate/orotate/threonate/oxide/chloride",
    "マグネシウムと睡眠について、研究からわかっていることといないこと",
    "Non\u2011breaking\u00a0blanks\u202fand hy\u00adphens in a title",
]


def read_card(body) -> Image.Image:
    with Image.open(io.BytesIO(body)) as card:
        assert card.size == (1200, 630)
        return card.convert("L")


def is_empty(card, top, bottom, right=LEFT, left=60) -> bool:
    """Nothing but paper between two heights, apart from what JPEG blurs."""
    low, high = card.crop((left, top, right, bottom)).getextrema()
    return high - low < 24


@pytest.mark.parametrize("title", TITLES)
def test_a_title_keeps_off_the_lines_above_and_below(title):
    for above in ("Article", "A very long name of an author " * 4):
        card = read_card(draw(title, above, "Fellbrook UK", None, "#000000"))
        assert is_empty(card, 526, 550, 1190), title
        assert is_empty(card, 98, 122, 1190), title
        assert is_empty(card, 122, 526, 1190) is False
        assert is_empty(card, 0, 630, 1200, left=1140), "it ends before the edge"


@pytest.mark.walk
@pytest.mark.parametrize("code", ["uk", "us", "eu", "de", "fr"])
def test_no_card_of_the_shop_prints_one_line_over_another(code):
    paths = [f"/{code}/"]
    paths += [row.url_in(region(code)) for row in Product.objects.on_sale_in(region(code))]
    paths += [row.url for row in newest_versions(region(code))]
    for path in paths:
        page = a_shopper().get(path).content.decode()
        address = html.unescape(re.search(r'property="og:image" content="http://[^/]+([^"]+)"', page)[1])
        card = read_card(a_shopper().get(address).content)
        assert is_empty(card, 526, 550), path
        assert is_empty(card, 98, 122), path


@pytest.mark.parametrize("letter", "≥≤µ₂⁺→±−½ΩЖłőșğßẞé✓★ℓ″€©")
def test_every_letter_is_drawn(letter):
    with_it, without = (draw(f"A {words} B", "", "", None, "#000000") for words in (letter, ""))
    assert with_it != without
    assert draw("T", f"A {letter} B", "", None, "#000000") != draw("T", "A B", "", None, "#000000")
    for fonts in (SERIF, SANS):
        assert Face(fonts, 40).width(plain(letter)) > 4
        assert Face(fonts, 40).drawable(plain(letter))


@pytest.mark.parametrize(
    "title", ["ภาษาไทย", "Sleep \uf0b7 well", "اللغة", "שינה", "क्षमा", "q\u0301\u0323", "a \u0378 b"]
)
def test_a_title_that_no_font_can_draw_is_left_out_not_drawn_wrong(title):
    assert draw(title, "Article", "Fellbrook", None, "#000000") == draw("ก", "", "Fellbrook", None, "#000000")
    assert not Face(SERIF, 40).drawable(plain(title))


@pytest.mark.parametrize(("title", "drawn"), [
    ("Sleep\ufeff and\u200e rest\u2066", "Sleep and rest"), ("👩\u200d\u2695\ufe0f 👍🏽 1\ufe0f\u20e3", "👩⚕ 👍 1"),
    ("𝐁𝐨𝐥𝐝 ﬁve", "Bold ﬁve"), ("\u200b\u2060", ""),
])  # fmt: skip
def test_what_is_not_seen_hinders_no_title(title, drawn):
    assert plain(title) == drawn
    assert Face(SERIF, 40).drawable(plain(title))


def test_an_unseen_title_gives_the_card_of_our_name():
    assert draw("\u200b", "Article", "x", None, "#000000") == draw("ก", "Article", "x", None, "#000000")


def test_blanks_are_of_a_font_that_has_them():
    for fonts in (SERIF, SANS):
        face = Face(fonts, 60)
        assert face.width("마 마") - face.width("마마") == face.width("a a") - face.width("aa")
        assert face.width("💊 a") - face.width("💊a") == face.width("a a") - face.width("aa")


def test_long_words_go_on_in_the_next_line():
    face = Face(SERIF, 60)
    assert face.wrapped("Self-administered-magnesium 1-2/3", 530) == ["Self-administered-", "magnesium 1-2/3"]
    parts = face.broken("Donaudampfschifffahrtsgesellschaft", 300)
    assert "".join(part.rstrip("-") for part in parts) == "Donaudampfschifffahrtsgesellschaft"
    assert all(part.endswith("-") for part in parts[:-1])
    assert all(face.width(part) <= 300 for part in parts)
    assert (
        "".join(face.wrapped("研究からわかったこと、いないこと。", 300))
        == "研究からわかったこと、いないこと。"
    )
    assert not [
        line for line in face.wrapped("研究からわかったこと、いないこと。", 300) if line[0] in "、。っ"
    ]


def test_a_sign_stays_at_its_number_and_lines_are_even():
    face = Face(SERIF, 60)
    assert not [
        line for line in face.wrapped(plain("magnesium at ≥ 300 mg and at ≤ 400 mg"), 300) if line[-1] in "≥≤"
    ]
    lines = face.balanced("where magnesium stands in it all", 620)
    assert lines == ["where magnesium", "stands in it all"]


def test_a_card_on_which_the_picture_is_transparent_or_broken_is_drawn():
    picture = Picture(title="t", alt="a", focus_x=50, focus_y=50)
    out = io.BytesIO()
    Image.new("RGBA", (600, 700), (0, 0, 0, 0)).save(out, "WEBP")
    picture.file.save("x.webp", ContentFile(out.getvalue()), save=False)
    picture.file.close()
    with Image.open(io.BytesIO(draw("T", "", "", picture, "#000000"))) as card:
        assert (
            max(abs(a - b) for a, b in zip(card.getpixel((1000, 300)), (0xF6, 0xF3, 0xEC), strict=True)) < 6
        )
    picture.file.storage.delete(picture.file.name)
    draw("T", "", "", picture, "#000000")
