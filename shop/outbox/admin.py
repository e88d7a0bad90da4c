from django.contrib import admin, messages
from django.http import Http404
from django.urls import path, reverse
from django.utils.html import format_html

from shop.outbox.keys import sign_in_kind, staff_kind
from shop.outbox.models import Mail
from shop.outbox.sandboxed import sandboxed
from shop.outbox.send import SEND_AGAIN, send_again


@admin.register(Mail)
class MailAdmin(admin.ModelAdmin):
    """Every mail the site wrote, readable as the shopper gets it. Nothing in one can be changed; one that did not go out can be sent again."""

    list_display = ["subject", "to", "written_at", "state", "attempts"]
    list_filter = ["sent_at", "written_at"]
    search_fields = ["to", "subject", "key"]
    found_by = ("to", "key")
    search_help_text = "An address. Words of the subject find the last 1,000 mails; older ones stand on the page of their order."
    actions = ["again"]
    fields = readonly_fields = (
        "subject",
        "to",
        "state",
        "last_error",
        "written_at",
        "sent_at",
        "gave_up_at",
        "as_html",
        "text",
    )

    def get_queryset(self, request):
        """A list shows no bodies; a mail's page loads its own when it shows them."""
        mails = super().get_queryset(request).defer("text", "html", "headers")
        if not request.user.has_perm(
            "auth.change_user"
        ):  # a link to choose somebody's password with stands in some
            mails = mails.exclude(key__startswith=staff_kind()).exclude(key__startswith=sign_in_kind())
        return mails

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, mail=None):
        return False

    def has_delete_permission(self, request, mail=None):
        return False

    def get_urls(self):
        view = self.admin_site.admin_view(self.html_view)
        return [path("<int:pk>/html/", view, name="outbox_mail_html"), *super().get_urls()]

    def html_view(self, request, pk):
        """The HTML part by itself."""
        mail = self.get_object(request, str(pk))
        if mail is None or not self.has_view_permission(request, mail):
            raise Http404
        return sandboxed(mail.html)

    @admin.display(description="State")
    def state(self, mail):
        return mail.state_words

    def has_again_permission(self, request):
        return request.user.has_perm("outbox.change_mail")

    @admin.action(description="Send again what did not go out", permissions=["again"])
    def again(self, request, mails):
        closed = mails.filter(sent_at=None, is_closed=True).count()
        count = send_again(mails)
        self.message_user(
            request, f"{count} go out again. A wrong address is corrected at the order.", messages.SUCCESS
        )
        if closed:
            words = f"{closed} can’t go out again: they were given up more than {SEND_AGAIN.days} days ago, and their links are cut."
            self.message_user(request, words, messages.WARNING)

    @admin.display(description="As the shopper sees it")
    def as_html(self, mail):
        url = reverse("admin:outbox_mail_html", args=[mail.pk])
        return format_html('<iframe class="mail-preview" src="{}" title="The mail as HTML"></iframe>', url)
