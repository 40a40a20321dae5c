"""What every page knows about the shop."""

from django.conf import settings
from django.http import HttpRequest


def shop(request: HttpRequest) -> dict[str, object]:
    """Give templates the shop's name and addresses."""
    return {
        "shop_name": settings.SHOP_NAME,
        "shop_email": settings.SHOP_EMAIL,
        "site_url": settings.SITE_URL,
        "is_demo": settings.DEMO,
        "canonical_url": f"{settings.SITE_URL}{request.path}",
    }
