"""One settings file, read top to bottom. What differs between machines comes from the environment."""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, NONE, SELF

from config.connections.where import caches, database
from config.env import BASE_DIR, env, load_env_file
from shop.payments.mode import payment_mode

load_env_file()

# --- Where we are -------------------------------------------------------------------------------------

BRAND = "Fellbrook"  # the shop's name; drawn ones: templates/components/wordmark.html, static/brand/
SITE_URL = env(
    "SITE_URL",
    default="http://127.0.0.1:8000",
    help="address of the site as shoppers see it; mails and Stripe use it",
).rstrip("/")
SECRET_KEY = env("SECRET_KEY", help="long random text that signs sessions and links")
SECRET_KEY_FALLBACKS = env(
    "OLD_SECRET_KEYS", list, [], "SECRET_KEYs of before, with commas between: their links go on opening"
)
DEBUG = env("DEBUG", bool, False, "1 shows tracebacks; never in production")
DATA_DIR = Path(env("DATA_DIR", default=str(BASE_DIR / "var"), help="folder for SQLite, media, static files"))
HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = [
    urlsplit(SITE_URL).hostname,
    *env("ALLOWED_HOSTS", list, [], "further host names, with commas between"),
]

# --- Payments -----------------------------------------------------------------------------------------

STRIPE_SECRET_KEY = env(
    "STRIPE_SECRET_KEY", default="", help="sk_test_… or sk_live_… from Stripe's Dashboard"
)
STRIPE_WEBHOOK_SECRET = env("STRIPE_WEBHOOK_SECRET", default="", help="whsec_… of the webhook endpoint")
SANDBOX_URL = env(
    "SANDBOX_URL", default=SITE_URL, help="address of the sandbox's payment page, if not the site's own"
).rstrip("/")
PAYMENT_MODE = payment_mode(
    payments=env("PAYMENTS", default="", help="sandbox, or empty to use the Stripe key"),
    secret_key=STRIPE_SECRET_KEY,
    webhook_secret=STRIPE_WEBHOOK_SECRET,
    live_switch=env("STRIPE_LIVE", bool, False, "1 allows a live key, so that real money moves"),
    host_names=ALLOWED_HOSTS,
    sandbox_public=env(
        "SANDBOX_PUBLIC", default="", help="no-real-orders allows the sandbox on a public host name"
    ),
)
PAYMENT_ORIGIN = SANDBOX_URL if PAYMENT_MODE == "sandbox" else "https://checkout.stripe.com"

# --- Applications ---------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "config.apps.SiteConfig",
    "config.discovery.apps.DiscoveryConfig",
    "config.search.apps.SearchConfig",
    "config.newsletter.apps.LettersConfig",
    "config.deeds.apps.DeedsConfig",
    "config.entry.apps.EntryConfig",
    "config.accounts.apps.AccountsConfig",
    "config.moving.apps.MovingConfig",
    "config.forwarding.apps.ForwardingConfig",
    "config.operation.apps.OperationConfig",
    "config.apps.ShopAdminConfig",
    "config.apps.PeopleConfig",  # django.contrib.auth
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account.apps.AccountConfig",
    "allauth.mfa.apps.MFAConfig",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "content_editor",
    "django_prose_editor",
    "js_asset",
    "shop.web",
    "shop.content",
    "shop.sweeps",
    "shop.outbox",
    "shop.pictures",
    "shop.regions",
    "shop.claims",
    "shop.pages",
    "shop.catalogue",
    "shop.attribution",
    "shop.alerts",
    "shop.codes",
    "shop.basket",
    "shop.orders",
    "shop.payments",
    *(["shop.payments.sandbox"] if PAYMENT_MODE == "sandbox" else []),
    "shop.invoices",
    "shop.withdrawal",
    "shop.reminders",
    "shop.reviews",
    "shop.checkout",
    "shop.desk",
    "shop.ledger",
    "articles",
]

