from shop.attribution.origins import read_source


def origin(request):
    """`card_source`: what a product's page passes on of the article whose card led there."""
    value = request.GET.get("source", "") if hasattr(request, "GET") else ""
    return {"card_source": value if value and read_source(value) else ""}
