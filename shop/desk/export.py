"""Orders as a table for spreadsheets: a row for each line."""

import csv
from itertools import chain

from django.http import StreamingHttpResponse

from shop.money import to_decimal
from shop.web.spreadsheet import harmless

COLUMNS = ["number", "mode", "status", "placed at (UTC)", "paid at (UTC)", "sent at (UTC)", "region", "currency",
           "name", "e-mail", "postcode", "country", "SKU", "title", "quantity", "sent", "cancelled", "returned",
           "line total", "discount", "tax rate %", "tax", "order total", "by hand"]  # fmt: skip


class _Echo:
    """A file for csv.writer that hands each row on."""

    def write(self, row):
        return row


def orders_csv(orders) -> StreamingHttpResponse:
    """Written as it is read. Amounts are decimals in the order's currency."""
    writer = csv.writer(_Echo())
    rows = (writer.writerow([harmless(cell) for cell in cells]) for cells in _cells(orders))
    response = StreamingHttpResponse(
        chain([writer.writerow(COLUMNS)], rows), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="orders.csv"'
    return response


def _cells(orders):
    for order in orders:
        for line in order.lines.all():
            money = [to_decimal(value, order.currency) for value in (line.total, line.discount)]
            yield [order.number, order.payment_mode, order.status, _stamp(order.placed_at), _stamp(order.paid_at),
                   _stamp(order.sent_at), order.region.code, order.currency, order.name, order.email, order.postcode,
                   order.country, line.sku, line.title, line.quantity, line.sent, line.cancelled, line.returned, *money,
                   line.tax_rate, to_decimal(line.tax, order.currency), to_decimal(order.total, order.currency),
                   order.placed_by]  # fmt: skip


def _stamp(moment) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
