from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class SiteConfig(AppConfig):
    """The composition app: what spans shop and articles."""

    name = "config"
    label = "site"
    verbose_name = "Site"

    def ready(self):
        from config import checks  # noqa: F401 - registers them


class ShopAdminConfig(AdminConfig):
    default_site = "config.admin_site.ShopAdminSite"
