"""What staff do to one article: read the form, do it, say in words what was done. Each raises NotPossible."""

import re
from dataclasses import dataclass, field
from datetime import timedelta

from django import forms
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from articles.admin.slots import SlotForm, for_all, moment_field
from articles.admin.ticking import reasons_in
from articles.evidence import claims, no_claims
from articles.evidence.ticks import in_force
from articles.models import Article, LinkChange, PreviewLink, Version
from articles.publishing import addresses, bulk_links, comments, drafts, reviews, translations
from articles.publishing import publish as publishing
from articles.publishing.errors import NeedsReason, NotPossible
from articles.publishing.proposals import library_state, rows_of
from articles.publishing.region_states import region_states, regions_of
from shop.catalogue.models import Product
from shop.claims.rules import LAWS
from shop.regions.models import Region
from shop.text.numbers import whole_or_none
from shop.web.actions import Action, by_name

LINK_DAYS = 7


@dataclass(frozen=True)
class Done:
    """What was done: `words` for the editor and the log (none, and nothing is said), where to go on, what to know."""

    words: str = ""
    to: str = ""  # an address; empty: the article's page
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Ask:
    """Nothing is done yet: a page that asks first, and what its template shows."""

    title: str
    template: str
    shown: dict


class SlotsRefused(Exception):
    """The form of where and when, as typed; `needs_reason`: the Owner may go on with a reason."""

    def __init__(self, slots, words="", needs_reason=False):
        super().__init__(words)
        self.slots, self.needs_reason = slots, needs_reason


def edit(article, typed, user) -> Done:
    """`at` of the form: the id of the block to begin with."""
    draft = drafts.open_draft(article, user.get_username())
    at = typed.get("at", "")
    place = f"#{at}" if re.fullmatch(r"[\w-]{1,60}", at) else ""
    return Done(to=reverse("admin:articles_version_change", args=[draft.pk]) + place)


def translate(article, typed, user) -> Done:
    """Begin a translation, and go on in its editor."""
    draft = translations.start(article, typed.get("language", ""), user.get_username())
    name = translations.language_name(draft.article.language)
    return Done(
        f"Begun in {name}: its blocks are the original’s, to be overwritten",
        to=reverse("admin:articles_version_change", args=[draft.pk]),
    )


def up_to_date(article, typed, user) -> Done:
    """Of a translation. `seen`: the version of the original that was looked at."""
    seen = whole_or_none(typed.get("seen")) or 0
    own = translations.is_up_to_date(article, seen, user.get_username())
    return Done(
        f"“{own.title}” is up to date with its original",
        to=reverse("admin:articles_beside", args=[article.family, article.language]),
    )


def restore(article, typed, user) -> Done | Ask:
    """Asks first where the draft that goes to the history is somebody else's."""
    old, name = _version(article, typed), user.get_username()
    draft = article.draft
    if draft is not None and draft.changed_by != name and "confirmed" not in typed:
        title = f"Restore the version of {old.changed_at:%-d %B %Y, %H:%M} UTC?"
        return Ask(title, "admin/articles/article/restore.html", {"old": old, "draft": draft})
    drafts.restore(old, name)
    return Done(f"Restored as a new draft: the version of {old.changed_at:%-d %B %Y, %H:%M} UTC")


def publish(article, typed, user) -> Done:
    slots = [SlotForm(for_all(typed, region, article), region=region) for region in Region.all_open()]
    if [form for form in slots if not form.is_valid()]:
        raise SlotsRefused(_own(slots, article))
    chosen = [form.slot for form in slots if form.cleaned_data["chosen"]]
    version = _version(article, typed)
    if typed.get("seen", version.changed_at.isoformat()) != version.changed_at.isoformat():
        raise NotPossible(
            f"{version.changed_by or 'Somebody'} saved it after you opened this page, so nothing was published. "
            "Look at the draft as it is now, then publish."
        )
    if typed.get("library") and typed["library"] != library_state(rows_of(version, version.blocks())):
        raise NotPossible(
            "A source, a picture, a topic or the author of it was changed after you opened this page, so nothing was "
            "published. Look at the draft as it is now, then publish."
        )
    if version.is_taken_back:
        raise NotPossible(
            "Its product links were taken back after you opened this page, so nothing was published. Look at the "
            "article as it is now, then publish."
        )
    reason = _fitting(typed, "left_out_because", 2000).strip()
    if reason and not user.has_perm("articles.leave_out_study"):
        raise PermissionDenied
    try:
        made = publishing.publish(version, chosen, user.get_username(), reason)
    except NeedsReason as error:
        raise SlotsRefused(_own(slots, article), str(error), needs_reason=True)
    left_out = f" (left a study out: {reason})" if reason else ""
    return Done(
        _published(made, timezone.now()) + left_out, warnings=publishing.still_scheduled(article, version)
    )


def _own(slots: list[SlotForm], article) -> list[SlotForm]:
    """Those that its page offers: the regions in its language."""
    return [form for form in slots if form.region in regions_of(article)]


