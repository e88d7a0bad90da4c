from django.urls import path

from config.accounts import views

app_name = "accounts"
urlpatterns = [
    path("account/<slug:token>/", views.enter_view, name="enter"),
    path("<slug:region>/account/", views.account, name="account"),
    path("<slug:region>/account/addresses/", views.addresses, name="addresses"),
    path("<slug:region>/account/link/", views.ask, name="ask"),
    path("<slug:region>/account/undo/", views.undo, name="undo"),
    path("<slug:region>/account/again/", views.again, name="again"),
    path("<slug:region>/account/stop/", views.stop, name="stop"),
    path("<slug:region>/account/export/", views.export, name="export"),
    path("<slug:region>/account/out/", views.sign_out, name="sign_out"),
    path("<slug:region>/account/delete/", views.delete, name="delete"),
]
