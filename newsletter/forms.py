"""What readers type and tick."""

from typing import Any

from django import forms

from newsletter.models import Subscriber

NO_TOPIC = "Tick at least one topic."


class TopicsForm(forms.Form):
    """Topics to be written to about."""

    topics = forms.MultipleChoiceField(
        label="Topics",
        choices=Subscriber.Topic.choices,
        error_messages={"required": NO_TOPIC, "invalid_choice": "Choose from the list."},
    )


class AddressForm(forms.Form):
    """An address and a trap for programs that fill in every field."""

    prefix_of_ids = "follow"

    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        error_messages={
            "required": "Enter your e-mail address.",
            "invalid": "Enter an e-mail address like name@example.org.",
        },
    )
    website = forms.CharField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Start every id with a word of its own: the form at the page's foot has another."""
        super().__init__(*args, **{"auto_id": f"{self.prefix_of_ids}_%s", **kwargs})

    @property
    def is_trapped(self) -> bool:
        """Whether the field that nobody sees was filled in."""
        return bool(self.data.get("website"))


class SignUpForm(AddressForm, TopicsForm):
    """An address and its topics."""

    field_order = ["email", "topics"]
    prefix_of_ids = "signup"
