from django.apps import AppConfig


class RegionsConfig(AppConfig):
    name = "shop.regions"
    label = "regions"

    def ready(self):
        from shop.content.memo import also_ends
        from shop.regions.delivery import next_cutoff

        also_ends(next_cutoff)
