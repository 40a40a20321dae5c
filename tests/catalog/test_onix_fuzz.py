"""Whatever arrives is loaded, reported or refused; nothing crashes, nothing is half-written."""

import random
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from catalog.models import Contribution, ImportRun, Product
from catalog.onix.message import UnreadableMessage
from catalog.pricing.models import StockRecord
from tests.catalog.onix.messages import (
    REFERENCE,
    SHORT,
    contributor,
    identifier,
    isbn,
    load,
    message,
    product,
    published,
)

pytestmark = pytest.mark.django_db

bounded = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SAMPLES = {
    "reference": REFERENCE.read_bytes(),
    "short": SHORT.read_bytes(),
    "own": message(
        product(isbn(1), descriptive=contributor("John Reed"), publishing=published("2021")),
        product(isbn(2), notification="05"),
        f"<Product><RecordReference>u</RecordReference><NotificationType>04</NotificationType>"
        f"{identifier('15', isbn(1))}<CollateralDetail/></Product>",
    ).encode(),
}
ODD_TEXTS = st.one_of(
    st.sampled_from(
        [
            *(
                "",
                " ",
                "0",
                "-1",
                "1e999",
                "NaN",
                "Infinity",
                "٣",
                "²",
                "1_0",
                "0x1",
                "99999999999",
            ),
            *(
                "20210230",
                "00000101",
                "99991231",
                "2021W01",
                "x" * 5000,
                "<p>",
                "&amp;",
                "a\tb",
            ),
            *("WORLD", "US", "9799830000014", "979-983-0000-01-4", "\u200b", "\u202e", "💥"),
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")),
)


def import_and_check(content):
    """Import bytes inside a transaction that is undone; check that all is whole."""
    with transaction.atomic():
        before = Product.objects.count()
        try:
            report = load(content)
        except UnreadableMessage as error:
            refusal = str(error)
        else:
            refusal = ""
        if refusal:
            assert "\n" not in refusal
            assert Product.objects.count() == before
            assert ImportRun.objects.latest("pk").state == "failed"
        else:
            loaded = report.new + report.changed + report.unchanged + report.withdrawn
            assert loaded + len(report.skipped) == report.records
            assert all(line.text for line in report.skipped)
        # What a commit would find out.
        connection.check_constraints()
        editions = Product.objects.filter(structure="child")
        assert editions.count() == StockRecord.objects.count()
        assert not editions.filter(parent=None).exists()
        works = Product.objects.filter(structure="parent")
        assert not works.filter(children=None).exists()
        assert not Contribution.objects.filter(work__structure="child").exists()
        transaction.set_rollback(True)


def elements(root) -> Iterator[etree._Element]:
    return (element for element in root.iter(etree.Element) if element.getparent() is not None)


@bounded
@given(
    sample=st.sampled_from(sorted(SAMPLES)),
    seed=st.integers(0, 10**6),
    text=ODD_TEXTS,
    changes=st.integers(1, 4),
)
def test_records_with_odd_content(sample, seed, text, changes):
    root = etree.fromstring(SAMPLES[sample])
    chance = random.Random(seed)
    for _ in range(changes):
        element = chance.choice(list(elements(root)))
        act = chance.choice(["text", "drop", "double", "move", "rename", "attribute", "empty"])
        if act == "text" or (act == "empty" and not len(element)):
            element.text = text
        elif act == "drop":
            element.getparent().remove(element)
        elif act == "double":
            element.addnext(etree.fromstring(etree.tostring(element)))
        elif act == "move" and not len(element):
            target = chance.choice(list(elements(root)))
            if target is not element:
                target.append(element)
        elif act == "rename":
            element.tag = chance.choice(list(elements(root))).tag
        elif act == "attribute":
            element.set(chance.choice(["dateformat", "textformat", "x"]), text[:20])
        else:
            element.clear()

    import_and_check(etree.tostring(root))


@bounded
@given(
    sample=st.sampled_from(sorted(SAMPLES)),
    place=st.floats(0, 1),
    junk=st.binary(max_size=8),
    length=st.integers(0, 40),
)
def test_bytes_that_were_damaged_on_the_way(sample, place, junk, length):
    content = SAMPLES[sample]
    start = int(place * len(content))

    import_and_check(content[:start] + junk + content[start + length :])


@bounded
@given(sample=st.sampled_from(sorted(SAMPLES)), place=st.floats(0, 1))
def test_files_that_were_cut_off(sample, place):
    import_and_check(SAMPLES[sample][: int(place * len(SAMPLES[sample]))])


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1", "cp1252", "cp037"]
)
@pytest.mark.parametrize(
    "declared", ["", "utf-8", "utf-16", "iso-8859-1", "us-ascii", "cp037", "utf-7"]
)
def test_encodings_true_and_false(encoding, declared):
    text = message(product(isbn(1), title="Caf\xe9"))
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""

    import_and_check((declaration + text).encode(encoding))


GOOD = message(product(isbn(1)))
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
XINCLUDE = 'xmlns:x="http://www.w3.org/2001/XInclude"'


def declaring(entities, title):
    return f"<!DOCTYPE ONIXMessage [{entities}]>" + GOOD.replace("My Life", title)


BOMBS = {
    "a billion laughs": declaring(f'<!ENTITY l0 "ha">{LAUGHS}', "&l8;"),
    "one large entity": declaring(f'<!ENTITY a "{"x" * 100_000}">', "&a;" * 1000),
    "parameter entities": declaring('<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;', "x"),
    "a file of this machine": declaring('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;"),
    "an inclusion": GOOD.replace(
        "My Life", f'<x:include {XINCLUDE} href="/etc/passwd" parse="text"/>'
    ),
    "very deep": GOOD.replace("My Life", "<a>" * 5000 + "</a>" * 5000),
    "one very long text": GOOD.replace("My Life", "x" * 11_000_000),
    "many attributes": GOOD.replace(
        "<TitleText>", "<TitleText " + " ".join(f"a{n}='1'" for n in range(5000)) + ">"
    ),
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_files_made_to_do_harm(text):
    import_and_check(text.encode())

    assert not Product.objects.filter(title__contains="root:").exists()
