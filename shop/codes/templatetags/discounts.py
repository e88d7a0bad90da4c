"""What is taken off by itself, on the pages of products."""

from django import template

from shop.codes.automatic import in_force
from shop.codes.models import AutomaticDiscount
from shop.content.memo import memoised
from shop.content.scopes import discounts_in, shows

register = template.Library()


@register.simple_tag
def automatic_discounts(region, product) -> list[AutomaticDiscount]:
    """Those in force that are about this product, among others or alone. No query where nothing changed."""
    scope = discounts_in(region.code)
    shows(scope)
    found = memoised(scope, lambda: list(in_force(region)), scheduled=True, scope=scope)
    return [row for row in found if row.product_id in {None, product.pk}]
