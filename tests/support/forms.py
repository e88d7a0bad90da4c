"""Forms of the admin: their address, their page, their fields."""

import re

from tests.support.staff import fields_of


def path_of(row) -> str:
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


def page_of(client, row):
    answer = client.get(path_of(row))
    assert answer.status_code == 200, path_of(row)
    return fields_of(answer.content.decode())


def boxes(page: str) -> list[str]:
    return re.findall(r'name="mine" value="([^"]+)"', page)


def columns_written(captured, table: str) -> set[str]:
    found = set()
    for query in captured:
        match = re.match(rf'UPDATE "{table}" SET (.*?) WHERE', query["sql"], re.S)
        if match:
            found |= set(re.findall(r'"(\w+)" = ', match[1]))
    return found


def number_of(fields, sku) -> str:
    return next(
        name[: -len("sku")] for name, value in fields.items() if name.endswith("-sku") and value == sku
    )
