"""Proposed changes of the library: what is live and what is proposed, side by side, and who may, puts it live."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from articles.models import Proposal
from articles.models.proposal import KEYS
from articles.publishing.errors import NotPossible
from articles.publishing.proposals import PUBLISH, differences, put_live, throw_away
from shop.web.actions import Action, by_name, chosen


def _put_live(proposal, typed, user) -> str:
    if typed.get("seen", "") != proposal.made_at.isoformat():
        raise NotPossible("It was proposed anew after you opened this page. Look at it as it is now.")
    put_live(proposal)
    return f"{proposal} is live as proposed"


def _throw_away(proposal, typed, user) -> str:
    if not (user.has_perm(PUBLISH) or proposal.made_by == user.get_username()):
        raise PermissionDenied
    throw_away(proposal)
    return f"{proposal} stays as it is live; the proposed change was thrown away"


ACTIONS = by_name(
    Action("put_live", (PUBLISH,), _put_live),
    Action("throw_away", ("articles.view_proposal",), _throw_away),
)


@admin.register(Proposal)
class ProposalAdmin(admin.ModelAdmin):
    list_display = ["__str__", "made_by", "made_at"]
    list_select_related = list(KEYS.values())
    ordering = ["made_at", "pk"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def change_view(self, request, object_id, form_url="", extra_context=None):
        proposal = self.get_object(request, object_id)
        if proposal is None:
            messages.warning(
                request, "This proposed change is not there any more: it is live, or was thrown away."
            )
            return HttpResponseRedirect(reverse("admin:articles_proposal_changelist"))
        if not self.has_view_permission(request, proposal):
            raise PermissionDenied
        row = proposal.row
        if request.method == "POST":
            return self._done(request, proposal, row)
        may_publish = request.user.has_perm(PUBLISH)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Proposed: {proposal}",
            "proposal": proposal,
            "differences": differences(proposal),
            "form_of_row": self._form_of(row),
            "may_publish": may_publish,
            "may_throw_away": may_publish or proposal.made_by == request.user.get_username(),
        }
        return render(request, "admin/articles/proposal.html", context)

    def _done(self, request, proposal, row):
        try:
            words = chosen(ACTIONS, request).perform(proposal, request.POST, request.user)
        except NotPossible as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(request.path)
        self.log_change(request, row, words)
        messages.success(request, f"{words}.")
        return HttpResponseRedirect(self._form_of(row))

    @staticmethod
    def _form_of(row) -> str:
        return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
