"""Fill an empty shop with the demo: countries, books, rates, a notice, staff logins."""

import os
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sites.models import Site
from django.core.management.base import BaseCommand

from bookstore.demo import STAFF, catalogue, shipping
from checkout.account.models import Role


class Command(BaseCommand):
    """Fill an empty shop with the demo; in a filled one, only renew the staff logins."""

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
            _staff(STAFF, password, is_superuser=True)
            for role in Role.objects.exclude(group=None):
                person = _staff(f"{role.name.lower()}@{STAFF.partition('@')[2]}", password)
                person.groups.add(role.group)
            self.stdout.write(f"Staff sign in as {STAFF}.")


def _staff(email: str, password: str, *, is_superuser: bool = False) -> Any:
    users = get_user_model().objects
    person, _ = users.get_or_create(email=email, defaults={"first_name": "Staff"})
    person.is_staff, person.is_superuser = True, is_superuser
    person.set_password(password)
    person.save()
    return person
