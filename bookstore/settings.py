"""Settings, all from the environment.

`DEMO=1` fills in what a person trying the shop should not have to think about;
without it a missing or unsafe value is refused at start, by name.
"""

from pathlib import Path

import environ
from oscar.defaults import *  # noqa: F403  Oscar's own settings module

from bookstore.configuration import refuse_unsafe_settings

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEMO = env.bool("DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
DATA_DIR = Path(env("DATA_DIR", default=str(BASE_DIR / ".data" / "demo")))

SECRET_KEY = env("SECRET_KEY", default="")
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000" if DEMO else "").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"] if DEMO else [])
DATABASE_URL = env("DATABASE_URL", default="")
EMAIL_URL = env("EMAIL_URL", default="")

SHOP_NAME = env("SHOP_NAME", default="Meridian Press")
SHOP_EMAIL = env("SHOP_EMAIL", default="orders@meridian.example" if DEMO else "")
DEFAULT_FROM_EMAIL = env(
    "DEFAULT_FROM_EMAIL", default=f"{SHOP_NAME} <{SHOP_EMAIL}>" if DEMO else ""
)
SHOP_ADDRESS = [
    line.strip()
    for line in env(
        "SHOP_ADDRESS", default="12 Foxglove Lane|Anytown, MA 00000" if DEMO else ""
    ).split("|")
    if line.strip()
]
SHOP_TAX_NUMBER = env("SHOP_TAX_NUMBER", default="")
SHOP_CURRENCY = env("SHOP_CURRENCY", default="USD")
SHOP_COUNTRY = env("SHOP_COUNTRY", default="US")

# ONIX: how large an upload may be, and from which hosts covers are fetched.
ONIX_UPLOAD_MEGABYTES = env.int("ONIX_UPLOAD_MEGABYTES", default=500)
ONIX_COVER_HOSTS = env.list("ONIX_COVER_HOSTS", default=[])
# How large the file of a digital edition may be.
EBOOK_MEGABYTES = env.int("EBOOK_MEGABYTES", default=50)
AUDIOBOOK_MEGABYTES = env.int("AUDIOBOOK_MEGABYTES", default=200)

STRIPE_SECRET_KEY = env("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRETS = env.list("STRIPE_WEBHOOK_SECRET", default=[])
STRIPE_API_BASE = env("STRIPE_API_BASE", default="")
STRIPE_PAGE_ORIGIN = STRIPE_API_BASE or "https://checkout.stripe.com"
STRIPE_TIMEOUT_SECONDS = 4

# How many proxies of the shop's own stand before it, each adding to X-Forwarded-For.
PROXY_HOPS = env.int("PROXY_HOPS", default=0)
# A header in which a proxy says where a visitor seems to be, such as CF-IPCountry.
COUNTRY_HEADER = env("COUNTRY_HEADER", default="")
# So many readers must have bought two books before a page says so.
BOUGHT_TOGETHER_MINIMUM = env.int("BOUGHT_TOGETHER_MINIMUM", default=3)
# Against thieves who try out cards: payments begun in an hour, cards refused on a page.
PAYMENT_TRIES_AN_HOUR = {
    "order": 6,
    "visitor": 12,
    "network": env.int("PAYMENT_TRIES_PER_NETWORK", default=40),
}
CARD_REFUSALS_A_PAGE = 8

INSTALLED_APPS = [
    "bookstore.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sites",
    "django.contrib.flatpages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "bookstore.apps.ShopConfig",
    "bookstore.apps.DashboardStub",
    "catalog.apps.CatalogConfig",
    "catalog.pricing.apps.PricingConfig",
    "checkout.account.apps.AccountConfig",
    "checkout.apps.CheckoutConfig",
    "checkout.basket.apps.BasketConfig",
    "shipping.apps.ShippingConfig",
    "newsletter.apps.NewsletterConfig",
    "oscar.apps.address.apps.AddressConfig",
    "oscar.apps.communication.apps.CommunicationConfig",
    "oscar.apps.customer.apps.CustomerConfig",
    "oscar.apps.offer.apps.OfferConfig",
    "oscar.apps.order.apps.OrderConfig",
    "oscar.apps.payment.apps.PaymentConfig",
    "oscar.apps.search.apps.SearchConfig",
    "oscar.apps.voucher.apps.VoucherConfig",
    "oscar.apps.wishlists.apps.WishlistsConfig",
    "haystack",
    "treebeard",
    "widget_tweaks",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "pictures",
    *(["bookstore.demo"] if DEMO else []),
]
SITE_ID = 1
MIGRATION_MODULES = {
    "basket": "oscar.apps.basket.migrations",
    "customer": "bookstore.customer_migrations",
}

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "checkout.basket.middleware.BasketMiddleware",
    "shipping.middleware.DependenceMiddleware",
]

