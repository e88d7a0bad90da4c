from django.apps import AppConfig
from django.db.models.signals import pre_save


class ContentConfig(AppConfig):
    name = "shop.content"
    label = "content"

    def ready(self):
        from shop.content.models import clean_row

        pre_save.connect(clean_row, dispatch_uid="characters")