def hand_in(article, typed, user) -> Done:
    drafts.hand_in(_version(article, typed), user.get_username())
    return Done("Handed in: editors find it on their start page")


def send_back(article, typed, user) -> Done:
    reason = _fitting(typed, "because", 500)
    drafts.send_back(_version(article, typed), reason, user.get_username())
    return Done(f"Sent back: {shortened(reason)}")


def throw_away(article, typed, user) -> Done:
    drafts.throw_away(_version(article, typed), user.get_username())
    return Done("The draft was thrown away; its words stay in the history")


def duplicate(article, typed, user) -> Done:
    draft = drafts.duplicate(_version(article, typed), user.get_username())
    return Done(
        f"Duplicated: {draft.title}", to=reverse("admin:articles_article_change", args=[draft.article_id])
    )


def review(article, typed, user) -> Done:
    version = _version(article, typed)
    try:
        reviewed_on = forms.DateField().clean(typed.get("reviewed_on", ""))
    except forms.ValidationError:
        raise NotPossible("Give the day of the review, such as 2026-11-30.")
    row = reviews.record_review(
        version,
        _fitting(typed, "reviewer", 200),
        reviewed_on,
        user.get_username(),
        _fitting(typed, "note", 2000),
    )
    return Done(f"Medical review recorded: {row}")


def sign_off(article, typed, user) -> Done:
    region = Region.by_code(typed.get("region", ""))
    if region is None:
        raise NotPossible("Choose a region.")
    try:
        row = claims.sign_off(
            _version(article, typed),
            region,
            _fitting(typed, "reason", 300),
            user.get_username(),
        )
    except ValueError as error:
        raise NotPossible(str(error))
    return Done(f"Signed off in {region.short_name}: {row.reason}")


def no_claim(article, typed, user) -> Done:
    """Of one sentence (its own button, `only`), or of all for which a reason was given."""
    try:
        reasons = reasons_in(typed, typed.get("only", ""))
    except forms.ValidationError as error:
        raise NotPossible(" ".join(error.messages))
    if not reasons:
        raise NotPossible("Choose a reason beside the sentence, or give one in your own words.")
    law = typed.get("law", "")
    if law and law not in LAWS:
        raise NotPossible("Choose the law under which it makes no claim.")
    try:
        rows = no_claims.tick(_version(article, typed), reasons, user.get_username(), law)
    except no_claims.NotWaiting:
        raise NotPossible(
            "A sentence was changed or ticked after you opened this page, so nothing was recorded. Look at the list "
            "as it is now."
        )
    ticked = "; ".join(f"“{shortened(row.sentence)}” ({row.reason})" for row in rows)
    return Done(
        f"No claim: {ticked}", to=reverse("admin:articles_article_change", args=[article.pk]) + "#claims"
    )


def withdraw(article, typed, user) -> Done:
    pk = whole_or_none(typed.get("tick"))
    ticks = list(in_force(article.pk).filter(pk=pk)) if pk is not None else []
    if not no_claims.withdraw(ticks, user.get_username()):
        raise NotPossible("This tick doesn’t hold any more.")
    return Done(
        f"Withdrawn: “{shortened(ticks[0].sentence)}” waits again",
        to=reverse("admin:articles_article_change", args=[article.pk]) + "#claims",
    )


def comment_done(article, typed, user) -> Done:
    comments.resolve(article, whole_or_none(typed.get("comment")) or 0, user.get_username())
    return Done()


def comment_answer(article, typed, user) -> Done:
    comments.answer(article, whole_or_none(typed.get("comment")) or 0, typed.get("words", ""), user)
    return Done()


def comment_open(article, typed, user) -> Done:
    comments.open_again(article, whole_or_none(typed.get("comment")) or 0)
    return Done()


def take_back(article, typed, user) -> Done:
    region = Region.by_code(typed.get("region", ""))
    if region is None:
        raise NotPossible("Choose a region.")
    return Done(publishing.take_back(article, region))


def share(article, typed, user) -> Done:
    region = Region.by_code(typed.get("region", "")) or [*regions_of(article), *Region.all_open()][0]
    try:
        moment = moment_field("at").clean(typed.get("at", ""))
    except forms.ValidationError:
        raise NotPossible("The moment must be a date and a time, or empty for now.")
    link = PreviewLink.objects.create(
        version=_version(article, typed),
        region=region,
        at=publishing.local_moment(moment.replace(tzinfo=None), region) if moment else None,
        expires_at=timezone.now() + timedelta(days=LINK_DAYS),
        made_by=user.get_username(),
    )
    return Done(f"Preview link made for {link.region.short_name}")


def revoke(article, typed, user) -> Done:
    pk = whole_or_none(typed.get("link")) or 0
    links = PreviewLink.objects.filter(version__article=article, pk=pk)
    if not links.update(revoked_at=timezone.now()):
        raise NotPossible("There is no such link.")
    return Done("Preview link revoked")


