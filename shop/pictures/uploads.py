"""From an upload to a picture of our own making: 8 bits a channel, sRGB, upright, the first frame, nothing else inside.

A file says more than its pixels: the colour space they are in, which way is up, how deep they are. All of it is turned
into pixels here, or the file is refused in words for staff. Its name is never used.
"""

import io
import logging

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image, ImageCms, UnidentifiedImageError

log = logging.getLogger(__name__)
MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SIDE = 2400
FORMATS = ["JPEG", "PNG", "WEBP", "AVIF", "GIF"]
ASK = "Save it as JPEG, PNG, WebP or AVIF and upload that."

# How a file begins that staff may well try, and what they would call it.
OTHERS = (
    (b"%PDF", "a PDF"),
    (b"%!PS", "a PostScript file"),
    (b"8BPS", "a Photoshop file"),
    (b"BM", "a BMP"),
    (b"II*\0", "a TIFF"),
    (b"MM\0*", "a TIFF"),
    (b"II+\0", "a TIFF"),
    (b"MM\0+", "a TIFF"),
    (b"<svg", "an SVG drawing"),
    (b"<?xml", "an SVG drawing or another XML file"),
    (b"\0\0\1\0", "an icon file"),
    (b"PK\3\4", "a ZIP or Office file"),
    (b"\xff\x0a", "a JPEG XL"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000"),
)
HEIF = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"heif")

# EXIF's orientations, by what makes them upright.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
ORIENTATION = 0x0112
SRGB_GAMMA = 2.2
SRGB_CHROMATICITY = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
# Code points of ITU-T H.273 that mean sRGB or say nothing, in PNG's cICP and AVIF's nclx.
PLAIN_PRIMARIES, PLAIN_TRANSFERS = {1, 2}, {1, 2, 6, 13, 14, 15}


def refused(words: str) -> ValidationError:
    return ValidationError({"file": words})


class Reencoded(ContentFile):
    """A picture as it is stored: a WebP, so many `pixels` wide and high."""

    def __init__(self, content: bytes, pixels: tuple[int, int]) -> None:
        super().__init__(content, name="picture.webp")
        self.pixels = pixels


def reencoded(file) -> Reencoded:
    """The upload as a WebP. Raises ValidationError in words for staff."""
    image = opened(file)
    out = io.BytesIO()
    image.save(out, "WEBP", quality=90, method=4)
    return Reencoded(out.getvalue(), image.size)


def opened(file) -> Image.Image:
    """What is to be seen in an upload: RGB, or RGBA where something is transparent, at most MAX_SIDE wide and high.

    Raises ValidationError, in words for staff, for anything that is not a sane picture of a kind we read.
    """
    if not file.size:
        raise refused("The file is empty.")
    if file.size > MAX_BYTES:
        raise refused(f"The file is larger than {MAX_BYTES // 1024 // 1024} MB. Save it smaller.")
    file.seek(0)
    data = file.read()
    if kind := _other_kind(data):
        raise refused(f"This is {kind}. {ASK}")
    try:
        return _converted(data)
    except ValidationError:
        raise
    except Image.DecompressionBombError:
        raise refused("The picture has far too many pixels. Save it smaller.")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise refused(f"This is not a picture we can read, or the file is damaged. {ASK}")
    except Exception as error:  # whatever else a decoder may raise on foreign bytes
        log.warning("An upload could not be read: %r", error)
        raise refused(f"This picture can’t be read; the file seems to be damaged. {ASK}")


def _converted(data: bytes) -> Image.Image:
    image: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
    if image.width * image.height > MAX_PIXELS:
        raise refused(f"The picture has more than {MAX_PIXELS // 1_000_000} million pixels. Save it smaller.")
    if _colour_is_given_by_code(data, image):
        raise refused(
            f"The picture is in a colour space we can’t convert (wide gamut or HDR). {ASK[:-1]}, in sRGB."
        )
    image.load()
    profile, gamma, turn = image.info.get("icc_profile"), _gamma(image), _turn(image)
    image = _eight_bits(image)
    image.thumbnail((MAX_SIDE, MAX_SIDE))
    image = _in_srgb(image, profile, gamma)
    if turn:
        image = image.transpose(turn)
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    image.info = {}  # what writers would take along unasked
    return image


