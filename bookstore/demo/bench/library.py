"""A made-up library of many works, the same each time, written with COPY."""

import io
import itertools
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from stdnum import ean

SEED = 1848
EPOCH = date(2026, 1, 1)
NOW = "2026-01-01 00:00:00+00"
NOUNS = (
    "history revolution labour women war peace letters essays life capital state party union "
    "strike poems memory city sea land bread law art music science nature justice freedom "
    "power money work house garden river mountain winter summer morning night empire colony"
).split()
SMALL = "the of and a in to for on with from by at is as that was it be not".split()
STARTS = "ba be bo da de do fa ga go ha jo ka la le lo ma me mi na no pa ra re sa si ta".split()
ENDS = (
    "ler mann sky rov son tini ville wicz ska nen berg ton ard ez ich field worth ova".split()
)
FIRST = (
    "Ada Anna Béla Clara Dora Édouard Emma Fyodor Georg Hannah Ivan José Karl Leon Lucía María "
    "Nadia Olga Pavel Rosa Søren Tomás Ulla Vera Wilhelm Zoë"
).split()
SPELT = [("Fyodor", "Dostoyevsky"), ("Fiodor", "Dostoevsky"), ("Leo", "Tolstoy")]
SPELT += [("Lev", "Tolstoi"), ("Leon", "Trotsky"), ("Rosa", "Luxemburg"), ("Émile", "Zola")]
TYPES = ["paperback", "hardcover", "epub", "pdf", "pamphlet", "audio"]
LANGUAGES = ["eng", "spa", "ger", "fre", "rus", "ita"]
ROOT_SUBJECTS, BELOW, PEOPLE, SERIES = 12, 6, 12_000, 1_500
FLATNESS = 60
FORTHCOMING, REPRINTING, HIDDEN = 0.01, 0.03, 0.005

Row = Sequence[Any]


def write(*, works: int) -> None:
    """Write a library of so many works, about twice as many editions, and what they need."""
    luck = random.Random(SEED)  # noqa: S311 - the same books each time
    words = _vocabulary(luck)
    imprints = [(n, f"Imprint {n}", f"imprint-{n}", "") for n in range(1, 21)]
    _copy("catalogue_imprint", GROUP, imprints)
    _copy("catalogue_series", GROUP, _series(luck))
    _copy("catalogue_contributor", PERSON, _people(luck))
    subjects = list(_subjects(words))
    _copy("catalogue_category", SUBJECT, subjects)
    _copy("partner_partner", ("id", "code", "name"), [(1, "shop", settings.SHOP_NAME)])
    rows = _Rows(luck, words, len(subjects))
    for number in range(1, works + 1):
        rows.add(number)
    _copy("catalogue_product", WORK, rows.works)
    _copy("catalogue_product", EDITION, rows.editions)
    _copy("catalogue_contribution", PART, rows.parts)
    _copy("catalogue_productcategory", ("id", "product_id", "category_id"), rows.filed)
    _copy("partner_stockrecord", STOCK, rows.stock)
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            )


GROUP = ("id", "name", "slug", "description")
PERSON = ("id", "name", "sort_name", "slug", "biography", "portrait", "wikidata", "isni")
SUBJECT = (
    *("id", "path", "depth", "numchild", "name", "description", "long_description", "slug"),
    *("exclude_from_menu", "is_public", "ancestors_are_public"),
)
BOOK = (
    *("id", "structure", "is_public", "title", "sort_title", "subtitle", "slug", "status"),
    *("description", "short_description", "priority", "is_discountable", "table_of_contents"),
    *("pull_quote", "pull_quote_source", "original_language", "series_number"),
    *("publication_type", "language", "date_created", "date_updated"),
    *("protection", "accessibility", "revision"),
)
WORK = (*BOOK, "first_published", "series_id")
EDITION = (*BOOK, "parent_id", "upc", "published_on", "pages", "weight_g", "imprint_id")
PART = ("id", "work_id", "contributor_id", "role", "position")
STOCK = (
    *("id", "product_id", "partner_id", "partner_sku", "price_currency", "price"),
    *("num_in_stock", "num_allocated", "date_created", "date_updated"),
)
TABLES = [
    *("catalogue_imprint", "catalogue_series", "catalogue_contributor", "catalogue_category"),
    *("catalogue_product", "catalogue_contribution", "catalogue_productcategory"),
    *("partner_partner", "partner_stockrecord"),
]