ROOT_URLCONF = "bookstore.urls"
WSGI_APPLICATION = "bookstore.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bookstore.context.shop",
                "shipping.context.interruptions",
                "checkout.basket.context.basket_count",
            ],
            "builtins": ["bookstore.templatetags.shop"],
        },
    }
]

DATABASES = {
    "default": {
        **(env.db_url_config(DATABASE_URL) if DATABASE_URL else {"ENGINE": "", "NAME": ""}),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"SERIALIZE": False},
    }
}
if not DATABASE_URL:
    DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_USER_MODEL = "account.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in [
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    ]
]
LOGIN_URL = "account:login"
LOGIN_REDIRECT_URL = "account:home"

LANGUAGE_CODE = "en-us"
TIME_ZONE = env("TIME_ZONE", default="UTC")
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env("STATIC_ROOT", default=None)
MEDIA_URL = "media/"
MEDIA_ROOT = env("MEDIA_ROOT", default=str(DATA_DIR / "media"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "bookstore.static_files.HashedStorage"
        if STATIC_ROOT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Without a place for collected files, serve them from where they lie.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not STATIC_ROOT
PICTURES = {
    "BREAKPOINTS": {"all": 480},
    "CONTAINER_WIDTH": 480,
    "GRID_COLUMNS": 3,
    "FILE_TYPES": ["WEBP"],
    "PIXEL_DENSITIES": [1, 2],
    "USE_PLACEHOLDERS": False,
}

if EMAIL_URL:
    vars().update(env.email_url_config(EMAIL_URL))
else:
    EMAIL_BACKEND = "bookstore.mail.OutboxBackend"
EMAIL_TIMEOUT = 10
EMAIL_OUTBOX = DATA_DIR / "outbox"
EDITION_FILES = DATA_DIR / "edition-files"

TASKS = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend"
        if DEMO
        else "django_tasks_db.DatabaseBackend"
    }
}

CACHES = {
    "default": env.cache_url("REDIS_URL")
    if env("REDIS_URL", default="")
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# A work with many editions, an action on many books: one form with thousands of fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

IS_HTTPS = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = OSCAR_BASKET_COOKIE_SECURE = IS_HTTPS
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL else []
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        # Chromium checks the redirect that follows a form, too.
        "form-action": ["'self'", STRIPE_PAGE_ORIGIN],
    }
}

OSCAR_SHOP_NAME = SHOP_NAME
OSCAR_DEFAULT_CURRENCY = SHOP_CURRENCY
OSCAR_FROM_EMAIL = DEFAULT_FROM_EMAIL
OSCAR_BASKET_COOKIE_OPEN = "basket"
OSCAR_BASKET_COOKIE_LIFETIME = 60 * 60 * 24 * 60
OSCAR_MAX_BASKET_QUANTITY_THRESHOLD = 500
OSCAR_ALLOW_ANON_CHECKOUT = True
OSCAR_ALLOW_GUEST_CHECKOUT_WITH_ACCOUNT = True
OSCAR_EAGER_ALERTS = False
OSCAR_HIDDEN_FEATURES = ["reviews", "wishlists"]
OSCAR_INITIAL_ORDER_STATUS = "Pending payment"
OSCAR_INITIAL_LINE_STATUS = "Open"
OSCAR_ORDER_STATUS_PIPELINE = {
    "Pending payment": ["Paid", "Cancelled"],
    "Paid": ["In progress", "Refunded"],
    "In progress": ["Dispatched", "Refunded"],
    "Dispatched": ["Refunded", "In progress"],
    "Cancelled": [],
    "Refunded": [],
}
# Oscar imports haystack; nothing of ours calls it, and it follows no model.
HAYSTACK_SIGNAL_PROCESSOR = "haystack.signals.BaseSignalProcessor"
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"stripe": {"level": "WARNING"}, "django_tasks": {"level": "WARNING"}},
}

refuse_unsafe_settings(vars())
