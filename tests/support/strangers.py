"""Those who ask in the matrix of access (tests/test_access.py), and rows of another person for them to ask after."""

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.admin.utils import quote
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from articles.models import Article, Author, ClaimSignOff, LinkChange, PreviewLink, Proposal, Version
from articles.publishing.drafts import open_draft
from config.accounts.models import Account, SignInLink
from config.deeds.models import Deed, Verb
from config.forwarding.models import MissedPage, Redirect, ShortLink
from config.moving.models import Import
from config.newsletter.models import Subscriber
from config.operation.models import Violation
from config.search.models import EmptySearch
from config.staff.roles import ROLES
from shop.alerts.models import StockAlert
from shop.basket.models import Basket
from shop.catalogue.models import Batch, Collection
from shop.content.link_tokens import opened_by
from shop.invoices.issue import issue_documents
from shop.orders.models import Order, OrderLine
from shop.outbox.keys import staff_key
from shop.outbox.models import Mail
from shop.pages.publishing import start_draft
from shop.payments.models import Dispute, Refund
from shop.payments.sandbox.models import SandboxSwitches
from shop.pictures.models import Picture
from shop.reminders.models import BasketReminder, PackReminder
from shop.reviews.models import Review, ReviewAsk, ReviewReport
from shop.reviews.moderating import show
from shop.sweeps.models import Setback
from shop.withdrawal.models import Withdrawal
from tests.conftest import a_shopper
from tests.support.access import QUERIES
from tests.support.baskets import add
from tests.support.factories import an_order_at_stripe, region, variant
from tests.support.hostile import filled
from tests.support.orders import paid
from tests.support.rows import fill
from tests.support.sign_in import WORDS
from tests.support.staff import signed_in


