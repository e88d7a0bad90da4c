"""What is taken off by itself, on the pages of products."""

from django import template
from django.db.models import Q

from shop.codes.automatic import in_force
from shop.codes.models import AutomaticDiscount
from shop.content.scopes import discounts_in, shows

register = template.Library()


@register.simple_tag
def automatic_discounts(region, product) -> list[AutomaticDiscount]:
    """Those in force that are about this product, among others or alone."""
    shows(discounts_in(region.code))
    return list(in_force(region).filter(Q(product=None) | Q(product=product)))
