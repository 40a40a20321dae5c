"""Mount Oscar and the admin with only the parts that the shop offers."""

from importlib import import_module

from django.contrib.admin.apps import SimpleAdminConfig
from oscar import config
from oscar.core.application import OscarConfig

ADMIN_MODULES = [
    "bookstore.admin",
    "catalog.admin",
    "checkout.admin",
    "shipping.admin",
    "newsletter.admin",
    "newsletter.follow_admin",
]


class AdminConfig(SimpleAdminConfig):
    """Register our own admin pages and none that Oscar brings."""

    default_site = "bookstore.admin_site.ShopSite"

    def ready(self) -> None:
        """Import the modules that register them."""
        super().ready()
        for module in ADMIN_MODULES:
            import_module(module)


class ShopConfig(config.Shop):
    """Oscar's root, without the URLs of the parts that are not mounted."""

    def ready(self) -> None:
        """Skip what Oscar would look up for its own URLs."""


class DashboardStub(OscarConfig):
    """Give Oscar the label that it looks up; the dashboard itself is not used."""

    name = "oscar.apps.dashboard"
    label = "dashboard"
