"""A file that cannot be read to its end is refused in a line and changes nothing."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from catalog.models import Contributor, ImportRun, Product
from catalog.onix.message import UnreadableMessage
from catalog.onix.runs import LOCK
from tests.catalog.onix.messages import REFERENCE, isbn, load, message, product

pytestmark = pytest.mark.django_db

GOOD = message(product(isbn(1)), product(isbn(2), title="Capital"))
LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(1, 9))
BILLION_LAUGHS = f'<!DOCTYPE ONIXMessage [<!ENTITY l1 "ha">{LAUGHS}]>\n' + GOOD.replace(
    "My Life", "&l9;"
)
OUTSIDE_ENTITY = '<!DOCTYPE ONIXMessage [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n' + (
    GOOD.replace("My Life", "&x;")
)
REFUSED = {
    "not XML": ("Dear bookseller,", "not well-formed XML, line 1"),
    "empty": ("", "empty"),
    "cut short": (GOOD[:-200], "not well-formed XML, line 2"),
    "cut short before its first record": ("<ONIXMessage", "not well-formed XML, line 1"),
    "tags that do not match": (
        GOOD.replace("</Product>\n</ONIX", "</Book>\n</ONIX"),
        "Opening and ending tag mismatch: Product line 17 and Book",
    ),
    "a billion laughs": (BILLION_LAUGHS, "line 2: the document type above declares entities"),
    "an entity outside": (OUTSIDE_ENTITY, "declares entities"),
    "an entity that nobody declared": (
        GOOD.replace("My Life", "Caf&eacute;"),
        "line 9: Entity 'eacute' not defined",
    ),
    "bytes of another encoding": (
        GOOD.replace("My Life", "Café").encode("latin-1"),
        "not well-formed XML, line 9",
    ),
    "an encoding nobody knows": (
        f'<?xml version="1.0" encoding="klingon"?>{GOOD}',
        "Unsupported encoding: klingon",
    ),
    "another kind of XML": ("<html><body/></html>", "line 1: not ONIX, the root element is"),
    "a record without a message": (product(isbn(1)), "the root element is <Product>"),
    "ONIX 2.1 by release": (
        GOOD.replace("3.0", "2.1"),
        "line 1: ONIX 2.1 is not supported; ask",
    ),
    "ONIX 2.1 by document type": (
        '<!DOCTYPE ONIXMessage SYSTEM "http://www.editeur.org/onix/2.1/reference/x.dtd">'
        + GOOD.replace(' release="3.0"', ""),
        "line 1: ONIX 2.1 is not supported; ask",
    ),
    "ONIX 2.1 by namespace": (
        GOOD.replace('release="3.0"', 'xmlns="http://www.editeur.org/onix/2.1/reference"'),
        "line 1: ONIX 2.1 is not supported; ask",
    ),
    "ONIX of the future": (GOOD.replace("3.0", "4.0"), "ONIX 4.0 is not supported"),
}


@pytest.mark.parametrize(("text", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_the_file_is_refused_and_the_catalogue_unchanged(text, reason):
    with pytest.raises(UnreadableMessage) as refusal:
        load(text)

    assert reason in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert not Product.objects.exists()
    assert not Contributor.objects.exists()


def test_a_truncated_update_leaves_the_books_as_they_were():
    load(GOOD)

    with pytest.raises(UnreadableMessage):
        load(GOOD.replace("My Life", "His Life")[:-30])

    assert Product.objects.filter(title="My Life").count() == 2


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"nowhere.xml: No such file or directory"):
        call_command("import_onix", tmp_path / "nowhere.xml")


def test_a_folder_is_not_a_message(tmp_path):
    with pytest.raises(CommandError, match="Is a directory"):
        call_command("import_onix", tmp_path)


def test_a_document_type_without_entities_is_no_reason_to_refuse():
    report = load('<!DOCTYPE ONIXMessage SYSTEM "onix.dtd">' + GOOD)

    assert report.new == 2


def test_a_character_entity_left_to_an_unread_document_type_refuses_the_record():
    text = GOOD.replace("My Life", "Caf&eacute;")

    report = load('<!DOCTYPE ONIXMessage SYSTEM "onix.dtd">' + text)

    assert [skipped.text for skipped in report.skipped] == [
        "uses a character entity that the file does not define"
    ]
    assert report.new == 1


def test_two_imports_never_run_at_once():
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        with pytest.raises(CommandError, match="another import is running"):
            call_command("import_onix", REFERENCE)
        assert ImportRun.objects.get().state == "stopped"
    finally:
        other.close()
