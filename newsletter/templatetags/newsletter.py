"""What the sign-up form says, for templates."""

from django import template

from newsletter import wording
from newsletter.models import Subscriber

register = template.Library()


@register.simple_tag
def signup_wording() -> dict[str, object]:
    """Return the form's title, promise and topics: the words kept as evidence."""
    return {
        "title": wording.TITLE,
        "promise": wording.PROMISE,
        "topics": Subscriber.Topic.choices,
    }
