"""Catalogues made by hypothesis, what is held of one, and its export."""

import tempfile
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from pathlib import Path

from django.db import transaction
from hypothesis import strategies as st
from lxml import etree
from onixcheck.models import OnixFile, OnixMeta
from oscar.core.loading import get_model
from stdnum.iso7064 import mod_11_2

from catalog import html
from catalog.accessibility import FEATURES, PROTECTIONS
from catalog.models import (
    Category,
    Contribution,
    Contributor,
    ContributorLink,
    Imprint,
    Product,
    Series,
)
from catalog.onix.composite import WHITE_SPACE
from catalog.onix.export.elements import words
from catalog.onix.export.message import Style, write
from catalog.onix.export.selection import Selection
from catalog.pricing.models import StockRecord
from tests.books import make_isbn

ProductCategory = get_model("catalogue", "ProductCategory")
ProductRecommendation = get_model("catalogue", "ProductRecommendation")
Partner = get_model("partner", "Partner")
Type, Status, Role = Product.PublicationType, Product.Status, Contribution.Role


def midnight(day):
    """Return the beginning of a day."""
    return datetime.combine(day, time.min, tzinfo=UTC)


SENT = datetime(2026, 11, 24, 18, tzinfo=UTC)


@contextmanager
def scratch():
    """Undo in the end whatever the block wrote."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def exported(selection=None, *, release="3.1", is_short=False):
    """Return the bytes of an export, which onixcheck finds valid."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "message.xml")
        write(path, selection or Selection(), Style(SENT, release, is_short))
        found = faults(path)
        assert found == [], found
        return path.read_bytes()


def faults(path):
    """Return what the schemas and code lists of onixcheck have against a message."""
    file = OnixFile(str(path))
    found = []
    for kind in ("xsd", "rng"):
        schema = _schema(kind, file.meta.get_schema_file(kind))
        schema.validate(file.xml_tree())
        found += [f"line {fault.line}: {fault.message}" for fault in schema.error_log]
    return found


@cache
def _schema(kind, path):
    """Return a schema, which takes a second to read."""
    return OnixMeta.SCHEMA_TYPE_PARSER_MAP[kind](etree.parse(path))


