"""Mount shipping in place of Oscar's, under Oscar's label."""

from oscar.apps.shipping import apps


class ShippingConfig(apps.ShippingConfig):
    """The rates are our own tables; Oscar's are not created."""

    name = "shipping"
    label = "shipping"
