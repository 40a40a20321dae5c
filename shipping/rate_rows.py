"""The rows of a table of rates: each checked by itself, then all of them together."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from shipping.rates import BandRates, MethodRates, ZoneRates

COLUMNS = (
    "zone",
    "countries",
    "duties",
    "method",
    "min_days",
    "max_days",
    "handling",
    "free_from",
    "excluded",
    "up_to_g",
    "price",
)
METHOD_COLUMNS = COLUMNS[4:9]
BAND_COLUMNS = COLUMNS[9:]
LONGEST = {"zone": 100, "method": 100, "duties": 300}
MOST_DAYS = 32_767
MOST_GRAMS = 2_147_483_647
_WHOLE = re.compile(r"[0-9]{1,10}")
_AMOUNT = re.compile(r"(-?)[0-9]{1,10}(\.[0-9]{1,2})?")


@dataclass(frozen=True)
class Fault:
    """What is wrong, and in which line; line 0 is the file as a whole."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.text}" if self.line else self.text


@dataclass(frozen=True)
class Row:
    """A row in which nothing is wrong by itself; method and band may be absent."""

    line: int
    zone: str
    countries: frozenset[str]
    duties: str
    method: MethodRates | None
    band: BandRates | None


class _Cells:
    """The cells of one row, with the faults found while reading them."""

    def __init__(self, line: int, cells: Mapping[str, str], known: Collection[str]) -> None:
        self.line, self.cells, self.known = line, cells, known
        self.faults: list[Fault] = []

    def fault(self, text: str) -> None:
        self.faults.append(Fault(self.line, text))

    def text(self, name: str) -> str:
        text = self.cells[name]
        if len(text) > LONGEST[name]:
            self.fault(f"{name} is longer than {LONGEST[name]} letters.")
        return text

    def codes(self, name: str) -> frozenset[str]:
        codes = self.cells[name].upper().split()
        for code in dict.fromkeys(codes):
            if code not in self.known:
                self.fault(f"{code} in {name} is no country we know.")
            elif codes.count(code) > 1:
                self.fault(f"{code} is twice in {name}.")
        return frozenset(codes)

    def whole(self, name: str, *, least: int, most: int) -> int:
        text = self.cells[name]
        if not _WHOLE.fullmatch(text) or not least <= int(text) <= most:
            self.fault(f"{name} is a whole number from {least} to {most}, not {text!r}.")
            return least
        return int(text)

    def amount(self, name: str) -> Decimal:
        text = self.cells[name]
        found = _AMOUNT.fullmatch(text)
        if not found:
            self.fault(f"{name} is an amount such as 5.50, not {text!r}.")
            return Decimal(0)
        if found[1] and Decimal(text):
            self.fault(f"{name} cannot be negative: {text}.")
        return abs(Decimal(text)).quantize(Decimal("0.01"))


def read_row(
    line: int, cells: Mapping[str, str], known: Collection[str]
) -> tuple[Row | None, list[Fault]]:
    """Return a row, or what is wrong with it; `known` are the codes of countries."""
    reading = _Cells(line, cells, known)
    if not cells["zone"]:
        reading.fault("The zone has no name.")
    row = Row(
        line=line,
        zone=reading.text("zone"),
        countries=reading.codes("countries"),
        duties=reading.text("duties"),
        method=_method(reading),
        band=_band(reading),
    )
    return (None if reading.faults else row), reading.faults


def _method(reading: _Cells) -> MethodRates | None:
    if not reading.cells["method"]:
        if any(reading.cells[name] for name in [*METHOD_COLUMNS, *BAND_COLUMNS]):
            reading.fault("There are rates, but the method has no name.")
        return None
    before = len(reading.faults)
    least = reading.whole("min_days", least=0, most=MOST_DAYS)
    most = reading.whole("max_days", least=0, most=MOST_DAYS)
    if least > most and len(reading.faults) == before:
        reading.fault(f"min_days {least} is more than max_days {most}.")
    return MethodRates(
        code="",
        name=reading.text("method"),
        min_days=least,
        max_days=most,
        bands=(),
        handling=reading.amount("handling") if reading.cells["handling"] else Decimal("0.00"),
        free_from=reading.amount("free_from") if reading.cells["free_from"] else None,
        excluded=reading.codes("excluded"),
    )


