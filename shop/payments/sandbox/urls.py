from django.urls import path

from shop.payments.sandbox import views

app_name = "sandbox"
urlpatterns = [
    path("pay/<slug:session_id>/", views.pay, name="pay"),
    path("3ds/<slug:session_id>/", views.three_d_secure, name="three_d_secure"),
]
