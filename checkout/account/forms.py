"""Sign in and sign up by e-mail address."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model, password_validation
from django.contrib.auth.forms import AuthenticationForm
from django.db import IntegrityError, transaction

TAKEN = "There is an account with this address: please sign in."


def _email_field() -> forms.EmailField:
    widget = forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"})
    return forms.EmailField(label="E-mail address", max_length=254, widget=widget)


class SignInForm(AuthenticationForm):
    """E-mail address and password."""

    username = _email_field()

    def clean_username(self) -> str:
        """Find the account whatever the case of the letters."""
        return self.cleaned_data["username"].lower()


class RegistrationForm(forms.Form):
    """A new account: an address and a password."""

    email = _email_field()
    password = forms.CharField(
        label="Password",
        strip=False,
        help_text="At least 8 characters; a sentence is easy to remember and hard to guess.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_email(self) -> str:
        """Refuse an address that has an account."""
        email = self.cleaned_data["email"].lower()
        if get_user_model().objects.filter(email=email).exists():
            raise forms.ValidationError(TAKEN)
        return email

    def clean_password(self) -> str:
        """Refuse a password that is easily guessed."""
        password = self.cleaned_data["password"]
        password_validation.validate_password(password)
        return password

    def save(self) -> Any:
        """Create the account and return its user; None if somebody was quicker."""
        fields = self.cleaned_data
        users = get_user_model().objects
        try:
            with transaction.atomic():
                return users.create_user(email=fields["email"], password=fields["password"])
        except IntegrityError:
            self.add_error("email", TAKEN)
            return None
