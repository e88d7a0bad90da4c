from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth.apps import AuthConfig
from django.db.models.signals import post_migrate


class SiteConfig(AppConfig):
    """The composition app: what spans shop and articles."""

    name = "config"
    label = "site"
    verbose_name = "Site"

    def ready(self):
        from config import checks  # noqa: F401 - registers them
        from config.operation import reports
        from config.pages import drawn  # noqa: F401 - registers them
        from config.staff.roles import ship_after_the_last_app

        reports.begin()
        post_migrate.connect(ship_after_the_last_app, dispatch_uid="roles")


class PeopleConfig(AuthConfig):
    verbose_name = "People and roles"


class ShopAdminConfig(AdminConfig):
    default_site = "config.staff.site.ShopAdminSite"

    def ready(self):
        from shop.text import admin_fields, fields

        fields.install()  # before the first form is registered: each takes its fields from there
        admin_fields.install()
        super().ready()
        from config.staff import people

        people.install()
