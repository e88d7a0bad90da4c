"""What credit notes take back of sales of earlier quarters: the one-stop shop wants it by the quarter of the sale.

Sums are kept as those by day are (shop.invoices.sums): `Series.corrected` is the last credit note that they count.
"""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import DateField, F, Q, Sum
from django.db.models.functions import TruncQuarter

from shop.invoices.models import CREDIT_NOTES, Correction, DocumentTax, Series
from shop.regions.models import Region

AT_ONCE = 5000  # documents that are counted in one transaction
KEY = ("quarter", "sold", "country", "rate")
Sums = dict[tuple, tuple[int, int]]


UNCORRECTED = Q(
    letter=CREDIT_NOTES, last__gt=F("corrected")
)  # series with credit notes that the sums do not count yet


@transaction.atomic
def add_up_corrections(pk: int) -> bool:
    """Count the next credit notes of a series. Whoever issues one holds the same lock."""
    series = Series.objects.select_for_update(no_key=True, of=("self",)).select_related("region").get(pk=pk)
    if series.letter != CREDIT_NOTES or series.last <= series.corrected:
        return False
    until = min(series.last, series.corrected + AT_ONCE)
    for key, (net, tax) in _of_documents(series, until).items():
        row, _ = Correction.objects.get_or_create(
            region=series.region,
            mode=series.mode,
            **dict(zip(KEY, key, strict=True)),
            defaults={"net": 0, "tax": 0},
        )
        Correction.objects.filter(pk=row.pk).update(net=F("net") + net, tax=F("tax") + tax)
    series.corrected = until
    series.save(update_fields=["corrected"])
    return True


def _of_documents(series: Series, until: int | None = None, quarter: date | None = None) -> Sums:
    """(net, tax) by KEY of the credit notes that the sums do not count yet."""
    zone = series.region.zone
    rows = DocumentTax.objects.filter(
        document__region=series.region, document__mode=series.mode, document__letter=series.letter,
        document__sequence__gt=series.corrected,
    )  # fmt: skip
    if until is not None:
        rows = rows.filter(document__sequence__lte=until)
    rows = rows.annotate(
        quarter=TruncQuarter("document__tax_point", tzinfo=zone, output_field=DateField()),
        sold=TruncQuarter("document__order__paid_at", tzinfo=zone, output_field=DateField()),
    ).exclude(quarter=F("sold"))
    if quarter is not None:
        rows = rows.filter(quarter=quarter)
    found = (
        rows.order_by()
        .values_list("quarter", "sold", "document__country", "rate")
        .annotate(Sum("net"), Sum("tax"))
    )
    return {tuple(key): (net, tax) for *key, net, tax in found}


def corrections_of(
    region: Region, mode: str, quarter: date
) -> dict[tuple[date, str, Decimal], tuple[int, int]]:
    """(net, tax) by (first day of the quarter of the sale, country, rate) of the quarter that begins on a day.

    Negative where money went back. Read again if the worker counted meanwhile.
    """
    rows = Series.objects.filter(region=region, mode=mode, letter=CREDIT_NOTES).select_related("region")
    while True:
        before = list(rows.order_by("pk"))
        kept = Correction.objects.filter(region=region, mode=mode, quarter=quarter)
        found = {(row.sold, row.country, row.rate): (row.net, row.tax) for row in kept}
        for series in before:
            if series.last > series.corrected:
                for (_, *key), (net, tax) in _of_documents(series, quarter=quarter).items():
                    had = found.get(tuple(key), (0, 0))
                    found[tuple(key)] = (had[0] + net, had[1] + tax)
        if [row.corrected for row in rows.order_by("pk")] == [row.corrected for row in before]:
            return {key: sums for key, sums in found.items() if sums != (0, 0)}
