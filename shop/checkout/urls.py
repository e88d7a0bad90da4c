from django.urls import path

from shop.checkout import views

app_name = "checkout"
urlpatterns = [
    path("orders/<str:token>/", views.order, name="order"),
    path("orders/<str:token>/<slug:number>.pdf", views.document, name="document"),
    path("orders/<str:token>/terms/", views.terms, name="terms"),
    path("orders/<str:token>/pay/", views.pay, name="pay"),
    path("orders/<str:token>/cancel/", views.cancel, name="cancel"),
    path("<slug:region>/checkout/", views.checkout, name="checkout"),
]
