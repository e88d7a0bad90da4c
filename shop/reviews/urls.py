from django.urls import path

from shop.reviews import views

app_name = "reviews"
urlpatterns = [
    path("orders/<str:token>/review/", views.of_order, name="of_order"),
    path("orders/<str:token>/review/<str:sku>/", views.of_line, name="of_line"),
    path("<slug:region>/shop/<slug:slug>/reviews/", views.of_product, name="of_product"),
    path("<slug:region>/reviews/<int:pk>/report/", views.report, name="report"),
]
