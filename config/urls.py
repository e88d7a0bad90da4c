"""The site's table of contents. `<r>` is a region's code."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path

from articles.views import by_id, comment, shared_preview
from config.discovery import feeds, llms, sitemaps, social_cards
from config.forwarding.short_links import go
from config.operation.views import violations
from config.pages import appearance, help, home, plumbing, switching
from config.search import views as search_views
from shop.catalogue import doctor_sheet
from shop.catalogue.views import collection
from shop.payments.views import webhook

handler400 = "config.pages.errors.bad_request"
handler403 = "config.pages.errors.forbidden"
handler404 = "config.pages.errors.not_found"
handler500 = "config.pages.errors.server_error"

urlpatterns = [
    path("", home.choose_region, name="choose_region"),
    path("admin/", include("config.entry.urls")),
    path("admin/", admin.site.urls),
    path("go/<slug:word>/", go, name="short_link"),
    path("llms.txt", llms.llms_txt, name="llms"),
    path("robots.txt", plumbing.robots, name="robots"),
    path("sitemap.xml", sitemaps.sitemap_index, name="sitemap_index"),
    path("favicon.ico", plumbing.favicon),
    path("csp-reports/", violations, name="csp_reports"),
    path("reading/", appearance.set_appearance, name="set_appearance"),
    path("region/", home.switch_region, name="switch_region"),
    path("region/before/", switching.switch_preview, name="switch_preview"),
    path("stripe/webhook/", webhook, name="stripe_webhook"),
    re_path(r"^media/(?P<path>.+)$", plumbing.media, name="media"),
    *(
        [path("sandbox/", include("shop.payments.sandbox.urls"))]
        if settings.PAYMENT_MODE == "sandbox"
        else []
    ),
    path("to/article/<int:pk>/", by_id, {"kind": "article"}),
    path("to/product/<int:pk>/", by_id, {"kind": "product"}),
    path("preview/<slug:token>/comment/", comment, name="comment"),
    path("preview/<slug:token>/", shared_preview, name="preview"),
    path("", include("shop.withdrawal.urls")),
    path("", include("shop.reminders.urls")),
    path("", include("shop.reviews.urls")),
    path("", include("shop.checkout.urls")),
    path("", include("shop.alerts.urls")),
    path("", include("config.newsletter.urls")),
    path("", include("config.accounts.urls")),
    path("<slug:region>/", home.home, name="home"),
    path("<slug:region>/shop/", include("shop.catalogue.urls")),
    path("<slug:region>/collections/<slug:slug>/", collection, name="collection"),
    path("<slug:region>/sheet/", doctor_sheet.sheet, name="sheet"),
    path("<slug:region>/search/", search_views.search, name="search"),
    path("<slug:region>/search/suggest/", search_views.suggest, name="suggest"),
    path("<slug:region>/articles/", include("articles.urls")),
    path("<slug:region>/basket/", include("shop.basket.urls")),
    path("<slug:region>/sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("<slug:region>/sitemap-<int:number>.xml", sitemaps.sitemap, name="sitemap"),
    path("<slug:region>/card/<slug:kind>/<slug:key>.jpg", social_cards.social_card, name="social_card"),
    path("<slug:region>/feeds/meta.csv", feeds.meta_feed, name="meta_feed"),
    path("<slug:region>/feeds/agents.jsonl", feeds.agent_feed, name="agent_feed"),
    path("<slug:region>/feeds/google.xml", feeds.google_feed, name="google_feed"),
    path("<slug:region>/help/", help.help_page, name="help_index"),
    path("<slug:region>/help/<slug:page>/", help.help_page, name="help"),
]
