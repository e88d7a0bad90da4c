"""An article's address: who may have it, and moving to another one."""

from django.db import transaction

from articles.models import Article, OldAddress
from articles.publishing.errors import NotPossible


def check_address(slug: str, article_pk: int | None, take_over: bool = False) -> None:
    """Raises NotPossible if another article has this address, or, without `take_over`, had it and readers are led on."""
    if slug in {"feed", "authors"}:
        raise NotPossible("This address is the site's own. Choose another one.")
    if Article.objects.filter(slug=slug, versions__isnull=False).exclude(pk=article_pk).exists():
        raise NotPossible("Another article has this address. Choose another one.")
    old = OldAddress.objects.filter(slug=slug).exclude(article=article_pk).select_related("article").first()
    if old is not None and not take_over:
        raise NotPossible(
            f"Readers are led from this address to “{old.article}”, which had it before. Choose another, or change the "
            "address on the article’s own page with “take it over” ticked."
        )


def free_address(slug: str) -> str:
    """This address, or with a number behind it where somebody has it: of a draft that nobody gave another one yet."""
    for number in range(1, 100):
        tried = slug if number == 1 else f"{slug[:96]}-{number}"
        try:
            check_address(tried, None)
        except NotPossible:
            continue
        return tried
    return slug


def let_go_of(slug: str) -> None:
    """Free an address at which nothing was ever written."""
    Article.objects.filter(slug=slug, versions=None, publications=None).delete()


@transaction.atomic
def move(article: Article, slug: str, take_over: bool = False) -> None:
    """Give an article a new address, at once and in every region. Raises NotPossible."""
    check_address(slug, article.pk, take_over)
    if slug != article.slug:
        let_go_of(slug)
    article.move_to(slug)
