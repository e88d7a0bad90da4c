from django.urls import path

from shop.withdrawal import views

app_name = "withdrawal"
urlpatterns = [
    path("orders/<str:token>/withdraw/", views.of_order, name="of_order"),
    path("withdrawals/<str:proof>/", views.prove_view, name="prove"),
    path("<slug:region>/withdraw/", views.ask, name="ask"),
    path("<slug:region>/withdraw/receipt/", views.receipt, name="receipt"),
]
