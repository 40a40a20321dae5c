"""Fill an empty shop with the demo: countries, books, rates, a notice, a staff login."""

import os
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sites.models import Site
from django.core.management.base import BaseCommand

from bookstore.demo import STAFF, catalogue, shipping


class Command(BaseCommand):
    """Fill an empty shop with the demo; in a filled one, only renew the staff login."""

    help = "Fill an empty shop with the demo; the staff password is DEMO_STAFF_PASSWORD."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load what is missing."""
        host = settings.SITE_URL.split("://", 1)[1]
        Site.objects.filter(pk=settings.SITE_ID).update(domain=host, name=settings.SHOP_NAME)
        shipping.load()
        self.stdout.write("Countries, shipping rates and the first notice are there.")
        catalogue.load()
        self.stdout.write("The demo catalogue is there.")
        if password := os.environ.get("DEMO_STAFF_PASSWORD"):
            users = get_user_model().objects
            staff, _ = users.get_or_create(email=STAFF, defaults={"first_name": "Staff"})
            staff.is_staff = staff.is_superuser = True
            staff.set_password(password)
            staff.save()
            self.stdout.write(f"Staff sign in as {STAFF}.")
