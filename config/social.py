"""Pictures for links that people share: drawn from the title and the pack or picture, 1200 × 630, per region."""

import hashlib
import io
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe
from PIL import Image, ImageDraw, ImageFont, ImageOps

from articles.views import article_page
from shop.catalogue.views import product_page
from shop.content.kept import kept
from shop.pictures.models import Picture

SIZE = 1200, 630
PICTURE_WIDTH = 500
MARGIN = 64
PAPER, INK, SOFT, LINE = "#F6F3EC", "#1E2B2F", "#4D5A5E", "#D8CDB9"
ACCENTS = {"citrate": "#D9A441", "glycinate": "#655A82", "oil": "#2B6686", "epsom": "#4C7361"}
TITLE_SIZES = (76, 68, 60, 54, 48, 42)
MOST_LINES = 5
DRAWING = "1"  # raise it when the drawing changes
FONTS = Path(settings.BASE_DIR) / "static" / "fonts"
TAGLINE = "Magnesium, plainly labelled"


@lru_cache(maxsize=16)
def _serif(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / "newsreader-display.woff2", size)


@lru_cache(maxsize=16)
def _sans(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(FONTS / "instrument-sans.woff2", size)
    font.set_variation_by_axes([500])
    return font


def _wrapped(title: str, font, width: int) -> list[str]:
    lines, line = [], ""
    for word in title.split():
        longer = f"{line} {word}".strip()
        if line and font.getlength(longer) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]


def _fitted(title: str, width: int):
    """(font, lines): the largest size at which the title fits."""
    for size in TITLE_SIZES:
        font = _serif(size)
        lines = _wrapped(title, font, width)
        if len(lines) <= MOST_LINES and all(font.getlength(line) <= width for line in lines):
            return font, lines
    return font, [*lines[: MOST_LINES - 1], lines[MOST_LINES - 1] + " …"] if len(
        lines
    ) > MOST_LINES else lines


def draw(title: str, above: str, below: str, picture: Picture | None, accent: str) -> bytes:
    """A JPEG of 1200 × 630 pixels. What can't be read of the picture is left out."""
    card = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(card)
    width = SIZE[0] - 2 * MARGIN
    if picture is not None:
        try:
            with picture.file.open("rb") as file, Image.open(file) as full:
                centre = picture.focus_x / 100, picture.focus_y / 100
                cut = ImageOps.fit(full.convert("RGB"), (PICTURE_WIDTH, SIZE[1]), centering=centre)
                card.paste(cut, (SIZE[0] - PICTURE_WIDTH, 0))
                width -= PICTURE_WIDTH - MARGIN // 2
        except OSError:
            pass
    pen.rectangle((0, 0, 16, SIZE[1]), fill=accent)
    pen.text((MARGIN, 52), "Fellbrook", font=_serif(40), fill=INK)
    font, lines = _fitted(title, width)
    height = int(font.size * 1.16)
    top = max(150, (SIZE[1] - height * len(lines)) // 2)
    pen.text((MARGIN, top - 46), above, font=_sans(28), fill=SOFT)
    for number, line in enumerate(lines):
        pen.text((MARGIN, top + number * height), line, font=font, fill=INK)
    pen.text((MARGIN, SIZE[1] - 84), below, font=_sans(28), fill=SOFT)
    out = io.BytesIO()
    card.save(out, "JPEG", quality=86, optimize=True, progressive=True)
    return out.getvalue()


def _what(kind: str, key: str, region) -> dict | None:
    """What the page says of itself for its card (`social` in its view's context); None where there is no such page."""
    if kind == "product":
        return kept(f"product {region.code} {key}", lambda: product_page(key, region), scheduled=True)[
            "social"
        ]
    if kind == "article":
        return article_page(key, region).get("social")
    return {"kind": "site", "key": "home"} if (kind, key) == ("site", "home") else None


def _shown(told: dict, region) -> dict:
    """The words and the picture of a card."""
    if told["kind"] == "site":
        hero = kept("hero", lambda: Picture.objects.filter(title__startswith="Home page").first())
        told = {**told, "title": TAGLINE, "above": f"{region.short_name} shop", "picture": hero}
    return {
        "title": told["title"],
        "above": told["above"],
        "below": f"Free shipping in {region.the_name}"
        if told["kind"] != "article"
        else f"Fellbrook {region.short_name}",
        "picture": told.get("picture"),
        "accent": ACCENTS.get(told.get("form", ""), INK),
    }


def _digest(shown: dict) -> str:
    picture = shown["picture"]
    told = f"{DRAWING}|{shown['title']}|{shown['above']}|{shown['below']}|{shown['accent']}"
    told += f"|{picture.file.name}|{picture.focus_x}|{picture.focus_y}" if picture else ""
    return hashlib.blake2b(told.encode(), digest_size=10).hexdigest()


def social_url(told: dict, region) -> str:
    """The address of a page's card; another one whenever something on it changes."""
    code = {"region": region.code, "kind": told["kind"], "key": told["key"]}
    return f"{reverse('social_card', kwargs=code)}?v={_digest(_shown(told, region))}"


@require_safe
def social_card(request, kind, key):
    """Drawn when first asked for, then kept as a file. An old address leads to the present card."""
    told = _what(kind, key, request.region)
    if told is None:
        raise Http404("There is no such picture.")
    shown = _shown(told, request.region)
    digest = _digest(shown)
    if request.GET.get("v") != digest:
        return HttpResponseRedirect(social_url(told, request.region))
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
