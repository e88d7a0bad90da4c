from django.urls import path

from shop.alerts import views

app_name = "alerts"
urlpatterns = [
    path("alerts/<slug:token>/", views.alert, name="alert"),
    path("<slug:region>/alerts/", views.ask_view, name="ask"),
    path("<slug:region>/alerts/again/", views.again, name="again"),
    path("<slug:region>/alerts/stopped/", views.stopped, name="stopped"),
]
