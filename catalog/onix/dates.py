"""Dates as ONIX writes them (list 55)."""

from datetime import date, timedelta

from catalog.onix.composite import Composite

DAY, MONTH, WEEK, QUARTER, SEASON, YEAR = "00", "01", "02", "03", "04", "05"
STARTS = {"06": DAY, "07": MONTH, "08": WEEK, "09": QUARTER, "10": SEASON, "11": YEAR}
EXACT_TIMES = {"13", "14"}
LENGTHS = {DAY: 8, MONTH: 6, WEEK: 6, QUARTER: 5, SEASON: 5, YEAR: 4}
BY_LENGTH = {4: YEAR, 6: MONTH}


class BadDate(Exception):
    """The text is not a date in the form it claims."""


def date_of(composite: Composite) -> tuple[date, bool]:
    """Return the day that a composite's `<Date>` names or begins with, and if it is exact.

    The form is the attribute `dateformat` or, in older messages, `<DateFormat>`;
    without either, the length tells. Of a span the first day is taken, of a month,
    quarter or year its first day, of a season March, June, September or December the 1st.

    :raises BadDate: if there is no such day, or the form is text or another calendar.
    """
    text = composite.text("Date")
    form = next((child.attribute("dateformat") for child in composite.all("Date")), "")
    form = form or composite.text("DateFormat") or BY_LENGTH.get(len(text), DAY)
    exact = form == DAY or form in EXACT_TIMES
    if form in EXACT_TIMES:
        form, text = DAY, text[:8]
    if form in STARTS:
        form = STARTS[form]
        text = text[: LENGTHS[form]]
    try:
        if len(text) != LENGTHS[form] or not text.isdecimal():
            raise ValueError
        return _first_day(form, text), exact
    except (KeyError, ValueError) as error:
        message = f"{composite.text('Date')!r} is not a date (form {form} of list 55)"
        raise BadDate(message) from error


def _first_day(form: str, text: str) -> date:
    year, rest = int(text[:4]), text[4:]
    if form == DAY:
        return date(year, int(rest[:2]), int(rest[2:]))
    if form == MONTH:
        return date(year, int(rest), 1)
    if form == WEEK:
        return date.fromisocalendar(year, int(rest), 1)
    if form == QUARTER:
        return date(year, 3 * int(rest) - 2, 1)
    if form == SEASON:
        return date(year, 3 * int(rest), 1)
    return date(year, 1, 1)


def last_day(composite: Composite) -> date:
    """Return the end of a composite's `<Date>`: of a span of days the second, else the first.

    :raises BadDate: as `date_of` does.
    """
    text = composite.text("Date")
    if len(text) == 2 * LENGTHS[DAY] and text.isdecimal():
        try:
            return _first_day(DAY, text[LENGTHS[DAY] :])
        except ValueError as error:
            raise BadDate(text) from error
    first, exact = date_of(composite)
    if exact:
        return first
    length = 366 if len(text) == LENGTHS[YEAR] else 31
    following = (first + timedelta(days=length)).replace(day=1)
    return following - timedelta(days=1)
