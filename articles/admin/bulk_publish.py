"""Publish or schedule many articles at once: each alone, by the rules and with the checks of its own page."""

from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpResponseRedirect
from django.shortcuts import render

from articles.admin.article_actions import SlotsRefused, publish
from articles.admin.slots import SlotForm, for_all
from articles.models import Version
from articles.publishing.errors import NotPossible
from shop.claims.rules import RED
from shop.regions.models import Region

MAX_PUBLISHED = 50

if TYPE_CHECKING:  # what it is mixed into
    from django.contrib.admin import ModelAdmin as Admin
else:
    Admin = object


class PublishActions(Admin):
    """Mix into the admin of articles."""

    def has_publish_permission(self, request):
        return request.user.has_perm("articles.publish_article")

    @admin.action(description="Publish or schedule …", permissions=["publish"])
    def publish_many(self, request, articles):
        """Choose where and when, see what is to be known of each, then do it; told row by row."""
        rows = list(articles.filter(binned_at=None)[: MAX_PUBLISHED + 1])
        if len(rows) > MAX_PUBLISHED:
            words = (
                f"More than {MAX_PUBLISHED} articles are ticked, which is too many at once; nothing was done."
            )
            messages.error(request, words)
            return HttpResponseRedirect(request.get_full_path())
        slots = [
            SlotForm(for_all(request.POST, region) if "confirmed" in request.POST else None, region=region)
            for region in Region.all_open()
        ]
        if "confirmed" in request.POST:
            is_valid = not [form for form in slots if not form.is_valid()]
            if is_valid and any(form.cleaned_data["chosen"] for form in slots):
                for article in rows:
                    self._publish_one(request, article)
                return HttpResponseRedirect(request.get_full_path())
            messages.error(
                request,
                "Nothing was published. " + ("Choose a region." if is_valid else "Look at the times."),
            )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Publish {len(rows)} article{'' if len(rows) == 1 else 's'}",
            "rows": [(article, *_to_know(article)) for article in rows],
            "slots": [form for form in slots if form.region.language in {row.language for row in rows}],
            "typed": request.POST if "confirmed" in request.POST else {},
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        return render(request, "admin/articles/article/publish_many.html", context)

    def _publish_one(self, request, article) -> None:
        """As the button of its page does it; a bad one is told, and stops no other."""
        typed = request.POST.copy()
        typed["version"] = request.POST.get(f"version-{article.pk}", "")
        typed["seen"] = request.POST.get(f"seen-{article.pk}", "")
        typed.pop("left_out_because", None)
        title = article.newest_rows[0].title if article.newest_rows else article.slug
        try:
            done = publish(article, typed, request.user)
        except (NotPossible, SlotsRefused) as error:
            messages.error(request, f"{title}: not published. {error}")
        except PermissionDenied:
            messages.error(request, f"{title}: not published, since you may not.")
        except DatabaseError:
            messages.error(request, f"{title}: not published, since the database refused it. Try it alone.")
        else:
            self.log_change(request, article, done.words)
            messages.success(request, f"{title}: {done.words}")
            for words in done.warnings:
                messages.warning(request, f"{title}: {words}")


def _to_know(article) -> tuple[Version | None, list[str]]:
    """(what would be published, what to know of it before)"""
    newest = article.newest_rows[0] if article.newest_rows else None
    if newest is None:
        return None, ["Nothing is written yet, so there is nothing to publish."]
    red = [region.short_name for region in Region.all_open() if newest.claims_in(region).get("colour") == RED]
    notes = [f"A claim that is not allowed in {', '.join(red)}: no product shows there."] if red else []
    notes += [f"{newest.findings_count} to look at"] if newest.findings_count else []
    if newest.handed_in_at:
        notes.append(f"handed in by {newest.handed_in_by}")
    return newest, notes
