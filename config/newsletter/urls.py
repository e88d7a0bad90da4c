from django.urls import path

from config.newsletter import views

app_name = "letters"
urlpatterns = [
    path("letters/<slug:token>/", views.letters, name="letters"),
    path("letters/<slug:token>/stop/", views.stop_view, name="stop"),
    path("<slug:region>/letters/", views.ask_view, name="ask"),
    path("<slug:region>/letters/again/", views.again, name="again"),
    path("<slug:region>/letters/stopped/", views.stopped, name="stopped"),
]
