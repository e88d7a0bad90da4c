from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "shop.reviews"
    label = "reviews"
    verbose_name = "Reviews"

    def ready(self):
        from shop.reviews import sums  # noqa: F401 - its receiver
