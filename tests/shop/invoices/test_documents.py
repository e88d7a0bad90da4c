"""Documents as they are printed: names in every script, the words of a region, amounts by rate; and the VAT report."""

import csv
import io
import re
from datetime import UTC, datetime

import pytest
import typst
from django.utils import timezone
from PIL import Image

from shop.invoices import issue
from shop.invoices.glyphs import FONTS, covered, drawable
from shop.invoices.issue import (
    issue_documents,
    issue_invoice,
    typeset,
)
from shop.invoices.models import Document
from shop.ledger.check import match_money
from shop.ledger.vat import Quarter, differences, rows_of
from shop.orders.models import Order
from shop.payments.left import paid_by
from shop.payments.reconcile import send_refunds
from shop.payments.refund import want_refund
from tests.support.documents import refunded
from tests.support.factories import deliver_events, set_stock
from tests.support.orders import paid
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_names_and_addresses_are_text_and_no_markup():
    data = issue_invoice(paid()).data
    data = {**data, "buyer": ['#eval("1")', "$x$ *b* _i_ <script>", "Łódź \u0000 😀", "a" * 400]}
    assert typeset(data).startswith(b"%PDF-")


NAMES = [
    "Łucja Żółkiewska, Źródlana 5", "Αλέξανδρος Παπαδόπουλος, Οδός Ἐρμοῦ", "Дмитрий Щербаков, улица Ленина",
    "Nguyễn Thị Ước, Đường Lê Lợi", "محمد علي الشريف", "אברהם כהן, רחוב הרצל", "王小明，上海市", "山田太郎 東京都",
    "김철수 뷁", "Þórður Æ. Ñuñez Őrség Ščerba Ģirts ẞ", "Ion Țepeș Șerban", "გიორგი Հայկ", "ธนาคาร हिन्दी বাংলা ਪੰਜਾਬ தமிழ் አማርኛ",
    "Zo\u0308e\u0301 ≥ 300 № ™ ½ €", "😀 👩\u200d⚕\ufe0f 👍🏽 ♥\ufe0f", "ﬁ ² ｆｕｌｌ ｶﾅ",
]  # fmt: skip


def outlines(page) -> set[str]:
    """Of all letters on a page, or pages, that were typeset as SVG."""
    pages = page if isinstance(page, list) else [page]
    return {d for one in pages for d in re.findall(r'<path[^>]* d="([^"]+)"', one.decode())}


def drawn(data) -> set[str]:
    return outlines(typeset(data, format="svg"))


def drawn_unasked(text) -> set[str]:
    """With the fonts of invoices at another size, whether they have the letters or not."""
    fonts = re.search(r"#let fonts = \(.*?\)\n", issue.TEMPLATE.read_text(), re.DOTALL).group(0)
    source = f"{fonts}#set text(font: fonts, size: 10.5pt)\n#sys.inputs.text".encode()
    return outlines(
        typst.compile(
            source, font_paths=[FONTS], ignore_system_fonts=True, format="svg", sys_inputs={"text": text}
        )
    )


@pytest.fixture(scope="module")
def box():
    """The outline that stands where no font has a letter."""
    [found] = drawn_unasked("\U000f0000") - drawn_unasked("")
    return {found}


LONG = [
    "W" * 120,
    "Donaudampfschifffahrtselektrizität" * 4,
    "محمد" * 40,
    "ก" * 150,
    "0123456789" * 13,
    "ж😀" * 50,
]


def is_white(picture: bytes, left: int, right: int, bottom=297) -> bool:
    """Whether nothing is drawn between these, in millimetres."""
    page = Image.open(io.BytesIO(picture)).convert("L")
    box = (round(x * page.width / 210) for x in (left, 0, right, bottom))
    return page.crop(tuple(box)).getextrema() == (255, 255)


@pytest.mark.walk
@pytest.mark.parametrize("word", LONG)
def test_a_word_without_end_stays_within_the_page_and_its_column(word):
    data = issue_invoice(paid()).data
    line = {**data["lines"][0], "what": word, "sku": "S" * 40}
    long = {"seller": word, "buyer": [word], "lines": [line], "why": word, "country": word}
    picture = typeset({**data, **long}, format="png", ppi=50)
    assert is_white(picture, 0, 20)
    assert is_white(picture, 190, 210)
    assert is_white(picture, 102, 108, bottom=60)  # between the address and what stands beside it


def test_letters_that_are_only_another_look_of_a_plain_one_are_drawn_plain():
    assert drawable("𝓐𝓭𝓪 𝕷𝖔𝖛𝖊𝖑𝖆𝖈𝖊 𝟏𝟐") == "Ada Lovelace 12"
    assert drawable("క") == "[telugu letter ka]"


@pytest.mark.walk
@pytest.mark.parametrize("name", NAMES)
def test_every_letter_of_a_name_is_drawn(name, box):
    assert "[" not in drawable(name)
    data = {**issue_invoice(paid()).data, "buyer": [name]}
    assert not box & drawn(data)
    assert drawn(data) > drawn({**data, "buyer": [""]})


