from django.urls import path

from articles import views
from articles.reading.feed import ArticleFeed
from shop.web.public import public_page

app_name = "articles"
urlpatterns = [
    path("", views.article_list, name="list"),
    path("feed/", public_page(ArticleFeed(), query=("topic",), scoped=True), name="feed"),
    path("authors/<slug:slug>/", views.author_detail, name="author"),
    path("<slug:slug>/", views.article_detail, name="article"),
]
