"""The withdrawal function: two steps, no account, a receipt; a stranger changes nothing, and the time counts from the first."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from shop.orders.fulfil import send_parcel
from shop.outbox.models import Mail
from shop.withdrawal.due import claims_of
from shop.withdrawal.models import Withdrawal, WithdrawalLine
from tests.support.factories import set_stock
from tests.support.orders import paid

pytestmark = pytest.mark.django_db
ASK = "/eu/withdraw/"


def bought(*skus, quantity=2, code="eu", **more):
    for sku in skus or ["CIT-CAP-90"]:
        set_stock(sku, code, 20)
    return paid(*skus, quantity=quantity, code=code, **more)


def typed(order, **more):
    return {"name": "Ada Lovelace", "number": order.number, "email": order.email, **more}


def nonce_in(response) -> str:
    return re.search(r'name="nonce" value="([^"]+)"', response.content.decode()).group(1)


def declare(client, url, fields):
    """Both steps, as the pages carry them on; the page that follows."""
    second = client.post(url, fields)
    assert second.status_code == 200, second.content
    return client.post(url, {**fields, "nonce": nonce_in(second), "confirm": "1"}, follow=True)


def proof_link(mail) -> str:
    return re.search(r"https?://[^/]+(/withdrawals/\S+)", mail.text).group(1)


def of_order(order) -> str:
    return reverse("withdrawal:of_order", args=[order.token])


def test_every_page_of_the_eu_and_the_uk_leads_to_it_in_the_words_of_the_law(client):
    for code, words in [("eu", "Withdraw from contract here"), ("uk", "Cancel contract here")]:
        for page in (f"/{code}/", f"/{code}/shop/", f"/{code}/help/terms/", f"/{code}/basket/"):
            html = client.get(page).content.decode()
            assert f'href="/{code}/withdraw/"' in html, page
            assert words in html, page
    assert "withdraw/" not in client.get("/us/").content.decode()
    assert client.get("/us/withdraw/")["Location"] == "/us/help/returns/"


def test_it_asks_name_order_and_mail_and_nothing_else(client):
    html = client.get(ASK).content.decode()
    form = html[html.index("<h1") : html.index("</form>", html.index("<h1"))]
    names = re.findall(r'<(?:input|select|textarea)[^>]*name="([^"]+)"', form)
    assert sorted(names) == ["csrfmiddlewaretoken", "email", "name", "number"]


def test_the_second_step_shows_what_is_sent_and_keeps_nothing(client):
    order = bought()
    page = client.post(ASK, typed(order))
    html = page.content.decode()
    assert "Confirm withdrawal" in html
    assert order.number in html
    assert not Withdrawal.objects.exists()


def test_with_the_buyers_own_address_one_mail_is_receipt_and_question(client):
    order = bought()
    page = declare(client, ASK, typed(order, number=f" {order.number.lower()} "))
    row = Withdrawal.objects.get()
    assert row.order == order
    assert row.proven_at is None
    assert not row.lines.exists()
    assert "We have received it" in page.content.decode()
    mail = Mail.objects.get(key=f"withdrawal-receipt:{row.pk}")
    assert mail.to == order.email
    assert "Ada Lovelace" in mail.text
    assert order.number in mail.text
    client.post(
        proof_link(mail), {f"packs-{order.lines.get().pk}": "1", f"sealed-{order.lines.get().pk}": "yes"}
    )
    row.refresh_from_db()
    assert row.proven_at is not None
    assert [(one.quantity, one.sealed) for one in row.lines.all()] == [(1, "yes")]
    assert claims_of(order)[0].due == order.lines.get().total // 2


def test_time_counts_from_the_declaration_not_from_the_click(client):
    order = bought()
    declare(client, ASK, typed(order))
    before = timezone.now() - timedelta(days=3)
    Withdrawal.objects.update(declared_at=before)
    client.post(
        proof_link(Mail.objects.get(key__startswith="withdrawal-")), {f"packs-{order.lines.get().pk}": "2"}
    )
    [claim] = claims_of(order)
    assert (claim.due_on - before.date()).days in {14, 15}  # by the clock of Rome


@pytest.mark.parametrize(
    "mail_of", ["stranger@other.example", "ADA@other.example", "ada@example.org.evil.example"]
)
def test_a_stranger_changes_nothing_and_learns_nothing(client, mail_of):
    order = bought()
    there = declare(client, ASK, typed(order, email=mail_of)).content.decode()
    nowhere = declare(
        client, ASK, {"name": "Ada Lovelace", "number": "S999999", "email": mail_of}
    ).content.decode()
    assert re.sub(r"S\d{6}", "", there) == re.sub(r"S\d{6}", "", nowhere)
    receipt = Mail.objects.filter(to=mail_of).order_by("pk")
    assert receipt.count() == 2
    assert not any("/withdrawals/" in mail.text for mail in receipt)
    assert len({re.sub(r"S\d{6}", "", mail.text) for mail in receipt}) == 1
    asked = Mail.objects.get(key__startswith="withdrawal-question")
    assert asked.to == order.email
    assert proof_link(asked)
    assert claims_of(order) == []
    assert "Withdrawn on" not in client.get(order.get_absolute_url()).content.decode()


def test_the_buyer_can_say_it_was_them_once(client):
    order = bought()
    declare(client, ASK, typed(order, email="new@address.example"))
    link = proof_link(Mail.objects.get(key__startswith="withdrawal-question"))
    assert "Was it you?" in client.get(link).content.decode()
    assert Withdrawal.objects.get().proven_at is None  # looking is not saying
    for _ in range(2):
        client.post(link, {f"packs-{order.lines.get().pk}": "2"})
    assert WithdrawalLine.objects.count() == 1
    assert "Withdrawn on" in client.get(link).content.decode()


def test_from_the_orders_own_page_it_holds_at_once_and_by_the_pack(client):
    order = bought("CIT-CAP-90", "GLY-CAP-90")
    first, second = order.lines.all()
    page = client.get(of_order(order)).content.decode()
    assert f'name="packs-{first.pk}"' in page
    assert 'name="number"' not in page
    fields = {"name": "Ada", "email": order.email, f"packs-{first.pk}": "1", f"packs-{second.pk}": "0"}
    html = declare(client, of_order(order), fields).content.decode()
    row = Withdrawal.objects.get()
    assert row.proven_at == row.declared_at
    assert [(one.line, one.quantity) for one in row.lines.all()] == [(first, 1)]
    assert "What happens now" in html
    left = client.get(of_order(order)).content.decode()
    assert re.search(rf'name="packs-{first.pk}" value="1" min="0" max="1"', left)


def test_the_order_mail_and_page_lead_there(client):
    order = bought()
    link = f"{order.get_absolute_url()}withdraw/"
    assert link in client.get(order.get_absolute_url()).content.decode()
    mail = Mail.objects.get(key=f"order-paid:{order.pk}")
    assert f"{order.full_url}withdraw/" in mail.text
    assert f"{order.full_url}withdraw/" in mail.html


def test_the_same_form_twice_counts_once(client):
    order = bought()
    fields = typed(order)
    nonce = nonce_in(client.post(ASK, fields))
    for _ in range(3):
        client.post(ASK, {**fields, "nonce": nonce, "confirm": "1"})
    assert Withdrawal.objects.count() == 1
    assert Mail.objects.filter(key__startswith="withdrawal-").count() == 1


@pytest.mark.parametrize(
    "odd",
    [
        {"name": ""},
        {"email": "not an address"},
        {"number": ""},
        {"number": "<script>"},
        {"name": "Buy at https://evil.example/now"},
        {"name": "www.evil.example"},
        {"name": "a" * 400},
        {"email": "a@b.example\nBcc: c@d.example"},
    ],
)
def test_odd_fields_are_told_and_nothing_is_kept(client, odd):
    page = client.post(
        ASK, {"name": "Ada", "number": "S100001", "email": "ada@example.org", "confirm": "1", **odd}
    )
    assert page.status_code in {200, 400}
    assert not Withdrawal.objects.exists()
    assert not Mail.objects.exists()


@pytest.mark.parametrize("packs", ["", "0", "-1", "²", "99999999999999999999", "1.5", "x"])
def test_odd_numbers_of_packs_are_none_or_all(client, packs):
    order = bought()
    line = order.lines.get()
    page = client.post(of_order(order), {"name": "Ada", "email": order.email, f"packs-{line.pk}": packs})
    assert page.status_code == 200
    assert ("Choose at least one pack" in page.content.decode()) == (packs != "99999999999999999")
    assert not Withdrawal.objects.exists()


def test_one_address_gets_few_mails_whoever_types_it(client):
    for _ in range(9):
        declare(client, ASK, {"name": "X", "number": "S123456", "email": "victim@example.org"})
    assert Withdrawal.objects.count() == 9
    assert Mail.objects.filter(to="victim@example.org").count() == 5


def test_who_fills_a_mailbox_keeps_no_receipt_from_the_buyer(client):
    order = bought()
    for _ in range(6):
        declare(client, ASK, typed(order))
    fields = {"name": "Ada", "email": order.email, f"packs-{order.lines.get().pk}": "1"}
    declare(client, of_order(order), fields)
    row = Withdrawal.objects.exclude(proven_at=None).get()
    assert Mail.objects.filter(key=f"withdrawal-receipt:{row.pk}").exists()


def test_a_link_pressed_when_nothing_is_left_says_what_holds(client, monkeypatch):
    from shop.withdrawal import views

    order = bought()
    line = order.lines.get().pk
    for mail in ("a@other.example", "b@other.example"):
        declare(client, ASK, typed(order, email=mail))
    first, second = (
        proof_link(mail) for mail in Mail.objects.filter(key__startswith="withdrawal-question").order_by("pk")
    )
    client.post(first, {f"packs-{line}": "2"})
    monkeypatch.setattr(views, "can_withdraw", lambda order: {line: 2})  # as it was read a moment before
    assert client.post(second, {f"packs-{line}": "2"}).status_code == 303
    monkeypatch.undo()
    assert "Withdrawn on" in client.get(second).content.decode()
    assert Withdrawal.objects.exclude(proven_at=None).count() == 1


def test_a_network_that_floods_is_led_to_write(client):
    fields = {"name": "X", "number": "S123456", "email": "x@example.org", "confirm": "1"}
    answers = [client.post(ASK, fields).status_code for _ in range(32)]
    assert answers[:30] == [302 + 1] * 30
    assert answers[30:] == [429, 429]


def test_packs_that_were_withdrawn_from_are_not_sent(client):
    from shop.desk.actions import send
    from shop.desk.once import CannotDo

    order = bought(quantity=3)
    line = order.lines.get()
    declare(client, of_order(order), {"name": "Ada", "email": order.email, f"packs-{line.pk}": "2"})
    with pytest.raises(CannotDo, match="withdrawn"):
        send(order, {f"send-{line.pk}": "2"}, "staff")
    line.refresh_from_db()
    assert line.sent == 0
    send(order, {f"send-{line.pk}": "1"}, "staff")


def test_a_wrong_proof_or_token_is_not_found(client):
    assert client.get("/withdrawals/nonsense/").status_code == 404
    assert client.get(f"/withdrawals/{'x' * 300}/").status_code == 404
    assert client.get("/orders/nonsense/withdraw/").status_code == 404


def test_an_order_of_the_us_has_no_such_page(client):
    order = bought(code="us")
    assert client.get(of_order(order)).status_code == 404
    declare(client, ASK, typed(order))
    assert Withdrawal.objects.get().order is None


def test_late_ones_are_kept_and_marked(client):
    order = bought()
    send_parcel(order, {order.lines.get().pk: 2}, by="staff", at=timezone.now() - timedelta(days=90))
    order.parcels.update(delivered_on=timezone.now().date() - timedelta(days=60))
    declare(
        client, of_order(order), {"name": "Ada", "email": order.email, f"packs-{order.lines.get().pk}": "2"}
    )
    [claim] = claims_of(order)
    assert claim.is_late
    assert claim.due == order.total
