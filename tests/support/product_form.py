"""The product’s page in the admin, as its owner fills it in."""

from tests.support.factories import variant
from tests.support.staff import fields_of, signed_in

PRICES = "/admin/catalogue/price/add/"


def product_page(sku="CIT-CAP-90"):
    return f"/admin/catalogue/product/{variant(sku).product_id}/change/"


def product_form():
    """Who may save it, where, what it holds, and the name of the row of one pack."""
    owner, page = signed_in(), product_page()
    fields = fields_of(owner.get(page).content.decode())
    row = next(
        name.removesuffix("-sku") for name, value in fields.items() if value == "CIT-CAP-90" and name.endswith("-sku")
    )  # fmt: skip
    return owner, page, fields, row


def save_product(opened=None, **typed):
    owner, page, fields, row = opened or product_form()
    return owner.post(page, {**fields, **{f"{row}-{name}": value for name, value in typed.items()}})