class Strangers:
    """Rows of every kind, of Ada; and Bob, who has an order, an alert and a basket of his own."""

    def __init__(self) -> None:
        fill()
        now, uk = timezone.now(), region("uk")
        self.page = start_draft("delivery", uk)
        self.article = Article.objects.exclude(publications=None).first()
        self.version = self.article.publications.first().version
        self.draft = open_draft(self.article, "ada")
        self.open_order, self.session = an_order_at_stripe(email="ada@example.org")
        self.order, self.bobs = paid(email="ada@example.org"), paid(email="bob@example.org")
        issue_documents()
        self.invoice = self.order.documents.first()
        self.product, self.picture = variant().product, Picture.objects.first()
        self.batch = Batch.objects.first()
        self.letter = self.row_of("letters.letter")
        self.import_ = Import.objects.create(
            kind="products", file_name="x.csv", data=b"", state="stopped", turn=None
        )
        self.author, self.collection = Author.objects.first(), Collection.objects.first()
        self.translation, made = Article.objects.get_or_create(
            original=self.article, language="de", defaults={"slug": "in-german"}
        )
        if made:
            Version.objects.create(
                article=self.translation, title="Titel", summary="Kurz.", author=self.author
            )
        self.mail = Mail.objects.order_by("-pk").first()
        payment = self.order.payments.first()
        Refund.objects.create(payment=payment, amount=1, look_at=now)
        Dispute.objects.create(payment=payment, stripe_id="dp_1", amount=1, status="needs_response")
        self.withdrawal = Withdrawal.objects.create(
            region=uk,
            order=self.order,
            name="Ada",
            number=self.order.number,
            email="ada@example.org",
            form="1",
        )
        self.alert = StockAlert.objects.create(email="ada@example.org", variant=variant(), region=uk)
        self.pack_reminder = PackReminder.objects.create(
            email="ada@example.org", line=self.order.lines.get(), region=uk, due_at=now
        )
        self.basket_reminder = BasketReminder.objects.create(
            email="ada@example.org", basket=Basket.objects.create(), region=uk
        )
        line = self.order.lines.get()
        OrderLine.objects.filter(pk=line.pk).update(sent=1)
        review = Review.objects.create(line=line, product=self.product, region=uk, stars=4, text="Fine.")
        self.published = show(review, by="ada")
        ReviewReport.objects.create(review=review, reason="false")
        ReviewAsk.objects.create(order=self.order, due_at=now)
        self.sign_in_link = SignInLink.objects.create(email="ada@example.org", region=uk)
        shopper = User.objects.create(username="shopper-ada")
        self.account = Account.objects.create(user=shopper, email="ada@example.org")
        self.subscriber = Subscriber.objects.create(email="ada@example.org", region=uk)
        self.preview = PreviewLink.objects.create(
            version=self.version, region=uk, expires_at=now.replace(year=2999)
        )
        self.change = LinkChange.objects.create(kind=LinkChange.Kind.values[0], made_by="ada")
        self.colleague = User.objects.get(username="colleague")
        self.passkey = Authenticator.objects.create(
            user=self.colleague, type=Authenticator.Type.WEBAUTHN, data={"name": "Key", "credential": {}}
        )
        ClaimSignOff.objects.create(
            version=self.version, region=uk, reason="x", signed_by="ada", state="x", rules="x"
        )
        EmptySearch.objects.create(words="zinc", region=uk)
        Proposal.objects.create(author=self.author, values={"name": "Another"}, made_by="ada")
        Redirect.objects.create(source="/old/", target="/uk/shop/")
        self.link = ShortLink.objects.create(word="spring", region=uk, page="shop")
        MissedPage.objects.create(path="/gone/")
        Violation.objects.create(directive="script-src", blocked="inline", page="home")
        Setback.objects.create(sweep="x", model="outbox.Mail", about="1", error="x", next_at=now)
        SandboxSwitches.objects.create()
        self.staff_mail = Mail.objects.create(
            key=staff_key("staff_link", self.colleague.pk, "1"),
            to="c@example.org",
            subject="x",
            text="x",
            due_at=now,
        )
        Deed.objects.create(verb=Verb.EXPORTED, user_pk=1, who="ada", network="")

    def address(self, route: str, model: str = "", **given: str) -> str:
        values = {**self.values(route), **given}
        if model:
            values["object_id"] = str(quote(self.row_of(model).pk))
        return filled(route, values) + QUERIES.get(route, "")

    def row_of(self, model: str):
        if model == "auth.user":
            return self.colleague
        if model == "articles.version":
            return self.draft
        if model == "outbox.mail":
            return self.mail
        return apps.get_model(model)._default_manager.order_by("-pk").first()

    def values(self, route: str) -> dict[str, str]:
        """In the places of an address's parameters."""
        product = self.product
        found = {
            "region": "uk", "slug": product.slug, "code": "uk", "one": "uk", "other": "us", "page": "delivery",
            "kind": "product", "key": product.slug, "number": "1", "path": self.picture.file.name,
            "proof": self.withdrawal.token, "session_id": self.session.pk, "token": self.order.token,
            "before": self.version.pk, "after": self.draft.pk, "id": self.colleague.pk, "name": "editor",
            "uidb36": "1", "url": "no/such/page", "pk": self.order.pk,
        }  # fmt: skip
        if "articles/authors" in route:
            found["slug"] = self.author.slug
        elif "articles" in route:
            found |= {"slug": self.article.slug, "pk": self.draft.pk}
        elif "collections" in route:
            found["slug"] = self.collection.slug
        if route.startswith("orders/"):
            found["number"] = self.invoice.number
        for begin, value in {
            "to/article": {"pk": self.article.pk},
            "to/product": {"pk": product.pk},
            "admin/articles/article/links": {"pk": self.change.pk},
            "admin/articles/article/languages": {"pk": self.translation.original_id, "language": "de"},
            "admin/catalogue": {"pk": product.pk},
            "admin/catalogue/batch": {"pk": self.batch.pk},
            "go/": {"word": self.link.word},
            "admin/forwarding/shortlink": {"pk": self.link.pk, "kind": "svg"},
            "admin/letters": {"pk": self.letter.pk},
            "admin/bring-in": {"pk": self.import_.pk},
            "admin/outbox": {"pk": self.mail.pk},
            "admin/pages": {"pk": self.page.pk},
            "admin/you/passkeys": {"pk": self.passkey.pk},
            "alerts/": {"token": self.alert.token},
            "reminders/": {"token": self.pack_reminder.token},
            "reminders/basket/": {"token": self.basket_reminder.token},
            "orders/<token>/review": {"sku": self.order.lines.get().sku},
            "<region>/reviews": {"pk": self.published.pk},
            "account/": {"token": self.sign_in_link.token},
            "letters/": {"token": self.subscriber.token},
            "preview/": {"token": self.preview.token},
            "orders/<token>/pay": {"token": self.open_order.token},
            "orders/<token>/cancel": {"token": self.open_order.token},
        }.items():
            if route.startswith(begin):
                found |= value
        return {name: str(value) for name, value in found.items()}

    def of_ada(self) -> list[str]:
        """What only her own secret pages and those who sell may show."""
        return ["ada@example.org", self.order.number, self.order.token, self.open_order.token]

    def wrong(self, route: str) -> list[dict[str, str]]:
        """The same with something in the place of the secret that others may know or have."""
        right = self.values(route)
        name = next(name for name in ("token", "proof", "session_id") if f"<{name}>" in route)
        known = [
            self.order.pk, self.order.number, self.withdrawal.pk, self.alert.pk, self.subscriber.pk, self.preview.pk,
            self.order.token, self.alert.token, self.subscriber.token, self.preview.token, self.withdrawal.token,
            self.pack_reminder.pk, self.pack_reminder.token, self.basket_reminder.token,
        ]  # fmt: skip
        made = [{**right, name: str(one)} for one in known if str(one) != right[name]]
        if "<number>" in route:  # Bob's own order opens no invoice of Ada's
            return [*made, {**right, "token": self.bobs.token}]
        if route.startswith("orders/"):
            made = [one for one in made if not opened_by(Order.objects.all(), one["token"]).exists()]
        return made


def visitor(who: str, there: Strangers) -> Client:
    if who == "anonymous":
        return a_shopper()
    if who == "another shopper":
        bob = a_shopper()
        add(bob, quantity="2")
        bob.get(f"/orders/{there.bobs.token}/")
        return bob
    if who in ROLES or who == "superuser":
        signed_in(*([who] if who in ROLES else []), name=who)
        user = User.objects.get(username=who)
    else:
        user = User.objects.create(username=who, is_staff=who != "not staff")
    user.set_password(WORDS)
    user.save()
    client = a_shopper()
    client.force_login(user)
    session = client.session
    # As after a password, so that the pages of one's account ask for none.
    request = HttpRequest()
    request.session, request.user = session, user
    record_authentication(request, user, "password", reauthenticated=True)
    session.save()
    return client
