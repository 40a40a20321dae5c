"""Read the dates of publishing (list 163)."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from catalog.onix.composite import Composite
from catalog.onix.dates import BadDate, date_of
from catalog.onix.record import BadRecord, Notes

PUBLICATION, EMBARGO, ANNOUNCEMENT, PREORDERS = "01", "02", "09", "27"
FIRST_PUBLICATION, FIRST_IN_ORIGINAL = "11", "20"
ROLES = {PUBLICATION, EMBARGO, ANNOUNCEMENT, PREORDERS, FIRST_PUBLICATION, FIRST_IN_ORIGINAL}


@dataclass(frozen=True)
class PublishingDates:
    """When a book comes out, and before which days it is held back."""

    published_on: date | None
    first_published: int | None
    embargoed_until: date | None
    announced_at: datetime | None


def read_publishing_dates(product: Composite, notes: Notes) -> PublishingDates:
    """Return the days of publication, embargo and announcement, and the work's first year.

    :raises BadRecord: if one of them is not a date.
    """
    found: dict[str, date] = {}
    for composite in product.path("PublishingDetail", "PublishingDate"):
        role = composite.text("PublishingDateRole")
        if role not in ROLES or role in found:
            notes.ignore("PublishingDate", f"role {role}")
            continue
        try:
            found[role], is_exact = date_of(composite)
        except BadDate as error:
            message = f"PublishingDate {error}"
            raise BadRecord(message, composite.line) from error
        if role == PREORDERS:
            notes.remark(f"no orders to be taken before {found[role]}")
        if role == PUBLICATION and not is_exact:
            notes.remark(f"published {composite.text('Date')}: kept as {found[role]}")
    first = found.get(FIRST_PUBLICATION) or found.get(FIRST_IN_ORIGINAL)
    return PublishingDates(
        published_on=found.get(PUBLICATION),
        first_published=first.year if first else None,
        embargoed_until=found.get(EMBARGO),
        announced_at=_midnight(found.get(ANNOUNCEMENT)),
    )


def _midnight(day: date | None) -> datetime | None:
    """Return the beginning of a day in the shop's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