# Every character that PostgreSQL can hold, XML or not.
anything = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40
)
line = anything.map(words)
title = line.filter(bool)
SORTED_BY = [
    lambda title: "",
    lambda title: title,
    lambda title: title[len(title) // 2 :].strip() or title,
    lambda title: f"{title[:9]} (1984)",
]
inline = st.recursive(
    line.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;")),
    lambda inner: st.builds(
        "{0}<{2}>{1}</{2}> {0}".format,
        inner,
        inner,
        st.sampled_from(["em", "b", "i", "strong", "cite", "sub", "sup"]),
    ),
    max_leaves=4,
)
block = st.one_of(
    inline.map("<p>{}</p>".format),
    inline.map("<h3>{}</h3>".format),
    inline.map('<p>a<br>b&nbsp;<a href="https://example.org/?a=1&amp;b=2">{}</a></p>'.format),
    inline.map("<ul><li>one</li><li><p>{}</p></li></ul>".format),
    inline.map("<blockquote><p>{}</p></blockquote>".format),
    inline.map("<blockquote>{}</blockquote>".format),
    st.just("<ul></ul><p>An empty list</p>"),
)
markup = st.one_of(st.just(""), line, st.lists(block, max_size=3).map("\n".join))

edition = st.fixed_dictionaries(
    {
        "publication_type": st.sampled_from(Type.values),
        "status": st.sampled_from(Status.values),
        "imprint": st.sampled_from(["", "Red Star", "Meridian & Co."]),
        "language": st.sampled_from(["", "eng", "ger", "grc"]),
        "published_on": st.none() | st.dates(date(1500, 1, 1), date(2199, 1, 1)),
        "embargoed_until": st.none() | st.dates(date(2000, 1, 1), date(2199, 1, 1)),
        "announced_at": st.none() | st.dates(date(2000, 1, 1), date(2025, 1, 1)).map(midnight),
        "pages": st.none() | st.integers(1, 9999),
        "weight_g": st.none() | st.integers(1, 9999),
        "height_mm": st.none() | st.integers(1, 999),
        "width_mm": st.none() | st.integers(1, 999),
        "thickness_mm": st.none() | st.integers(1, 999),
        "protection": st.sampled_from(["", *PROTECTIONS]),
        "accessibility": st.lists(st.sampled_from(list(FEATURES)), max_size=3),
        "price": st.none() | st.decimals("0.01", "9999999.99", places=2),
        "copies": st.integers(0, 500),
    }
)
work = st.fixed_dictionaries(
    {
        "title": title,
        "sorted_by": st.sampled_from(SORTED_BY),
        "subtitle": line,
        "short_description": markup,
        "description": markup,
        "table_of_contents": markup,
        "pull_quote": line,
        "pull_quote_source": line,
        "first_published": st.none() | st.integers(1, 2100),
        "original_language": st.sampled_from(["", "eng", "rus", "grc"]),
        "series": st.sampled_from(["", "The Permanent Library", "A & B"]),
        "series_number": st.sampled_from(["", "7", "IV", "2 bis"]),
        "people": st.lists(
            st.tuples(st.integers(0, 3), st.sampled_from(Role.values)), max_size=4, unique=True
        ),
        "about": st.sets(st.integers(0, 3), max_size=2),
        "subjects": st.lists(st.integers(0, 3), max_size=3, unique=True),
        "picks": st.lists(st.integers(0, 2), max_size=2, unique=True),
        "editions": st.lists(edition, min_size=1, max_size=3),
    }
)
person = st.fixed_dictionaries(
    {
        "name": title,
        "sort_name": title,
        "years": st.sampled_from([(None, None), (1870, None), (None, 1940), (5, 99)]),
        "biography": markup,
        "isni": st.booleans(),
        "wikidata": st.booleans(),
        "links": st.lists(
            st.tuples(
                title,
                st.sampled_from(
                    ["https://example.org/a?b=c&d=%20#e", "http://bücher.example/ß"]
                ),
            ),
            max_size=2,
            unique=True,
        ),
    }
)
SUBJECTS = [
    ("FBA", "Modern & contemporary"),
    ("JPFC", "JPFC"),
    (None, "Our own"),
    ("o-1", "Own"),
]
catalogue = st.fixed_dictionaries(
    {
        "people": st.lists(
            person, min_size=4, max_size=4, unique_by=lambda person: person["name"]
        ),
        "works": st.lists(work, min_size=1, max_size=3),
    }
)


LINKED = {"people", "about", "subjects", "picks", "editions"}


def build(plan):
    """Write a catalogue that hypothesis made."""
    partner = Partner.objects.create(name="The shop")
    people = [_person(number, one) for number, one in enumerate(plan["people"])]
    subjects = [
        Category.objects.add_root(
            instance=Category(code=code, name=name, slug=f"subject-{number}")
        )
        for number, (code, name) in enumerate(SUBJECTS)
    ]
    works, isbns = [], iter(range(1, 100))
    for number, told in enumerate(plan["works"]):
        fields = {
            name: value
            for name, value in told.items()
            if name not in {"sorted_by", "series", *LINKED}
        }
        made = Product.objects.create(
            structure="parent",
            slug=f"work-{number}",
            sort_title=told["sorted_by"](told["title"])[:255].strip(),
            series=_named(Series, told["series"]),
            **fields,
        )
        works.append(made)
        for position, (key, role) in enumerate(told["people"]):
            Contribution.objects.create(
                work=made, contributor=people[key], role=role, position=3 * position
            )
        made.about.set([people[key] for key in told["about"]])
        for key in told["subjects"]:
            ProductCategory.objects.create(product=made, category=subjects[key])
        for place, one in enumerate(told["editions"]):
            _edition(made, f"edition-{place}", make_isbn(next(isbns)), partner, one)
    for made, told in zip(works, plan["works"], strict=True):
        for place, key in enumerate(told["picks"]):
            if key < len(works) and works[key] != made:
                ProductRecommendation.objects.create(
                    primary=made, recommendation=works[key], ranking=9 - 2 * place
                )


def _person(number, told):
    born, died = told["years"]
    digits = f"{number:015}"
    made = Contributor.objects.create(
        name=told["name"],
        sort_name=told["sort_name"],
        slug=f"person-{number}",
        born=born,
        died=died,
        biography=told["biography"],
        isni=digits + mod_11_2.calc_check_digit(digits) if told["isni"] else "",
        wikidata=f"Q{number + 1}" if told["wikidata"] else "",
    )
    for position, (label, url) in enumerate(told["links"]):
        ContributorLink.objects.create(
            contributor=made, label=label, url=url, position=position
        )
    return made


def _named(model, name):
    return model.objects.get_or_create(name=name)[0] if name else None


def _edition(made, slug, isbn, partner, told):
    fields = {
        name: value
        for name, value in told.items()
        if name not in {"imprint", "price", "copies"}
    }
    one = Product.objects.create(
        structure="child",
        parent=made,
        title=made.title,
        slug=slug,
        upc=isbn,
        imprint=_named(Imprint, told["imprint"]),
        **fields,
    )
    StockRecord.objects.create(
        product=one,
        partner=partner,
        partner_sku=isbn,
        price=told["price"],
        num_in_stock=None if one.is_digital else told["copies"],
    )


def snapshot():
    """Return all that the shop holds of its books, but for what ONIX has no place for.

    Not carried, as docs/onix.md says: addresses, what is put forward or hidden, copies
    promised, the numbers behind an order, white space that HTML does not show.
    """
    return [
        _held_of_work(one) for one in Product.objects.filter(structure="parent").order_by("pk")
    ]


def _held_of_work(one):
    fields = ["title", "sort_title", "subtitle", "first_published", "original_language"]
    texts = ["short_description", "description", "table_of_contents"]
    parts = list(one.contributions.select_related("contributor"))
    parts.sort(key=lambda part: part.role in {Role.NARRATOR, Role.READER})
    picks = ProductRecommendation.objects.filter(primary=one)
    subjects = ProductCategory.objects.filter(product=one).order_by("pk")
    about = one.about.order_by("sort_name", "name")
    return {
        **{name: getattr(one, name) for name in fields},
        **{name: _shown(getattr(one, name)) for name in texts},
        "quote": (one.pull_quote, one.pull_quote and one.pull_quote_source),
        "series": one.series and (one.series.name, one.series_number),
        "people": [(part.role, _held_of_person(part.contributor)) for part in parts],
        "about": [_known_of_person(person) for person in about],
        "subjects": [(link.category.code, link.category.name) for link in subjects],
        "picks": [
            sorted(pick.recommendation.children.values_list("upc", flat=True))
            for pick in picks.order_by("-ranking", "recommendation")
        ],
        "editions": [_held_of_edition(child) for child in one.children.order_by("pk")],
    }


def _known_of_person(one):
    fields = ["name", "sort_name", "born", "died", "wikidata", "isni"]
    return {name: getattr(one, name) for name in fields}


def _held_of_person(one):
    return {
        **_known_of_person(one),
        "biography": _shown(one.biography),
        "links": [(link.label, link.url) for link in one.links.all()],
    }


def _held_of_edition(one):
    fields = ["upc", "publication_type", "status", "language", "published_on", "pages"]
    fields += ["embargoed_until", "announced_at"]
    fields += ["weight_g", "height_mm", "width_mm", "thickness_mm", "is_public", "title"]
    record = one.stockrecords.get()
    return {
        **{name: getattr(one, name) for name in fields},
        "protection": one.protection if one.is_digital else "",
        "accessibility": one.accessibility_features,
        "imprint": one.imprint and one.imprint.name,
        "price": record.price and (Decimal(record.price), record.price_currency),
        "copies": record.num_in_stock,
    }


def _shown(text):
    return WHITE_SPACE.sub(" ", text) if html.plain(text) else ""


def differences(one, other, place=""):
    """Return where two snapshots differ, one line each."""
    if isinstance(one, dict):
        return [d for key in one for d in differences(one[key], other[key], f"{place}.{key}")]
    rows = (list, tuple)
    if isinstance(one, rows) and isinstance(other, rows) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [d for n, pair in pairs for d in differences(*pair, f"{place}[{n}]")]
    return [] if one == other else [f"{place}: {one!r} became {other!r}"]
