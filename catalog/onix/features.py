"""Read what an e-book offers readers with disabilities, and what locks it."""

from catalog import accessibility
from catalog.onix import codes
from catalog.onix.composite import Composite
from catalog.onix.record import Notes


def read_accessibility(descriptive: Composite, notes: Notes) -> list[str]:
    """Return the accessibility features (list 196) that the shop tells readers."""
    found: list[str] = []
    for feature in descriptive.all("ProductFormFeature"):
        kind = feature.text("ProductFormFeatureType")
        value = feature.text("ProductFormFeatureValue")
        if kind == codes.ACCESSIBILITY and value in accessibility.FEATURES:
            found.append(value)
        else:
            what = f", {value}" if kind == codes.ACCESSIBILITY else ""
            notes.ignore("ProductFormFeature", f"type {kind}{what}")
    return accessibility.in_order(found)


def read_protection(descriptive: Composite, notes: Notes) -> str:
    """Return the first copy protection (list 144) that the shop has words for."""
    found = ""
    for code in descriptive.texts("EpubTechnicalProtection"):
        if not found and code in accessibility.PROTECTIONS:
            found = code
        else:
            notes.ignore("EpubTechnicalProtection", code)
    return found
