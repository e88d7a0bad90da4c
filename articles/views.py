from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from articles.models import (
    Article,
    Author,
    Comment,
    PreviewLink,
    Topic,
)
from articles.publishing.comments import told
from articles.reading.about import published_about
from articles.reading.page import _articles, article_page, preview_page
from articles.reading.published import as_published, counts_in, most_sources_first, published_in
from shop.catalogue.models import Product
from shop.catalogue.shelf import CountedPaginator
from shop.content.link_tokens import opened_by
from shop.content.memo import memoised
from shop.content.scopes import card, shows
from shop.regions.choice import COOKIE
from shop.regions.models import Region
from shop.web.answers import keep, kept_for
from shop.web.public import Counted, public_page, render_counted
from shop.web.redirects import redirect_303
from shop.web.reversing import address
from shop.web.same_origin import same_origin_or_confirm
from shop.web.structured import breadcrumbs

MAX_COMMENTS = 100
REFUSED = "comment"  # among the answers kept in the session
A_PAGE = 24
SORTS = {"": "Newest", "evidence": "Most sources"}


class CommentForm(forms.Form):
    """What somebody with a preview link says about a paragraph."""

    about = forms.CharField(max_length=160, required=False, widget=forms.HiddenInput)
    block = forms.SlugField(max_length=40, required=False, widget=forms.HiddenInput)
    name = forms.CharField(max_length=80)
    words = forms.CharField(max_length=2000, label="Comment", widget=forms.Textarea(attrs={"rows": 3}))


@public_page(query=("sort", "topic", "product", "page"), scoped=True)
def article_list(request):
    region = request.region
    counts = counts_in(region)
    names = memoised("topics", lambda: {topic.pk: topic for topic in Topic.objects.all()})
    topics = sorted(
        ((names[pk], count) for pk, count in counts.by_topic.items() if pk in names),
        key=lambda pair: pair[0].name,
    )
    slug = request.GET.get("topic", "")
    current = next((topic for topic, _ in topics if topic.slug == slug), None)
    if slug and current is None:
        raise Http404("No article is filed under this topic.")
    product = _product_named(request) if not current else None
    rows = published_about(product, region) if product else published_in(region, topic=current)
    count = rows.count() if product else counts.by_topic[current.pk] if current else counts.total
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else ""
    if sort:  # those with as many sources stay newest first
        rows = most_sources_first(rows)
    page = CountedPaginator(rows, count, A_PAGE).get_page(request.GET.get("page"))
    query = f"?topic={current.slug}" if current else f"?product={product.slug}" if product else ""
    shown = "&".join(filter(None, [query[1:], sort and f"sort={sort}"]))
    joint = "&" if query else "?"
    later = f"{joint}page={page.number}" if page.number > 1 else ""
    context = {
        "page": page,
        "versions": _shown(page, request.region, current or product, sort),
        "topics": topics,
        "current": current,
        "product": product,
        "base": request.path + (f"?{shown}" if shown else ""),
        "joint": "&" if shown else "?",
        "sorts": [
            (label, request.path + (f"?{both}" if both else ""), value == sort)
            for value, label in SORTS.items()
            for both in ["&".join(filter(None, [query[1:], value and f"sort={value}"]))]
        ],
        "canonical": request.path + query + later,
        "alternates": []
        if product
        else [
            (other.hreflang, address("articles:list", region=other.code) + query)
            for other in Region.all_open()
            if not current or current.pk in counts_in(other).by_topic
        ],
    }
    return render(request, "articles/article_list.html", context)


def _product_named(request) -> Product | None:
    """The product whose articles are wanted, where a product's page leads to more of them."""
    slug = request.GET.get("product", "")
    if not slug:
        return None
    product = Product.objects.filter(slug=slug).first()
    if product is None:
        raise Http404("No article is linked to such a product.")
    shows(card(request.region.code, product.pk))
    return product


def _shown(page, region, of, sort="") -> list:
    """The versions on a page of a list, memoised; `of`: the topic or author whose list it is."""
    name = f"list {region.code} {of and f'{of._meta.model_name} {of.pk}'} {sort} {page.number}"
    return memoised(name, lambda: as_published(page.object_list, region), scheduled=True)


@public_page(query=("page",), scoped=True)
def author_detail(request, slug):
    author = get_object_or_404(Author, slug=slug)
    rows = published_in(request.region, author=author)
    count = counts_in(request.region).by_author.get(author.pk, 0)
    page = CountedPaginator(rows, count, A_PAGE).get_page(request.GET.get("page"))
    crumbs = [_articles(request.region), (author.translated.name, request.path)]
    context = {
        "author": author,
        "page": page,
        "versions": _shown(page, request.region, author),
        "base": request.path,
        "joint": "?",
        "canonical": request.path + (f"?page={page.number}" if page.number > 1 else ""),
        "crumbs": crumbs,
        "structured": [breadcrumbs(crumbs)],
        "alternates": [(region.hreflang, author.url_in(region)) for region in Region.all_open()],
    }
    return render(request, "articles/author.html", context)


@public_page(scoped=True)
def article_detail(request, slug):
    page = article_page(slug, request.region)
    if "gone" in page:
        return render(request, "articles/gone.html", page, status=410)
    if "moved" in page:
        return redirect(page["moved"])
    if "elsewhere" in page:
        return render(request, "articles/not_here.html", page, status=404)
    counts = Counted(request.region.pk, article=page["article"].pk)
    return render_counted(request, "articles/article.html", page, counts)


def _open_link(token) -> PreviewLink:
    links = PreviewLink.objects.select_related(
        "version__article", "version__picture", "version__author", "region"
    )
    link = opened_by(links, token).first()
    if link is None or not link.is_open():
        raise Http404("This preview has ended.")
    return link


@require_safe
def shared_preview(request, token):
    """What a preview link shows: to anybody who has it, until it expires or is revoked. They may comment."""
    link = _open_link(token)
    refused = kept_for(request, REFUSED)
    form = CommentForm(refused["typed"]) if refused.get("link") == link.pk else CommentForm()
    return preview_page(
        request,
        link.version,
        link.region,
        link.at,
        comment_form=form,
        comment_link=link,
        comments=link.comments.all(),
    )


@same_origin_or_confirm("Send this comment?")
def comment(request, token):
    """Keep what somebody with a preview link says about a paragraph. What can't be kept is shown again."""
    link, form = _open_link(token), CommentForm(request.POST)
    if not form.is_valid():
        keep(
            request,
            REFUSED,
            link=link.pk,
            typed={name: request.POST.get(name, "")[:4000] for name in form.fields},
        )
        return _to_preview(token)
    if kept_for(request, REFUSED):
        keep(request, REFUSED)
    if link.comments.count() < MAX_COMMENTS:
        with transaction.atomic():
            told(Comment.objects.create(link=link, article=link.version.article, **form.cleaned_data))
        messages.success(request, "Thank you. The editors have your comment.")
    else:
        messages.error(request, f"This link has {MAX_COMMENTS} comments already. Ask for a new one.")
    return _to_preview(token)


def _to_preview(token):
    response = redirect_303(reverse("preview", kwargs={"token": token}))
    response["Cache-Control"] = "no-store, private"
    return response


@require_safe
def by_id(request, kind, pk):
    """Where a link stored by id leads: to the article or product in the region the visitor chose before."""
    region = Region.by_code(request.COOKIES.get(COOKIE, "")) or Region.all_open()[0]
    found = get_object_or_404(Article if kind == "article" else Product, pk=pk)
    query = request.GET.urlencode()
    return redirect(found.url_in(region) + (f"?{query}" if query else ""))
