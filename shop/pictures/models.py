import hashlib
import secrets
from collections.abc import Iterator
from urllib.parse import urljoin

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models

from shop.content.compiled import Compiled
from shop.content.memo import memoised
from shop.content.models import Content
from shop.content.scopes import HOME_PICTURE, SITE, shows
from shop.content.texts import Scope
from shop.content.translations import Translated
from shop.pictures.uploads import MAX_SIDE, Reencoded, reencoded

WIDTHS = (320, 640, 960, 1440)
FORMATS = {"avif": {"quality": 55, "speed": 7}, "webp": {"quality": 78, "method": 4}}


def random_path(picture, filename):
    """A name nobody can guess or choose; uploads never keep theirs."""
    return f"pictures/{secrets.token_hex(8)}.webp"


class Role(models.TextChoices):
    """A place of the site's own that shows one picture, whichever has this role."""

    NONE = "", "None of its own"
    HOME = "home", "At the top of the home page"
    GUARANTEE = "guarantee", "The EU’s notice on the legal guarantee"


def foreign_keys() -> Iterator[tuple[type[models.Model], str]]:
    """(model, name of its field) of every foreign key to a picture, of any app."""
    for relation in Picture._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel) and isinstance(relation.related_model, type):
            yield relation.related_model, relation.field.name


class Picture(Translated, Content):
    """An uploaded picture, re-encoded, and the widths in which renditions exist.

    Renditions are made by the worker (`renditions.py`); until then pages show the re-encoded original, so a
    page never waits for a picture.
    """

    translatable = ("alt",)

    title = models.CharField(max_length=120, help_text="For staff, to find it again.")
    file = models.ImageField(upload_to=random_path)
    width = models.PositiveIntegerField(editable=False, default=0)
    height = models.PositiveIntegerField(editable=False, default=0)
    alt = models.CharField(
        "alternative text",
        max_length=250,
        blank=True,
        help_text="What the picture shows, in one sentence, for people who can't see it.",
    )
    is_decorative = models.BooleanField(
        "decorative", default=False, help_text="Tick if the words beside it already say the same."
    )
    focus_x = models.PositiveSmallIntegerField(
        "focus from the left (%)",
        default=50,
        validators=[MaxValueValidator(100)],
        help_text="What stays in sight where a page crops the picture.",
    )
    focus_y = models.PositiveSmallIntegerField(
        "focus from the top (%)", default=50, validators=[MaxValueValidator(100)]
    )
    role = models.CharField(
        "place",
        max_length=20,
        blank=True,
        default=Role.NONE,
        choices=Role.choices,
        help_text="For a place that shows one picture. That of the home page is on the card of shared links too.",
    )
    rendered_widths = models.JSONField(default=list, editable=False)
    failed = models.CharField(max_length=200, blank=True, editable=False)
    source_hash = models.CharField(max_length=64, blank=True, editable=False, db_index=True)

    class Meta:
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(focus_x__lte=100, focus_y__lte=100), name="picture_focus_inside"
            ),
            models.UniqueConstraint(
                fields=["role"], condition=~models.Q(role=""), name="picture_one_in_a_role"
            ),
        ]

    def __str__(self):
        return self.title

    def clean(self):
        wrong: dict[str, str | list[str]] = {}
        if self.file and not self.file._committed:
            try:
                self.file = reencoded(self.file)
            except ValidationError as error:
                wrong["file"] = error.messages
        if not self.alt and not self.is_decorative:
            wrong["alt"] = "Describe the picture in one sentence, or tick “decorative” if words beside it do."
        if self.role and (other := Picture.objects.filter(role=self.role).exclude(pk=self.pk).first()):
            wrong["role"] = f"“{other}” has this place. Open that picture and take it off there first."
        if wrong:
            raise ValidationError(wrong)

    def save(self, *args, **kwargs):
        self.keep_upload()
        super().save(*args, **kwargs)

    def keep_upload(self) -> None:
        """Store a file that was uploaded, if there is one. Raises OSError where there is no room for it."""
        if not self.file or self.file._committed:
            return
        made = self.file.file
        if not isinstance(made, Reencoded):
            self.file = made = reencoded(self.file)
        self.width, self.height = made.pixels
        self.rendered_widths, self.failed = [], ""
        self.file.save(made.name, made, save=False)

    def claim_scope(self):
        """Of all kinds of product beside which it stands; None where only articles show it."""
        scopes = [Scope()] if self.role == Role.HOME else []
        for model, name in foreign_keys() if self.pk else ():
            if hasattr(model, "picture_scope"):
                scopes += [row.picture_scope() for row in model._base_manager.filter(**{name: self})]
        kinds = [scope.kinds for scope in scopes if scope]
        return Scope(kinds=() if () in kinds else tuple(sorted(set().union(*kinds)))) if kinds else None

    def used_in(self, most: int = 30) -> list[models.Model]:
        """The rows of any app that show this picture, found through their foreign keys."""
        found: list[models.Model] = []
        for model, name in foreign_keys():
            found += model._base_manager.filter(**{name: self})[: most - len(found)]
        return found

    def wanted_widths(self) -> list[int]:
        """Rendition widths, never larger than the original."""
        return [width for width in WIDTHS if width < self.width] + [min(self.width, MAX_SIDE)]

    def rendition_name(self, width: int, format: str) -> str:
        stem = self.file.name.rpartition("/")[2].rpartition(".")[0]
        return f"renditions/{stem}-{width}.{format}"

    @property
    def full_url(self) -> str:
        """For machines, which read it outside our pages."""
        return urljoin(settings.SITE_URL, self.file.url)

    @property
    def focus_classes(self) -> str:
        """Classes of base.css that keep the focus in sight, in steps of ten (no inline style under the policy)."""
        steps = (("focus-x", self.focus_x), ("focus-y", self.focus_y))
        return " ".join(f"{name}-{round(value, -1)}" for name, value in steps if round(value, -1) != 50)

    @property
    def avif_srcset(self) -> str:
        return self.srcset("avif")

    @property
    def webp_srcset(self) -> str:
        return self.srcset("webp")

    def srcset(self, format: str) -> str:
        # One address, then the widths: asking the storage for each would cost a list page a millisecond.
        stem, end = self.file.storage.url(self.rendition_name(0, format)).rsplit(f"0.{format}", 1)
        return ", ".join(f"{stem}{width}.{format}{end} {width}w" for width in self.rendered_widths)


def home_picture() -> Picture | None:
    """The one at the top of the home page; None where staff chose none."""
    shows(HOME_PICTURE)
    return memoised("home picture", lambda: next(iter(_of_role(Role.HOME.value)), None))


def guarantee_picture() -> Picture | None:
    """The official notice on the legal guarantee, if staff have put another here than the one that ships."""
    shows(SITE)
    return memoised("guarantee picture", lambda: next(iter(_of_role(Role.GUARANTEE.value)), None), scope=SITE)


@Compiled
def _of_role(role: str):
    return Picture.objects.filter(role=role)[:1]


def hash_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