def _other_kind(data: bytes) -> str:
    head = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    if data[4:8] == b"ftyp" and b"avif" not in data[8:64] and b"avis" not in data[8:64]:
        return "a HEIC photo" if data[8:12] in HEIF else "a film or raw photo"
    return next((name for start, name in OTHERS if head.startswith(start) or data.startswith(start)), "")


def _eight_bits(image: Image.Image) -> Image.Image:
    """As L, LA, RGB, RGBA or CMYK, with what is transparent as a channel."""
    clear = "transparency" in image.info
    if image.mode.startswith("I"):
        deep = image.convert("I")
        grey = deep.point([round(value / 257) for value in range(65536)], "L")
        if not clear:
            return grey
        hole = image.info["transparency"]
        grey.putalpha(deep.point([0 if value == hole else 255 for value in range(65536)], "L"))
        return grey
    if image.mode == "PA" or (clear and image.mode not in {"RGBA", "LA"}):
        return image.convert("RGBA")
    if image.mode in {"L", "LA", "RGB", "RGBA", "CMYK"}:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _in_srgb(image: Image.Image, profile: bytes | None, gamma: float | None) -> Image.Image:
    """RGB or RGBA in sRGB. A profile that can't be read or is of another kind of colour is passed over, as browsers do."""
    alpha = image.getchannel("A") if image.mode in {"LA", "RGBA"} else None
    colours = image.convert({"LA": "L", "RGBA": "RGB"}[image.mode]) if alpha else image
    found = _through(profile, colours) if profile else None
    if found is None:
        found = colours.convert("RGB")
        if gamma and not profile:
            power = 1 / (SRGB_GAMMA * gamma)
            found = found.point([round(255 * (value / 255) ** power) for value in range(256)] * 3)
    if alpha:
        found.putalpha(alpha)
    return found


def _through(profile: bytes, colours: Image.Image) -> Image.Image | None:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = source.profile.xcolor_space.strip()
        if space == "RGB" and colours.mode == "L":
            colours = colours.convert("RGB")
        if space != {"L": "GRAY"}.get(colours.mode, colours.mode):
            return None
        return ImageCms.profileToProfile(
            colours,
            source,
            SRGB,
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def _gamma(image: Image.Image) -> float | None:
    """A PNG's gAMA where it says something else than sRGB does."""
    gamma = image.info.get("gamma")
    if image.format != "PNG" or not isinstance(gamma, float) or "srgb" in image.info:
        return None
    return gamma if 0.05 < gamma < 5 and abs(gamma * SRGB_GAMMA - 1) > 0.05 else None


def _turn(image: Image.Image) -> Image.Transpose | None:
    """What makes it upright. Orientations that are no numbers, or none of the eight, say nothing."""
    try:
        orientation = image.getexif().get(ORIENTATION)
    except Exception:  # EXIF is as foreign as the pixels, and less needed
        return None
    return TURNS.get(orientation) if isinstance(orientation, int) else None


def _has_other_primaries(image: Image.Image) -> bool:
    """Whether a PNG's cHRM tells of white and of red, green and blue that aren't sRGB's; zeros say nothing."""
    primaries = image.info.get("chromaticity")
    if (
        not primaries
        or "srgb" in image.info
        or image.mode in {"1", "L", "LA", "I;16", "I"}
        or not all(primaries)
    ):
        return False
    return any(abs(one - usual) > 0.01 for one, usual in zip(primaries, SRGB_CHROMATICITY, strict=False))


def _colour_is_given_by_code(data: bytes, image: Image.Image) -> bool:
    """A PNG (cICP, cHRM) or AVIF (nclx) in another colour space than sRGB that brings no profile to convert it by."""
    if "icc_profile" in image.info:
        return False
    if image.format == "PNG":
        place = data[: data.find(b"IDAT")].find(b"cICP")
        if place < 0 and _has_other_primaries(image):
            return True
        codes = (data[place + 4], data[place + 5]) if place > 0 else (1, 13)
    elif image.format == "AVIF":
        place = data.find(b"colrnclx")
        code = data[place + 8 : place + 12]
        codes = (code[1], code[3]) if place > 0 and len(code) == 4 else (1, 13)
    else:
        return False
    return codes[0] not in PLAIN_PRIMARIES or codes[1] not in PLAIN_TRANSFERS
