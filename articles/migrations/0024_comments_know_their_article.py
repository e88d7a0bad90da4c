from django.db import migrations
from django.db.models import OuterRef, Subquery


def name_articles(apps, schema_editor):
    Comment, Link = apps.get_model("articles", "Comment"), apps.get_model("articles", "PreviewLink")
    link = Link.objects.filter(pk=OuterRef("link")).values("version__article")
    Comment.objects.filter(article=None).update(article=Subquery(link))


class Migration(migrations.Migration):
    dependencies = [("articles", "0023_comments_of_colleagues")]

    operations = [migrations.RunPython(name_articles, migrations.RunPython.noop)]