@pytest.mark.slow
@pytest.mark.parametrize(("text", "shown"), [("ᚠ", "[runic letter fehu feoh fe f]"), ("\ue000", "[u+e000]"), ("a\u202eb", "ab"), ("𒀀", "[cuneiform sign a]"), ("\ud800", "[u+d800]")])  # fmt: skip
def test_what_no_font_has_is_named_and_never_a_box(text, shown, box):
    assert drawable(text) == shown
    data = {**issue_invoice(paid()).data, "buyer": [text, "a\x0bb\x00"], "seller": text}
    assert typeset(data).startswith(b"%PDF-")
    assert not box & drawn(data)


@pytest.mark.slow
def test_an_order_of_any_script_gets_its_invoice_with_the_name_as_it_was_typed():
    order = paid()
    Order.objects.filter(pk=order.pk).update(name="王小明 😀 ᚠ", line1="Οδός 5")
    assert issue_documents() == 1
    assert order.documents.get().data["buyer"][:2] == ["王小明 😀 ᚠ", "Οδός 5"]


@pytest.mark.slow
def test_the_list_of_what_the_fonts_hold_is_true(box):
    """A sample: every tenth letter."""
    letters = [chr(code) for code in sorted(covered())[::10] if chr(code).isalpha()]
    assert len(letters) > 2000
    assert not box & drawn_unasked(" ".join(letters))


# --- the VAT report ---------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_report_of_a_quarter_equals_the_orders_and_refunds_count_in_their_own():
    for code in ("uk", "us", "eu"):
        set_stock("CIT-CAP-90", code, 50)
    uk, eu, us = paid(email="a@b.de"), paid(code="eu", email="c@d.de"), paid(code="us", email="e@f.de")
    now = Quarter.of("")
    last = now.before()
    moment = last.bounds(UTC)[0].replace(day=9)
    Order.objects.filter(pk=uk.pk).update(paid_at=moment)
    refunded(uk, 600)
    while issue_documents():
        pass
    assert differences(now) == differences(last) == []
    [sold] = rows_of(last)
    assert (sold.country, sold.sold_net + sold.sold_tax, sold.back_net) == ("GB", uk.total, 0)
    this = {row.country: row for row in rows_of(now)}
    assert (this["GB"].sold_net, this["GB"].back_net + this["GB"].back_tax) == (0, -600)
    assert this["IT"].sold_net + this["IT"].sold_tax == eu.total
    assert this["US"].sold_net + this["US"].sold_tax == us.total
    owner = signed_in("Owner")
    page = owner.get(f"/admin/vat/?quarter={now}").content.decode()
    assert "The worker has not yet compared every order with its documents." in page
    match_money()
    page = owner.get(f"/admin/vat/?quarter={now}").content.decode()
    assert "The sums are those of the orders: each order" in page
    assert page.count('data-label="Tax given back"') == 3
    rows = list(
        csv.DictReader(
            io.StringIO(owner.get(f"/admin/vat/?quarter={now}&as=csv").content.decode("utf-8-sig"))
        )
    )
    assert {row["country"] for row in rows} == {"GB", "IT", "US"}
    assert {row["rate %"] for row in rows if row["country"] == "GB"} == {"20"}, "a number as people write it"
    assert signed_in("Marketing").get("/admin/vat/").status_code == 403


@pytest.mark.slow
@pytest.mark.parametrize("more", ["", "?as=csv", "?quarter=2025-1"])
def test_looking_at_the_report_issues_nothing_and_says_what_it_does_not_count_yet(more):
    want_refund(paid_by(paid()), 600, cause="goodwill", by="mia")
    send_refunds()
    deliver_events()
    owner = signed_in("Owner")
    page = owner.get(f"/admin/vat/{more}").content.decode()
    assert not Document.objects.exists()
    assert more == "?as=csv" or "2 documents are still to be issued" in page
    while issue_documents():
        pass
    assert Document.objects.count() == 2
    assert "still to be issued" not in owner.get("/admin/vat/").content.decode()


@pytest.mark.slow
@pytest.mark.parametrize(("back", "code"), [(1, "uk"), (9, "us"), (29, "eu")])
def test_the_report_leads_to_every_quarter_with_a_document(back, code):
    quarter = Quarter.of("")
    for _ in range(back):
        quarter = quarter.before()
    order = paid(code=code)
    Order.objects.filter(pk=order.pk).update(paid_at=quarter.bounds(order.region.zone)[0])
    while issue_documents():
        pass
    page = signed_in("Owner").get("/admin/vat/").content.decode()
    assert f'<option value="{quarter}">' in page
    assert f'<option value="{Quarter.of("")}" selected>' in page
    far = signed_in("Owner").get("/admin/vat/?quarter=2999-4").content.decode()
    assert '<option value="2999-4" selected>' in far


@pytest.mark.parametrize("text", ["", "x", "2026-9", "99999-1", "2026-", "-1", "2026-4"])
def test_a_nonsense_quarter_is_the_current_one(text):
    quarter = Quarter.of(text)
    start, end = quarter.bounds(UTC)
    assert start < end
    assert signed_in().get("/admin/vat/", {"quarter": text}).status_code == 200
    if text == "2026-4":
        assert start == datetime(2026, 10, 1, tzinfo=UTC)
    assert timezone.is_aware(end)