MIDDLEWARE = [
    "config.middleware.probes.ProbesMiddleware",
    "config.middleware.page_cache.KeepMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.headers.ReachMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.proxy.ProxyMiddleware",
    "config.middleware.characters.PlainHeadersMiddleware",
    "config.middleware.maintenance.MaintenanceMiddleware",
    "config.middleware.maintenance.StagingMiddleware",
    "config.middleware.page_cache.PageCacheMiddleware",
    "config.middleware.policy.PolicyMiddleware",
    "config.middleware.ceiling.CeilingMiddleware",
    "config.middleware.characters.FormCharactersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "shop.basket.session.VisitorMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.old_addresses.AddressMiddleware",
    "config.middleware.statements.StatementsMiddleware",
    "shop.regions.middleware.RegionMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

CEILING, CEILING_OF_STAFF = 20.0, 45.0  # seconds for a whole request; deploy/nginx.conf waits a minute
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["shop.web.templatetags.addresses", "shop.web.templatetags.words"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "shop.regions.context_processors.storefront",
                "config.context_processors.origin",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Database and cache ------------------------------------------------------------------------------------

DATABASE_URL = env(
    "DATABASE_URL", default="", help="postgres://user:password@host/name; empty uses SQLite in DATA_DIR"
)
DATABASE_POOL = env(
    "DATABASE_POOL", bool, True, "0 opens a PostgreSQL connection per request instead of a pool"
)
DATABASES = {"default": database(DATABASE_URL, DATABASE_POOL, DATA_DIR)}

REDIS_URL = env("REDIS_URL", default="", help="redis://host:6379/0, shared cache for several machines")
CACHES = caches(REDIS_URL)
TALLY_SECONDS = 1  # how long a web process keeps page views before it writes them down
STAGING = env("STAGING", bool, False, "1 closes the whole site to search engines")
MAINTENANCE = env("MAINTENANCE", bool, False, "1 shows every visitor that the shop is being worked on")
CDN_SECONDS = env("CDN_SECONDS", int, 0, "seconds a CDN may keep public pages; 0 asks it to check each time")

# --- Visitors ----------------------------------------------------------------------------------------------

SESSION_ENGINE, SESSION_COOKIE_AGE = "shop.content.sessions", 30 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "config.pages.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# --- Staff -------------------------------------------------------------------------------------------------

LOGIN_URL, LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "account_login", "admin:index", "account_login"
PASSWORD_RESET_TIMEOUT = 24 * 3600  # of invitations as well
PASSWORD_HASHERS = ["config.entry.hashing.BesideTheShop"]  # Django's own hashes, made beside the shop
SECOND_FACTOR_GRACE_DAYS = env(
    "SECOND_FACTOR_GRACE_DAYS",
    int,
    0,
    "days from their first day in which owners, and staff who see orders, may do without a second factor",
)
ACCOUNT_ADAPTER, MFA_ADAPTER = "config.entry.adapter.AccountAdapter", "config.entry.adapter.MFAAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False  # ours count in the database: config/entry/limits.py
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
_FORMS = "config.entry.forms"
ACCOUNT_FORMS = {
    "login": f"{_FORMS}.LoginForm", "reauthenticate": f"{_FORMS}.ReauthenticateForm",
    "change_password": f"{_FORMS}.ChangePasswordForm", "set_password": f"{_FORMS}.SetPasswordForm",
    "reset_password": f"{_FORMS}.ResetPasswordForm", "reset_password_from_key": f"{_FORMS}.ResetPasswordKeyForm",
}  # fmt: skip
MFA_FORMS = {
    "authenticate": f"{_FORMS}.AuthenticateForm", "reauthenticate": f"{_FORMS}.ReauthenticateCodeForm",
    "activate_totp": f"{_FORMS}.ActivateTOTPForm", "add_webauthn": f"{_FORMS}.AddPasskeyForm",
    "edit_webauthn": f"{_FORMS}.EditPasskeyForm",
}  # fmt: skip
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1  # a code may be half a minute late
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "config.entry.passwords.NotTrivial"},
]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
USE_TZ = True
USE_I18N = True

