from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone

from config.newsletter.letters import letter_context
from config.newsletter.looking import look, send_now
from config.newsletter.models import Letter, LetterArticle, Subscriber
from shop.outbox.keys import proof_key
from shop.outbox.sandboxed import sandboxed
from shop.outbox.send import write_mail
from shop.pictures.storage import NotStored
from shop.regions.models import Seller


class LetterArticleInline(admin.TabularInline):
    model = LetterArticle
    extra = 1
    autocomplete_fields = ["article"]
    verbose_name = "article"
    verbose_name_plural = "articles, in this order; what is not live in the region, or claims something in its title or summary, is left out"


@admin.register(Letter)
class LetterAdmin(admin.ModelAdmin):
    """Letters: written, tried on oneself, then sent from a moment on."""

    list_display = ["subject", "region", "state", "sent_to"]
    list_filter = ["region"]
    list_select_related = ["region"]
    search_fields = ["subject"]
    inlines = [LetterArticleInline]
    actions = ["proof"]
    fields = ["region", "subject", "picture", "words", "send_from"]
    autocomplete_fields = ["picture"]
    change_form_template = "admin/letters/change_form.html"

    class Media:
        js = ["js/staff.js"]

    @admin.display(description="State")
    def state(self, letter):
        if letter.sent_at:
            return f"Sent {letter.sent_at:%d %b %Y}"
        if letter.send_from is None:
            return "Draft"
        return (
            "Being sent"
            if letter.send_from <= timezone.now()
            else f"From {letter.send_from:%d %b %Y, %H:%M} UTC"
        )

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/look/", view(self.look_view), name="letters_letter_look"),
            path("<int:pk>/look/html/", view(self.html_view), name="letters_letter_html"),
            *super().get_urls(),
        ]

    def _letter(self, request, pk: int) -> Letter:
        if not self.has_view_permission(request):
            raise PermissionDenied
        letter = self.get_queryset(request).select_related("region", "picture").filter(pk=pk).first()
        if letter is None:
            raise Http404("There is no such letter.")
        return letter

    def look_view(self, request, pk):
        """The letter as it would go, to how many; a POST tries it on oneself, or sends it to all of them."""
        letter = self._letter(request, pk)
        may_change = self.has_change_permission(request, letter)
        looked = look(letter)
        if request.method == "POST":
            if "proof" in request.POST:
                self.proof(request, [letter])
            elif not may_change:
                raise PermissionDenied
            elif looked.may_go and request.POST.get("sure"):
                self._send(request, letter)
            else:
                words = "Tick that it may go. Nothing was sent." if looked.may_go else "It can’t go yet."
                self.message_user(request, words, messages.ERROR)
            return HttpResponseRedirect(reverse("admin:letters_letter_look", args=[letter.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": "Look and send",
            "letter": letter,
            "look": looked,
            "state": self.state(letter),
            "may_send": may_change and letter.sent_at is None,
            "proof_to": request.user.email,
        }
        return render(request, "admin/letters/look.html", context)

    def _send(self, request, letter) -> None:
        if send_now(letter):
            self.log_change(request, letter, "Sent to all who have confirmed.")
            self.message_user(request, "It is on its way: the worker writes the mails now.")
        else:
            self.message_user(request, "It is on its way already; nothing was sent twice.", messages.WARNING)

    def html_view(self, request, pk):
        """The HTML part by itself: no script, pictures of this shop alone."""
        return sandboxed(look(self._letter(request, pk)).html)

    def has_change_permission(self, request, letter=None):
        begun = letter is not None and letter.send_from and letter.send_from <= timezone.now()
        return super().has_change_permission(request, letter) and not begun

    def has_delete_permission(self, request, letter=None):
        return super().has_delete_permission(request, letter) and not (letter and letter.sent_at)

    @admin.action(description="Send a proof to me")
    def proof(self, request, letters):
        """The letter as readers will get it, to the person who asks, or to the seller if they have no address."""
        seller = Seller.current()
        to = request.user.email or (seller.email if seller else "")
        if not to:
            words = "You have no e-mail address, and the shop has no seller yet. Give the seller one, then try again."
            self.message_user(request, words, messages.ERROR)
            return
        for letter in letters:
            try:
                context = letter_context(letter, stop_url="", is_proof=True)
            except NotStored as error:
                self.message_user(request, f"Its pictures can’t be made now: {error}", messages.ERROR)
                return
            write_mail(
                key=proof_key(letter.pk, timezone.now()),
                to=to,
                template="letter",
                context=context,
            )
        self.message_user(
            request, f"The proof goes to {to}; it can be read under Mails too.", messages.SUCCESS
        )


@admin.register(Subscriber)
class SubscriberAdmin(admin.ModelAdmin):
    """Who gets letters, and the proof that they asked. Staff may delete an address when somebody asks for it."""

    list_display = ["email", "region", "asked_at", "confirmed_at"]
    list_filter = ["region", ("confirmed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["region"]
    search_fields = ["email"]
    readonly_fields = ["email", "region", "agreed_to", "asked_at", "confirmed_at"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, subscriber=None):
        return False
