"""Orders as a table for spreadsheets: a row for each line."""

from django.http.response import HttpResponseBase

from shop.money import to_decimal
from shop.web.spreadsheet import csv_answer

COLUMNS = ["number", "mode", "status", "placed at (UTC)", "paid at (UTC)", "sent at (UTC)", "region", "currency",
           "name", "e-mail", "postcode", "country", "SKU", "title", "quantity", "sent", "cancelled", "returned",
           "line total", "discount", "tax rate %", "tax", "order total", "by hand"]  # fmt: skip


def orders_csv(orders) -> HttpResponseBase:
    """A row for each line, written as it is read. Amounts are decimals in the order's currency."""
    return csv_answer("orders", COLUMNS, cells_of(orders))


def cells_of(orders):
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