# --- Security headers ----------------------------------------------------------------------------------------

SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
TRUST_PROXY = env(
    "TRUST_PROXY", bool, False, "1 if a proxy of yours sets X-Forwarded-Proto and X-Forwarded-For"
)
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

MEDIA_ORIGIN = env(
    "MEDIA_ORIGIN", default="", help="https://… that pages name for pictures, if not the site's own"
).rstrip("/")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *([MEDIA_ORIGIN] if MEDIA_ORIGIN else [])],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "report-uri": ["/csp-reports/"],
        "report-to": ["csp"] if HTTPS else None,  # comes before report-uri; without TLS nothing is sent to it
    }
}
# The editor's import map is the one inline script of the site; it carries this nonce (articles/admin/editor.py).
ADMIN_SCRIPT_SOURCES = [SELF, NONCE]
# The style element that the editor makes at run time, by the hash of its exact text: Tiptap’s base rules
# (without them Chrome stores typed blanks as &nbsp;). After an upgrade its browser test prints the new hash.
ADMIN_STYLE_SOURCES = [
    SELF,
    "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='",
]

# --- Files -----------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.staticfiles.BundleFinder",
]
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = f"{MEDIA_ORIGIN}/media/"
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_BUCKET = env("MEDIA_BUCKET", default="", help="S3 bucket for pictures; empty keeps them in DATA_DIR")
BUCKET = {
    "bucket_name": MEDIA_BUCKET,
    "endpoint_url": env("MEDIA_ENDPOINT", default="", help="https://… of the S3 service; empty: Amazon's")
    or None,
    "region_name": env("MEDIA_REGION", default="", help="region of the bucket, such as eu-central-1") or None,
    "access_key": env("MEDIA_KEY", default="", help="id of the key that may read and write the bucket")
    or None,
    "secret_key": env("MEDIA_SECRET", default="", help="the key itself") or None,
}
STORAGES = {
    "default": (
        {"BACKEND": "shop.pictures.bucket.Bucket", "OPTIONS": BUCKET}
        if MEDIA_BUCKET
        else {"BACKEND": "shop.pictures.storage.WholeFiles"}
    ),
    "staticfiles": {"BACKEND": "shop.web.static_addresses.StaticAddresses"},
}
WHITENOISE_MAX_AGE = 365 * 24 * 3600 if not DEBUG else 0
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "config.middleware.bodies.StaffUploads",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# --- Other sites ---------------------------------------------------------------------------------------------------

CHECK_OUTSIDE_LINKS = env(
    "CHECK_OUTSIDE_LINKS",
    bool,
    PAYMENT_MODE != "sandbox",
    "1 lets the worker ask the sites that articles link to, once a day each, whether they still answer",
)

# --- Mail ----------------------------------------------------------------------------------------------------------

EMAIL_URL = env(
    "EMAIL_URL", default="", help="smtp+tls://user:password@host:587; empty keeps mails readable in the admin"
)
if EMAIL_URL:
    vars().update(environ.Env.email_url_config(EMAIL_URL))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default=f"{BRAND} <hello@fellbrook.example>", help="sender")

# --- Logs and figures ------------------------------------------------------------------------------------------------

LOG_FORMAT = env("LOG_FORMAT", default="line", help="json writes one JSON object a line, for programs")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "config.operation.logs.LineFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s [request]: %(message)s",
        },
        "json": {
            "()": "config.operation.logs.ObjectFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
            "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
        },
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if LOG_FORMAT == "json" else "line",
        }
    },
    "root": {
        "handlers": ["console"],
        "level": env(
            "LOG_LEVEL", default="WARNING", help="INFO, WARNING, …; INFO has a line for each answer"
        ),
    },
}
METRICS_TOKEN = env(
    "METRICS_TOKEN", default="", help="long random text; opens /metrics to who sends it as a bearer"
)
SENTRY_DSN = env(
    "SENTRY_DSN", default="", help="where errors are reported, by Sentry's protocol; empty: nowhere"
)
SILENCED_SYSTEM_CHECKS: list[str] = []
