"""What the forms say, for templates."""

from django import template

from catalog.models import Contributor
from newsletter import news, wording
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


@register.simple_tag
def follow_wording(person: Contributor) -> dict[str, str] | None:
    """Return what the form on a person's page says; None for who is not followed."""
    if not news.can_be_followed(person):
        return None
    return {
        "title": wording.FOLLOW,
        "promise": wording.FOLLOW_PROMISE,
        "button": wording.FOLLOW_BUTTON,
    }
