from django.contrib import admin, messages
from django.utils import timezone

from config.newsletter.letters import letter_context
from config.newsletter.models import Letter, LetterArticle, Subscriber
from shop.outbox.keys import proof_key
from shop.outbox.send import write_mail
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
    fields = ["region", "subject", "words", "send_from"]

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
            write_mail(
                key=proof_key(letter.pk, timezone.now()),
                to=to,
                template="letter",
                context=letter_context(letter, stop_url="", is_proof=True),
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
