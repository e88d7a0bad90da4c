from django.urls import path

from shop.catalogue import views

app_name = "catalogue"
urlpatterns = [
    path("", views.product_list, name="list"),
    path("compare/", views.compare, name="compare"),
    path("<slug:slug>/", views.product_detail, name="product"),
]
