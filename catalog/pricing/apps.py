"""Mount prices and stock in place of Oscar's partner app."""

from oscar.apps.partner import apps


class PricingConfig(apps.PartnerConfig):
    """Oscar looks classes up by the label `partner`."""

    name = "catalog.pricing"
    label = "partner"
    verbose_name = "Prices and stock"

    def ready(self) -> None:
        """Skip Oscar's alerts: they send mail inside the request."""
