from django import template

register = template.Library()


@register.filter
def same_page(region, path: str) -> str:
    """The address of a page in another region: a plain link, which changes no cookie and no basket."""
    return f"/{region.code}/{path.split('/', 2)[2] if path.count('/') > 1 else ''}"