def _band(reading: _Cells) -> BandRates | None:
    given = [name for name in BAND_COLUMNS if reading.cells[name]]
    if not given or not reading.cells["method"]:
        return None
    return BandRates(
        reading.whole("up_to_g", least=1, most=MOST_GRAMS), reading.amount("price")
    )


def gather(rows: Sequence[Row]) -> tuple[tuple[ZoneRates, ...], list[Fault]]:
    """Return the zones that rows make, and where rows contradict each other."""
    zones: dict[str, list[Row]] = {}
    for row in rows:
        zones.setdefault(row.zone, []).append(row)
    faults = _shared_countries(zones)
    found = []
    for name, own in zones.items():
        first = own[0]
        faults += [
            Fault(row.line, f"countries and duties of {name} differ from line {first.line}.")
            for row in own
            if (row.countries, row.duties) != (first.countries, first.duties)
        ]
        methods, wrong = _methods(own)
        faults += wrong
        found.append(ZoneRates(name, first.countries, methods, first.duties))
    return tuple(found), faults


def _shared_countries(zones: Mapping[str, list[Row]]) -> list[Fault]:
    """Return where two zones name the same country, or both name none."""
    faults = []
    taken: dict[str, Row] = {}
    rest: Row | None = None
    for own in zones.values():
        first = own[0]
        for code in sorted(first.countries):
            if code in taken:
                other = taken[code]
                text = f"{code} is in the zone {other.zone} already (line {other.line})."
                faults.append(Fault(first.line, text))
            else:
                taken[code] = first
        if not first.countries and rest is not None:
            text = f"{first.zone} and {rest.zone} (line {rest.line}) both name no country."
            faults.append(Fault(first.line, text))
        elif not first.countries:
            rest = first
    for own in zones.values():
        faults += [fault for row in own for fault in _misplaced(row, taken)]
    return faults


def _misplaced(row: Row, taken: Mapping[str, Row]) -> Iterable[Fault]:
    """Return the exclusions of countries that the zone does not serve anyway."""
    excluded = row.method.excluded if row.method else frozenset()
    for code in sorted(excluded):
        if (code not in row.countries) if row.countries else (code in taken):
            yield Fault(row.line, f"{code} in excluded is not in the zone {row.zone}.")


def _methods(rows: Iterable[Row]) -> tuple[tuple[MethodRates, ...], list[Fault]]:
    methods: dict[str, list[tuple[Row, MethodRates]]] = {}
    for row in rows:
        if row.method is not None:
            methods.setdefault(row.method.name, []).append((row, row.method))
    faults, found = [], []
    for name, own in methods.items():
        first_row, first = own[0]
        faults += [
            Fault(row.line, f"{name} differs from line {first_row.line} in its days or terms.")
            for row, method in own
            if method != first
        ]
        bands, wrong = _bands([row for row, _ in own])
        faults += wrong
        found.append(
            MethodRates(
                code="",
                name=name,
                min_days=first.min_days,
                max_days=first.max_days,
                bands=bands,
                handling=first.handling,
                free_from=first.free_from,
                excluded=first.excluded,
            )
        )
    return tuple(found), faults


def _bands(rows: Iterable[Row]) -> tuple[tuple[BandRates, ...], list[Fault]]:
    bands: dict[int, tuple[int, BandRates]] = {}
    faults = []
    for row in rows:
        if row.band is None:
            continue
        if row.band.up_to_g in bands:
            line = bands[row.band.up_to_g][0]
            text = f"There is a price up to {row.band.up_to_g} g already (line {line})."
            faults.append(Fault(row.line, text))
        else:
            bands[row.band.up_to_g] = row.line, row.band
    return tuple(bands[weight][1] for weight in sorted(bands)), faults
