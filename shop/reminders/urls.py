from django.urls import path

from shop.reminders import views

app_name = "reminders"
urlpatterns = [
    path("orders/<str:token>/remind/", views.of_order, name="of_order"),
    path("reminders/basket/<slug:token>/", views.basket, name="basket"),
    path("reminders/<slug:token>/", views.pack, name="pack"),
    path("<slug:region>/reminders/", views.of_basket, name="of_basket"),
    path("<slug:region>/reminders/again/", views.again, name="again"),
    path("<slug:region>/reminders/stopped/", views.stopped, name="stopped"),
]
