"""Mount the basket in place of Oscar's, under Oscar's label."""

from oscar.apps.basket import apps


class BasketConfig(apps.BasketConfig):
    """Oscar looks classes up by the label `basket`; its views are not used."""

    name = "checkout.basket"
    label = "basket"

    def ready(self) -> None:
        """Skip Oscar's views."""
