"""Rows for every sweep of the worker, and ways to have some of them fail."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from articles.evidence import outside_links
from articles.models import Article, Author, LinkTrouble, OutsideLink, Publication, RichText, Version
from articles.products import health
from config.newsletter.models import Letter, Subscriber
from config.search.models import Document, Kind
from config.worker.sweeps import ClaimsSweep
from shop.alerts.models import StockAlert
from shop.attribution.models import Tally
from shop.catalogue.batches import recall
from shop.ledger import breach, check
from shop.orders import vies
from shop.orders.fulfil import send_parcel
from shop.orders.models import BuyerVatNumber, Order, ParcelBatch, Vies
from shop.outbox.keys import letter_kind
from shop.outbox.models import Mail
from shop.payments import reconcile
from shop.payments.models import EventCursor, Payment, Refund
from shop.payments.sandbox import events as sandbox_events
from shop.payments.sandbox.models import SandboxEvent, SandboxSession
from shop.payments.sandbox.stripe import sessions
from shop.pictures import renditions
from shop.pictures.models import Picture
from shop.withdrawal.declare import Declared, declare
from tests.support.batches import a_batch
from tests.support.factories import an_order_at_stripe, region, set_stock, variant

COUNT, BAD, MAX_PER_SWEEP = 7, 4, 3  # more rows fail than a sweep takes at once


def mails():
    for number in range(COUNT):
        Mail.objects.create(key=f"k{number}", to="a@b.de", subject="s", text="t", html="h",
                            due_at=timezone.now() - timedelta(minutes=60 - number))  # fmt: skip
    return list(Mail.objects.filter(key__startswith="k").order_by("due_at").values_list("pk", flat=True))


def nonsense(patch, bad):
    Tally.objects.filter(pk__in=bad).update(what="nonsense")


@dataclass
class Case:
    """`make` returns what names the rows, in the order in which the sweep takes them. `poison(patch, bad)` makes some fail."""

    make: Callable
    poison: Callable
    done: Callable  # which of the names are done
    run: Callable
    kept: bool = True  # what fails stands among the setbacks


def failing(whole, bad, name):
    """`whole`, but raising for what `name` of its first argument calls bad."""

    def patched(first, *args, **kwargs):
        if name(first) in bad:
            raise RuntimeError("poison")
        return whole(first, *args, **kwargs)

    return patched


def patching(module, attribute, name=lambda row: row.pk):
    def poison(patch, bad):
        patch.setattr(module, attribute, failing(getattr(module, attribute), set(bad), name))

    return poison


def orders() -> list[Order]:
    set_stock("CIT-CAP-90", "uk", 100)
    return [an_order_at_stripe(email=f"a{number}@example.org")[0] for number in range(COUNT)]


def payments_to_look_at():
    found = [order.payments.get() for order in orders()]
    for number, payment in enumerate(found):
        Payment.objects.filter(pk=payment.pk).update(look_at=timezone.now() - timedelta(hours=1) + timedelta(minutes=number))  # fmt: skip
    return [payment.pk for payment in found]


def overdue():
    found = orders()
    Order.objects.update(hold_until=timezone.now() - timedelta(minutes=1))
    return [order.pk for order in found]


def left():
    found = [order.payments.get().pk for order in orders()]
    Payment.objects.update(leaving="asked")
    return found


def paid_orders():
    found = orders()
    for order in found:
        sessions.pay(SandboxSession.objects.get(id=order.payments.get().session_id))
        reconcile.look_at(order.payments.get())
    return [order.pk for order in found]


def refunds():
    pks = []
    for pk in paid_orders():
        payment = Payment.objects.get(order=pk)
        row = Refund.objects.create(payment=payment, amount=100, look_at=timezone.now())
        pks.append(row.pk)
    return pks


def old_batches():
    """Of one stock, so that each leaves it alone."""
    set_stock("CIT-CAP-90", "uk", 0)
    found = [a_batch(f"OLD-{number}", 2, sold_for=-COUNT + number - 1) for number in range(COUNT)]
    return [batch.pk for batch in found]


def sent_of_a_recalled_batch():
    pks = paid_orders()
    batch = a_batch("RECALL", 50, is_counted=True)
    for pk in pks:
        order = Order.objects.get(pk=pk)
        send_parcel(order, {line.pk: line.quantity for line in order.lines.all()}, by="ada")
    recall(batch, "Stop taking them.", who="ada")
    return list(ParcelBatch.objects.order_by("pk").values_list("pk", flat=True))


def withdrawn_and_paid_back():
    pks = paid_orders()
    for pk in pks:
        order = Order.objects.get(pk=pk)
        said = Declared("Ada", order.number, order.email, str(pk))
        declare(said, order.region, proven=order)
        Refund.objects.create(payment=order.payments.get(), amount=order.total, look_at=timezone.now())
    return pks


def declared_before_they_were_paid():
    """The withdrawals of orders that were paid after somebody had declared."""
    found = orders()
    rows = [
        declare(Declared("Ada", order.number, "else@example.org", str(order.pk)), order.region)
        for order in found
    ]
    for order in found:
        sessions.pay(SandboxSession.objects.get(id=order.payments.get().session_id))
        reconcile.look_at(order.payments.get())
    return [row.pk for row in rows]


def vat_numbers_to_ask():
    """Of businesses that ordered."""
    rows = [
        BuyerVatNumber(
            order=order, number=f"IT{number:011}", due_at=timezone.now() - timedelta(hours=COUNT - number)
        )
        for number, order in enumerate(orders())
    ]
    return [row.number for row in BuyerVatNumber.objects.bulk_create(rows)]


def vies_knows_all_but(patch, bad):
    patch.setattr(vies, "answer_of", failing(lambda number: Vies.VALID, set(bad), lambda number: number))


def refuse_refunds(patch, bad):
    whole, keys = reconcile.stripe_api.create_refund, {str(Refund.objects.get(pk=pk).key) for pk in bad}
    patch.setattr(
        reconcile.stripe_api,
        "create_refund",
        failing(whole, keys, lambda params: params["metadata"]["refund"]),
    )


def unread_events():
    EventCursor.objects.create(pk=1, read_until=timezone.now() - timedelta(hours=1))
    paid = orders()
    for order in paid:
        sessions.pay(SandboxSession.objects.get(id=order.payments.get().session_id))
    found = SandboxEvent.objects.filter(type="checkout.session.completed").order_by("created")
    return list(found.values_list("id", flat=True))


def events_to_deliver():
    SandboxEvent.objects.all().delete()
    for number in range(COUNT):
        sandbox_events.emit("test", {"id": number}, timezone.now() - timedelta(minutes=60 - number))
    return list(SandboxEvent.objects.order_by("deliver_at").values_list("pk", flat=True))


def no_signature(patch, bad):
    whole = sandbox_events.signature
    patch.setattr(sandbox_events, "signature", failing(whole, set(bad), lambda body: json.loads(body)["id"]))


def open_sessions():
    orders()
    for number, session in enumerate(SandboxSession.objects.order_by("created")):
        session.expires_at = timezone.now() - timedelta(minutes=60 - number)
        session.save()
    return list(SandboxSession.objects.order_by("expires_at").values_list("pk", flat=True))


def wishes(confirmed=True):
    set_stock("CIT-CAP-90", "uk", 0)
    now = timezone.now()
    for number in range(COUNT):
        StockAlert.objects.create(
            email=f"a{number}@example.org",
            variant=variant(),
            region=region("uk"),
            asked_at=now - timedelta(days=9),
            confirmed_at=now + timedelta(seconds=number) if confirmed else None,
        )
    set_stock("CIT-CAP-90", "uk", 3)
    return list(StockAlert.objects.order_by("pk").values_list("pk", flat=True))


def readers(confirmed=True):
    now = timezone.now()
    for number in range(COUNT):
        Subscriber.objects.create(
            email=f"a{number}@example.org",
            region=region("uk"),
            asked_at=now - timedelta(days=9),
            confirmed_at=now - timedelta(days=1) if confirmed else None,
        )
    if confirmed:
        Letter.objects.create(region=region("uk"), subject="S", words="W", send_from=now)
    return list(Subscriber.objects.order_by("pk").values_list("pk", flat=True))


def written_to(pks):
    """A letter went to a reader."""
    tokens = set(Mail.objects.filter(key__startswith=letter_kind()).values_list("person", flat=True))
    return {row.pk for row in Subscriber.objects.filter(pk__in=pks) if row.kept_token in tokens}


def not_forgetting(model, module):
    def poison(patch, bad):
        tokens = set(model.objects.filter(pk__in=bad).values_list("kept_token", flat=True))
        patch.setattr(module, "forget", failing(module.forget, tokens, lambda token: token))

    return poison


def gone(model):
    return lambda pks: set(pks) - set(model.objects.values_list("pk", flat=True))


def live_versions():
    return list(
        Publication.objects.filter(region__code="uk")
        .order_by("-starts_at", "-pk")
        .values_list("version", flat=True)[:COUNT]
    )


def without_links():
    """Live articles whose trouble the sweep has not seen yet."""
    pks = live_versions()
    LinkTrouble.objects.all().delete()
    return pks


def all_troubled(patch, bad):
    def troubles(version, *args):
        if version.pk in bad:
            raise RuntimeError("poison")
        return {(version.article_id, None, "none")}

    patch.setattr(health, "_troubles_of", troubles)


def troubled(pks):
    seen = set(LinkTrouble.objects.values_list("article", flat=True))
    return set(Version.objects.filter(pk__in=pks, article__in=seen).values_list("pk", flat=True))


def unindexed():
    pks = live_versions()
    Document.objects.filter(kind=Kind.ARTICLE).delete()
    return pks


def indexed(pks):
    keys = set(Document.objects.filter(kind=Kind.ARTICLE).values_list("key", flat=True))
    return {row.pk for row in Version.objects.filter(pk__in=pks) if str(row.article_id) in keys}


def unchecked():
    pks = live_versions()
    Version.objects.filter(pk__in=pks).update(claims={}, claims_rules="")
    return pks


def check_claims():
    sweep = ClaimsSweep()
    while sweep():
        pass


def binned():
    for number in range(COUNT):
        Article.objects.create(slug=f"old-{number}", binned_at=timezone.now() - timedelta(days=40))
    return list(Article.objects.filter(slug__startswith="old-").order_by("pk").values_list("pk", flat=True))


def undeletable(patch, bad):
    patch.setattr(Article, "delete", failing(Article.delete, set(bad), lambda article: article.pk))


def begun():
    Publication.objects.update(is_told=True)
    author, found = Author.objects.first(), []
    for number in range(COUNT):
        article = Article.objects.create(slug=f"begun-{number}")
        version = Version.objects.create(
            article=article, title="T", summary="s", author=author, is_draft=False
        )
        at = timezone.now() - timedelta(minutes=60 - number)
        row = Publication.objects.create(article=article, version=version, region=region("uk"), starts_at=at)
        found.append(row.pk)
    return found


def links_to_outside():
    OutsideLink.objects.all().delete()
    return [OutsideLink.objects.create(url=f"https://example.org/{number}").pk for number in range(COUNT)]


def links_that_break_us(patch, bad):
    urls = set(OutsideLink.objects.filter(pk__in=bad).values_list("url", flat=True))

    def ask(url):
        if url in urls:
            raise RuntimeError("poison")
        return 200, ""

    patch.setattr(outside_links, "ask", ask)


def links_in_texts():
    text = RichText.objects.filter(parent__in=live_versions()).first()
    bad = ["https://[", "https://[::1", "http://]x", "https://exa[mple.org/"]
    urls = bad + [f"https://example.org/{number}" for number in range(COUNT - BAD)]
    text.body = "".join(f'<p><a href="{url}">x</a></p>' for url in urls)
    text.save()
    return urls


def waiting_pictures():
    pks = list(Picture.objects.order_by("pk").values_list("pk", flat=True)[:COUNT])
    Picture.objects.filter(pk__in=pks).update(rendered_widths=[], failed="")
    Picture.objects.exclude(pk__in=pks).update(rendered_widths=[320])
    return pks


def killing_pictures(patch, bad):
    def render(picture):
        if picture.pk in bad:
            raise RuntimeError("poison")
        return bool(Picture.objects.filter(pk=picture.pk).update(rendered_widths=[320]))

    patch.setattr(renditions, "_render", render)


def tallies():
    Tally.objects.all().delete()
    return [
        Tally.objects.create(day="2026-01-01", region=region("uk"), article=number, what="views", amount=1).pk
        for number in range(1, COUNT + 1)
    ]


def ledger_rules():
    return [rule.__name__ for rule in check.RULES][:COUNT]


def rules_that_fail(patch, bad):
    def rule(name):
        def check(now, among):
            if name in bad:
                raise RuntimeError("poison")
            yield breach.Breach(name, "seen", 1, "2026-01-01")

        check.__name__ = name
        return check

    patch.setattr(check, "RULES", [rule(name) for name in ledger_rules()])
