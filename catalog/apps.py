"""Mount the catalog in place of Oscar's, under Oscar's label."""

from oscar.apps.catalogue import apps


class CatalogConfig(apps.CatalogueOnlyConfig):
    """Oscar looks classes up by the label `catalogue`; the package keeps our spelling."""

    name = "catalog"
    label = "catalogue"

    def ready(self) -> None:
        """Skip Oscar's receivers and views: ours do without both."""
