"""What the admin's first page says about orders that need somebody."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.utils import timezone

from checkout import alarms
from checkout.alarms import Alarm
from checkout.models import StaffNotice

SHOWN = 10

register = template.Library()


@dataclass(frozen=True)
class Attention:
    """The alarms that are shown, how many more there are, how many notices are open."""

    alarms: list[Alarm]
    more: int
    notices: int


@register.simple_tag
def what_needs_attention(user: Any) -> Attention | None:
    """Return what needs somebody, or None for staff who may not see orders."""
    if not user.has_perm("order.view_order"):
        return None
    ringing = alarms.ringing(now=timezone.now())
    return Attention(
        alarms=ringing[:SHOWN],
        more=max(0, len(ringing) - SHOWN),
        notices=StaffNotice.objects.filter(done_at=None).count(),
    )