class _Rows:
    """The rows of all tables that hold works."""

    def __init__(self, luck: random.Random, words: list[str], subjects: int) -> None:
        self.luck = luck
        self.words = words
        # Small words are two fifths of a text; the others follow Zipf and Mandelbrot.
        self.frequencies = list(
            itertools.accumulate(1 / (rank + FLATNESS) for rank in range(len(words)))
        )
        self.subjects = subjects
        self.works: list[Row] = []
        self.editions: list[Row] = []
        self.parts: list[Row] = []
        self.filed: list[Row] = []
        self.stock: list[Row] = []
        self.next_edition = 1_000_001

    def add(self, number: int) -> None:
        """Add a work with its people, subjects, editions and stock."""
        luck = self.luck
        title = self._title()
        description = f"<p>{self._text(60)}</p><p>{self._text(60)}</p>"
        short = f"<p>{self._text(20)}</p>"
        subtitle = self._title() if luck.random() < 0.3 else ""  # noqa: PLR2004
        series = luck.randint(1, SERIES) if luck.random() < 0.2 else None  # noqa: PLR2004
        slug = f"work-{number}"
        book = _book(number, "parent", title, slug, subtitle, description, short)
        self.works.append((*book, luck.randint(1800, 2026), series))
        people = {self._person() for _ in range(luck.choice([1, 1, 1, 2, 2, 3]))}
        for place, person in enumerate(sorted(people)):
            role = "A01" if place == 0 else luck.choice(["A01", "B06", "B01"])
            self.parts.append((len(self.parts) + 1, number, person, role, place))
        for subject in {luck.randint(1, self.subjects) for _ in range(luck.randint(1, 3))}:
            self.filed.append((len(self.filed) + 1, number, subject))
        language = luck.choices(LANGUAGES, [80, 6, 5, 4, 3, 2])[0]
        for kind in luck.sample(TYPES, k=luck.choice([1, 2, 2, 3]), counts=[9, 4, 6, 2, 1, 1]):
            self._edition(number, title, kind, language)

    def _edition(self, work: int, title: str, kind: str, language: str) -> None:
        luck, key = self.luck, self.next_edition
        self.next_edition += 1
        status = "on_sale"
        chance = luck.random()
        published = EPOCH - timedelta(days=int(luck.triangular(0, 9000, 0)))
        if chance < FORTHCOMING:
            status, published = (
                "forthcoming",
                date(2027, 1, 1) + timedelta(days=luck.randint(0, 300)),
            )
        elif chance < FORTHCOMING + REPRINTING:
            status = "reprinting"
        twelve = f"978{key:09}"
        isbn = f"{twelve}{ean.calc_check_digit(twelve)}"
        book = _book(key, "child", title, f"{kind}-{key}", "", "", "", status, kind, language)
        shown = luck.random() >= HIDDEN
        self.editions.append(
            (
                *(*book[:2], shown, *book[3:], work, isbn, published),
                *(luck.randint(40, 800), luck.randint(80, 900), luck.randint(1, 20)),
            )
        )
        digital = kind in {"epub", "pdf", "audio"}
        copies = None if digital else luck.choice([0, 1, 3, 10, 50, 200])
        price = f"{luck.randint(3, 48)}.95" if luck.random() > 0.01 else None  # noqa: PLR2004
        self.stock.append(
            (key, key, 1, isbn, settings.SHOP_CURRENCY, price, copies, None, NOW, NOW)
        )

    def _person(self) -> int:
        # Some have written much, most little.
        return 1 + int(PEOPLE * self.luck.random() ** 3)

    def _title(self) -> str:
        chosen = self.luck.choices(NOUNS, k=1) + self._choose(self.luck.randint(1, 3))
        self.luck.shuffle(chosen)
        title = " ".join(chosen).capitalize()
        return f"The {title}" if self.luck.random() < 0.3 else title  # noqa: PLR2004

    def _text(self, length: int) -> str:
        return " ".join(self._choose(length)).capitalize() + "."

    def _choose(self, length: int) -> list[str]:
        small = length * 2 // 5
        chosen = self.luck.choices(self.words, cum_weights=self.frequencies, k=length - small)
        chosen += self.luck.choices(SMALL, k=small)
        self.luck.shuffle(chosen)
        return chosen


def _book(
    key: int,
    structure: str,
    title: str,
    slug: str,
    subtitle: str,
    description: str,
    short: str,
    status: str = "on_sale",
    kind: str = "",
    language: str = "",
) -> tuple[Any, ...]:
    sort_title = title.removeprefix("The ")
    texts = (subtitle, slug, status, description, short)
    return (
        *(key, structure, True, title, sort_title, *texts, 0, True, "", "", "", "", ""),
        *(kind, language, NOW, NOW, "", "{}", 0),
    )


def _vocabulary(luck: random.Random) -> list[str]:
    made = {
        luck.choice(STARTS) + luck.choice(STARTS) + luck.choice(STARTS + ENDS)
        for _ in range(9_000)
    }
    rare = sorted(made)
    luck.shuffle(rare)
    return [*NOUNS, *rare]


def _series(luck: random.Random) -> Iterator[Row]:
    for number in range(1, SERIES + 1):
        name = f"Library of {luck.choice(NOUNS).title()} {number}"
        yield number, name, f"series-{number}", ""


def _people(luck: random.Random) -> Iterator[Row]:
    for number in range(1, PEOPLE + 1):
        first = luck.choice(FIRST)
        last = (luck.choice(STARTS) + luck.choice(STARTS) + luck.choice(ENDS)).title()
        if number % 500 == 0 and number // 500 <= len(SPELT):
            first, last = SPELT[number // 500 - 1]
        yield number, f"{first} {last}", f"{last}, {first}", f"person-{number}", *[""] * 4


def _subjects(words: list[str]) -> Iterator[Row]:
    key = 0
    last = ("", "", False, True, True)
    for root in range(ROOT_SUBJECTS):
        path = f"{root + 1:04}"
        key += 1
        yield key, path, 1, BELOW, NOUNS[root].title(), *last[:2], f"subject-{key}", *last[2:]
        for child in range(BELOW):
            below = f"{path}{child + 1:04}"
            key += 1
            name = f"{NOUNS[root].title()} of {words[80 + key]}"
            yield key, below, 2, BELOW, name, *last[:2], f"subject-{key}", *last[2:]
            for leaf in range(BELOW):
                key += 1
                name = f"{words[80 + key]} {NOUNS[root]}".capitalize()
                path_of_leaf = f"{below}{leaf + 1:04}"
                yield key, path_of_leaf, 3, 0, name, *last[:2], f"subject-{key}", *last[2:]


def _copy(table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    lines = io.StringIO()
    for row in rows:
        lines.write("\t".join("\\N" if value is None else str(value) for value in row) + "\n")
    lines.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", lines)
