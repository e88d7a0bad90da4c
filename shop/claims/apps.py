from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "shop.claims"
    label = "claims"

    def ready(self) -> None:
        from shop.claims.refuse import refuse_texts
        from shop.content.texts import texts_cleaned

        texts_cleaned.connect(refuse_texts, dispatch_uid="claims")
