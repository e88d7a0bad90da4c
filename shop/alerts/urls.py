from django.urls import path

from shop.alerts import views

app_name = "alerts"
urlpatterns = [
    path("alerts/<slug:token>/", views.alert, name="alert"),
    path("<slug:region>/alerts/", views.ask_view, name="ask"),
]
