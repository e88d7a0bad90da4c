"""Pictures for links that people share: drawn from the title and the pack or picture, 1200 × 630, per region."""

import hashlib
import io
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from PIL import Image, ImageDraw, ImageOps

from articles.models import Article
from articles.reading.page import article_page
from config.discovery.lettering import SANS, SERIF, Face, fitted, plain
from shop.catalogue.models import Product
from shop.catalogue.models.kinds import magnesium_forms
from shop.catalogue.product_page import product_page
from shop.content.memo import memoised
from shop.pictures.models import Picture, home_picture
from shop.regions.spelling import spelled
from shop.text.characters import clean_data

SIZE = 1200, 630
PICTURE_WIDTH = 500
MARGIN = 64
PAPER, INK, SOFT, LINE = "#F6F3EC", "#1E2B2F", "#4D5A5E", "#D8CDB9"
TITLE_SIZES = (76, 68, 60, 54, 48, 42)
LEADING, ASCENT = 1.16, 0.86  # of the size: from baseline to baseline, from a line's top to its baseline
NAME_LINE, BELOW = 84, 576  # baselines
TITLE_TOP, TITLE_ROOM, ABOVE_GAP = (
    168,
    354,
    10,
)  # between the brand and the last line, with room for the line above it
DRAWING = "3"  # raise it when the drawing changes
TAGLINE = gettext_lazy("Magnesium, plainly labelled")


def draw(title: str, above: str, below: str, picture: Picture | None, accent: str) -> bytes:
    """A JPEG of 1200 × 630 pixels. What can't be read of the picture is left out; a line that no font of ours can
    draw as well, and for such a title our name stands: better a card without words than one with wrong ones.
    """
    card = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(card)
    width = SIZE[0] - 2 * MARGIN
    cut = _cut(picture)
    if cut is not None:
        card.paste(cut, (SIZE[0] - PICTURE_WIDTH, 0))
        width -= PICTURE_WIDTH - MARGIN // 2
    pen.rectangle((0, 0, 16, SIZE[1]), fill=accent)
    small = Face(SANS, 28)
    words = {name: plain(text) for name, text in (("title", title), ("above", above), ("below", below))}
    if not words["title"] or not Face(SERIF, 40).drawable(words["title"]):
        words |= {"title": settings.BRAND, "above": ""}
    else:
        Face(SERIF, 40).draw(pen, (MARGIN, NAME_LINE), settings.BRAND, INK)
    face, lines = fitted(words["title"], SERIF, TITLE_SIZES, width, TITLE_ROOM, LEADING)
    step = face.size * LEADING
    first = TITLE_TOP + (TITLE_ROOM - step * len(lines)) / 2 + face.size * ASCENT
    for number, line in enumerate(lines):
        face.draw(pen, (MARGIN, first + number * step), line, INK)
    if small.drawable(words["above"]):
        at = (MARGIN, first - face.size * ASCENT - ABOVE_GAP)
        small.draw(pen, at, small.shortened(words["above"], width), SOFT)
    if small.drawable(words["below"]):
        small.draw(pen, (MARGIN, BELOW), small.shortened(words["below"], width), SOFT)
    out = io.BytesIO()
    card.save(out, "JPEG", quality=86, optimize=True, progressive=True)
    return out.getvalue()


def _cut(picture: Picture | None) -> Image.Image | None:
    """The part of a picture that stands on a card, on the card's paper where it is transparent."""
    if picture is None:
        return None
    size = PICTURE_WIDTH, SIZE[1]
    centre = picture.focus_x / 100, picture.focus_y / 100
    try:
        with picture.file.open("rb") as file, Image.open(file) as full:
            part = ImageOps.fit(full.convert("RGBA"), size, centering=centre)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return Image.alpha_composite(Image.new("RGBA", size, PAPER), part).convert("RGB")


OWNERS = {"product": Product, "article": Article}


def _what(kind: str, key: str, region) -> dict | None:
    """What the page says of itself for its card, also by an old address; None where there is no such page."""
    try:
        social = _social_of(kind, key, region)
    except Http404:
        social = None
    if social is None and kind in OWNERS:
        row, _ = OWNERS[kind].found_by_readers(key)
        if row is not None and row.slug != key:
            return _what(kind, row.slug, region)
    return social


def _social_of(kind: str, key: str, region) -> dict | None:
    """`social` of the view's context; None, or Http404, where there is no such page."""
    if kind == "product":
        return memoised(f"product {region.code} {key}", lambda: product_page(key, region), scheduled=True)[
            "social"
        ]
    if kind == "article":
        return article_page(key, region).get("social")
    return {"kind": "site", "key": "home"} if (kind, key) == ("site", "home") else None


def _shown(social: dict, region) -> dict:
    """The words and the picture of a card."""
    if social["kind"] == "site":
        social = {
            **social,
            "title": spelled(TAGLINE, region),
            "above": _("{shop} shop").format(shop=region.short_name),
            "picture": home_picture(),
        }
    words = clean_data({"title": social["title"], "above": social["above"]})
    return {
        **words,
        "below": _("Free shipping in {place}").format(place=region.the_name)
        if social["kind"] != "article"
        else f"{settings.BRAND} {region.short_name}",
        "picture": social.get("picture"),
        "accent": _accent(social.get("form", "")),
    }


def _accent(form: str) -> str:
    row = magnesium_forms().get(form)
    return row.colour if row else INK


def _digest(shown: dict) -> str:
    picture = shown["picture"]
    state = f"{DRAWING}|{shown['title']}|{shown['above']}|{shown['below']}|{shown['accent']}"
    state += f"|{picture.file.name}|{picture.focus_x}|{picture.focus_y}" if picture else ""
    return hashlib.blake2b(state.encode(), digest_size=10).hexdigest()


def social_url(social: dict, region) -> str:
    """The address of a page's card; another one whenever something on it changes."""
    code = {"region": region.code, "kind": social["kind"], "key": social["key"]}
    return f"{reverse('social_card', kwargs=code)}?v={_digest(_shown(social, region))}"


@require_safe
def social_card(request, kind, key):
    """Drawn when first asked for, then kept as a file. An old address leads to the present card."""
    social = _what(kind, key, request.region)
    if social is None:
        raise Http404("There is no such picture.")
    shown = _shown(social, request.region)
    digest = _digest(shown)
    if request.GET.get("v") != digest or social["key"] != key:
        return HttpResponseRedirect(social_url(social, request.region))
    path = Path(settings.MEDIA_ROOT) / "social" / f"{digest}.jpg"
    try:
        body = path.read_bytes()
    except OSError:
        body = draw(**shown)
        _keep(path, body)
    response = HttpResponse(body, content_type="image/jpeg")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _keep(path: Path, body: bytes) -> None:
    """Whole or not at all; a disk that is full costs time, never the picture."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{id(body)}.part")
        part.write_bytes(body)
        part.replace(path)
    except OSError:
        pass