def move(article, typed, user) -> Done:
    slug = typed.get("slug", "").strip().lower()
    try:
        slug = forms.SlugField(max_length=100).clean(slug)
    except forms.ValidationError as error:
        raise NotPossible(f"The address can’t be “{slug[:60]}”: {' '.join(error.messages)}")
    addresses.move(article, slug, take_over="take_over" in typed)
    return Done(f"The address is now {slug}; the old one leads to it")


def put_into_bin(article, typed, user) -> Done:
    if any(state.current or state.scheduled for state in region_states(article)):
        raise NotPossible("It is live or scheduled. Take it back in every region first.")
    if article.translations.filter(binned_at=None).exists():
        raise NotPossible("It has translations, which would stand without it. Put those into the bin first.")
    Article.objects.filter(pk=article.pk).update(binned_at=timezone.now())
    return Done("Put into the bin")


def take_out_of_bin(article, typed, user) -> Done:
    if article.original is not None and article.original.binned_at is not None:
        raise NotPossible("Its original is in the bin. Take that out first.")
    Article.objects.filter(pk=article.pk).update(binned_at=None)
    return Done("Taken out of the bin")


def keep_out(article, typed, user) -> Done:
    """Never show this product in this region; it can be undone on the page that follows."""
    region = Region.by_code(typed.get("region", ""))
    pk = whole_or_none(typed.get("product"))
    product = Product.objects.filter(pk=pk).first() if pk is not None else None
    if region is None or product is None:
        raise NotPossible("Choose a product and a region.")
    wanted = bulk_links.Wanted(LinkChange.Kind.EXCLUDE, product=product, codes=(region.code,))
    made = bulk_links.change([article], wanted, user.get_username())
    return Done(
        f"{made}. It can be taken back on this page",
        to=reverse("admin:articles_link_change", args=[made.pk]),
    )


def _published(made, now) -> str:
    """What was done, in words: nothing that only begins later is called published."""
    regions = [
        f"{row.region.short_name} now"
        if row.starts_at <= now
        else f"{row.region.short_name} from {row.starts_at.astimezone(row.region.zone):%-d %b %Y, %H:%M}"
        for row in made
    ]
    later = [row.starts_at > now for row in made]
    if all(later):
        return f"Scheduled: {', '.join(regions)}. Readers see nothing of it before"
    return "Published: " + ", ".join(
        words + (" (scheduled)" if is_later else "") for words, is_later in zip(regions, later, strict=True)
    )


def shortened(sentence: str) -> str:
    return Truncator(sentence).words(12, truncate=" …")


def _fitting(typed, name: str, most: int) -> str:
    """What was typed, never cut. Raises NotPossible for what is too long."""
    text = typed.get(name, "")
    if len(text) > most:
        raise NotPossible(f"“{text[:30]}…” has {len(text)} characters; {most} fit here.")
    return text


def _version(article, typed) -> Version:
    pk = whole_or_none(typed.get("version"))
    found = article.versions.filter(pk=pk).first() if pk else None
    if found is None:
        raise NotPossible("This version is not there any more. Look at the history below.")
    return found


EDIT, PUBLISH, TICK = (
    ("articles.change_version",),
    ("articles.publish_article",),
    "articles.may_tick_no_claim",
)
ACTIONS = by_name(
    Action("edit", EDIT, edit, keeps_typed=False),
    Action("translate", ("articles.add_version",), translate, keeps_typed=False),
    Action("up_to_date", ("articles.change_richtext",), up_to_date, keeps_typed=False),
    Action("hand_in", EDIT, hand_in, keeps_typed=False),
    Action("send_back", PUBLISH, send_back),
    Action("throw_away", ("articles.change_richtext",), throw_away, keeps_typed=False),
    Action("duplicate", ("articles.add_version",), duplicate, keeps_typed=False),
    Action("share", EDIT, share, keeps_typed=False),
    Action("revoke", EDIT, revoke, keeps_typed=False),
    Action("comment_done", EDIT, comment_done, keeps_typed=False),
    Action("comment_answer", EDIT, comment_answer),
    Action("comment_open", EDIT, comment_open, keeps_typed=False),
    Action("restore", ("articles.change_richtext",), restore, keeps_typed=False),
    Action("keep_out", ("articles.link_products",), keep_out, keeps_typed=False),
    Action("review", ("articles.add_medicalreview",), review),
    Action("sign_off", ("articles.sign_off_claims",), sign_off),
    Action("no_claim", (TICK,), no_claim),
    Action("withdraw", (TICK,), withdraw, keeps_typed=False),
    Action("publish", PUBLISH, publish, keeps_typed=False),
    Action("take_back", PUBLISH, take_back, keeps_typed=False),
    Action("move", PUBLISH, move),
    Action("bin", PUBLISH, put_into_bin, keeps_typed=False),
    Action("unbin", PUBLISH, take_out_of_bin, keeps_typed=False),
)
