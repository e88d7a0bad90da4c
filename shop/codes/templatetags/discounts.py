"""What is taken off by itself, on the pages of products."""

from django import template

from shop.codes.automatic import in_force_about
from shop.codes.models import AutomaticDiscount
from shop.content.scopes import discounts_in, shows

register = template.Library()


@register.simple_tag
def automatic_discounts(region, product) -> list[AutomaticDiscount]:
    """Those in force that are about this product, among others or alone."""
    shows(discounts_in(region.code))
    return in_force_about(product.pk, region)
