"""What the hosted page asks for, and the mistakes people make in it."""

import re
from dataclasses import dataclass, field
from typing import Any

from bookstore.demo.stripe import cards, checkout

_CVC = re.compile(r"\d{3,4}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass
class PaymentForm:
    """The fields as they were sent, and what is wrong with them by field."""

    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """Return a field without the blanks around it."""
        return self.values.get(name, "").strip()

    @property
    def payer(self) -> dict[str, Any]:
        """Who pays, for the charge."""
        month, year = cards.expiry(self.value("expiry")) or (None, None)
        return {
            "email": self.value("email"),
            "name": self.value("name"),
            "exp_month": month,
            "exp_year": year,
        }

    def check_email(self) -> bool:
        """Look at the fields that every way of paying needs."""
        if not _EMAIL.fullmatch(self.value("email")):
            self.errors["email"] = "Enter an e-mail address, like reader@example.org."
        return not self.errors

    def check_card(self, *, now: int) -> bool:
        """Look at the fields of a card."""
        self.check_email()
        number = self.value("number")
        if not number:
            self.errors["number"] = "Enter the card's number."
        elif not cards.has_checksum(number):
            self.errors["number"] = "This card number is not valid. Check the digits."
        expiry = cards.expiry(self.value("expiry"))
        if expiry is None:
            self.errors["expiry"] = "Enter month and year, like 12 / 34."
        elif cards.is_over(*expiry, now=now):
            self.errors["expiry"] = "This card has expired."
        if not _CVC.fullmatch(self.value("cvc")):
            self.errors["cvc"] = "Enter the 3 or 4 digits of the security code."
        if not self.value("name"):
            self.errors["name"] = "Enter the name on the card."
        return not self.errors

    def check_debit(self) -> bool:
        """Look at the fields of a bank debit."""
        self.check_email()
        if self.value("account") not in {checkout.PAYS, checkout.REFUSES}:
            self.errors["account"] = "Choose one of the two test accounts."
        if not self.value("name"):
            self.errors["holder"] = "Enter the name of the account holder."
        return not self.errors
