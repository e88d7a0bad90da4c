from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    name = "articles"
    label = "articles"

    def ready(self):
        from articles import notices
        from articles.evidence.shown import listen
        from articles.models import counting
        from articles.reading import of_codes

        listen()
        counting.listen()
        notices.listen()
        of_codes.answer()
