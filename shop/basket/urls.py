from django.urls import path

from shop.basket import views

app_name = "basket"
urlpatterns = [
    path("", views.show, name="show"),
    path("problem/", views.problem_page, name="problem"),
    path("add/", views.add, name="add"),
    path("update/", views.update, name="update"),
    path("code/", views.code, name="code"),
    path("confirm/", views.confirm, name="confirm"),
]
