"""The record of one edition."""

from dataclasses import dataclass, field

from catalog.models import Product
from catalog.onix.export.collateral import collateral_detail
from catalog.onix.export.descriptive import descriptive_detail
from catalog.onix.export.elements import Element, part, words
from catalog.onix.export.identity import product_identifier, record_reference
from catalog.onix.export.related import related_material
from catalog.onix.export.supply import product_supply, publishing_detail
from catalog.onix.languages import LANGUAGES

ADVANCE, CONFIRMED = "02", "03"  # list 1


@dataclass
class Account:
    """What an export wrote and what it could not."""

    editions: int = 0
    works: int = 0
    notes: list[str] = field(default_factory=list)

    def note(self, edition: Product, text: str) -> None:
        """Note something about an edition."""
        self.notes.append(f"{edition.upc or edition}: {text}")


def product(edition: Product, work: Product, account: Account) -> Element | None:
    """Return the record of an edition, or nothing if it has no title that XML can hold."""
    if not words(work.title):
        account.note(edition, "left out: its title has no character that XML can hold")
        return None
    if not edition.upc:
        account.note(edition, "has no ISBN: identified by this shop's own number")
    for language in (edition.language, work.original_language):
        if language and language not in LANGUAGES:
            account.note(edition, f"language {language} is not in ONIX list 74: left out")
    is_coming = edition.status == Product.Status.FORTHCOMING
    has_recording = any(
        other.publication_type == Product.PublicationType.AUDIO for other in work.shown_editions
    )
    is_recording = edition.publication_type == Product.PublicationType.AUDIO
    account.editions += 1
    return part(
        "Product",
        part("RecordReference", record_reference(edition, work)),
        part("NotificationType", ADVANCE if is_coming else CONFIRMED),
        product_identifier(edition, work),
        descriptive_detail(edition, work, with_voices=is_recording or not has_recording),
        collateral_detail(work),
        publishing_detail(edition, work),
        related_material(edition, work),
        product_supply(edition),
    )
