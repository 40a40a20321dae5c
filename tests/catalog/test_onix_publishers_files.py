"""Other publishers' messages: loaded, or refused with a reason; none breaks the import.

The files are not part of the repository. They are looked for in BOOKSTORE_SHARED_DATA,
or in `shared/data` beside the repository.
"""

import os
from pathlib import Path

import pytest

from catalog.models import Product
from catalog.onix.message import UnreadableMessage
from tests.catalog.onix.catalogues import differences, exported, scratch, snapshot
from tests.catalog.onix.messages import load
from tests.catalog.test_onix_updates import every_row

REPOSITORY = Path(__file__).resolve().parents[2]
SHARED = Path(
    os.environ.get("BOOKSTORE_SHARED_DATA", REPOSITORY.parent / "shared" / "data"), "onix"
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not SHARED.is_dir(), reason=f"publishers' ONIX files are not at {SHARED}"
    ),
]

LOADED = {
    "im_onix/bad_content_date_format.xml": (1, 1),
    "im_onix/full_sample.xml": (1, 1),
    "im_onix/short.xml": (1, 1),
    "jonix/Onix3.1-single-ref.xml": (1, 1),
    "jonix/Onix3.1-single-short.xml": (1, 1),
    "jonix/onix3-multiple.xml": (21, 14),
    "jonix/onix3-single.xml": (1, 1),
    "jonix/single-book-onix3-short.xml": (1, 1),
    "jonix/single-book-onix3.xml": (1, 1),
    "onixcheck/win_console_issue.xml": (1, 1),
}
SKIPPED = {
    "im_onix/9782707154298.xml": "9782707154298 is not a valid ISBN",
    "im_onix/preorder-embargo-date.xml": "9780000000000 is not a valid ISBN",
    "onixcheck/invalid_google_onix_3.xml": "which is not in the catalogue",
    "onixcheck/invalid_onix3_ref.xml": "no title",
    "onixcheck/valid_google_onix_3.xml": "which is not in the catalogue",
    "onixcheck/valid_onix31_ref.xml": "no title",
    "onixcheck/valid_onix31_short.xml": "no title",
    "onixcheck/valid_onix3_ref.xml": "no title",
    "onixcheck/valid_onix3_ref_ns.xml": "no title",
    "onixcheck/valid_onix3_short.xml": "no title",
}
REFUSED = {
    "im_onix/test_prices1.xml": "root element is <Product>",
    "jonix/onix2-multiple.xml": "ONIX 2.1 is not supported",
    "jonix/onix2-single.xml": "ONIX 2.1 is not supported",
    "jonix/single-book-onix2.xml": "ONIX 2.1 is not supported",
    "onixcheck/Google Sample ONIX 2.1.xml": "ONIX 2.1 is not supported",
    "onixcheck/invalid_onix_root.xml": "root element is <ONIXMESAGE>",
    "onixcheck/valid_onix2_ref.xml": "ONIX 2.1 is not supported",
}


@pytest.mark.parametrize(("name", "counts"), LOADED.items(), ids=LOADED.keys())
def test_a_readable_message_is_loaded(name, counts):
    report = load(SHARED / name)

    assert (report.records, report.new) == counts
    assert report.new + len(report.skipped) == report.records
    assert Product.objects.filter(structure="child").count() == report.new


@pytest.mark.parametrize("name", LOADED)
def test_loading_it_again_changes_nothing(name):
    load(SHARED / name)
    before = every_row()

    load(SHARED / name)

    assert every_row() == before


@pytest.mark.parametrize("name", LOADED)
@pytest.mark.parametrize("release", ["3.0", "3.1"])
def test_what_was_loaded_is_exported_as_a_valid_message(name, release):
    report = load(SHARED / name)

    message = exported(release=release)

    assert message.count(b"<Product>") == report.new


@pytest.mark.parametrize("name", LOADED)
def test_what_was_exported_loads_into_an_empty_shop_as_the_same_books(name):
    with scratch():
        load(SHARED / name)
        held, message = snapshot(), exported()

    load(message)

    assert differences(held, snapshot()) == []
    assert exported().splitlines() == message.splitlines()


@pytest.mark.parametrize(("name", "reason"), SKIPPED.items(), ids=SKIPPED.keys())
def test_a_record_that_cannot_be_sold_is_skipped_with_its_reason(name, reason):
    report = load(SHARED / name)

    assert [reason in skipped.text for skipped in report.skipped] == [True]
    assert report.skipped[0].line > 1
    assert not Product.objects.exists()


@pytest.mark.parametrize(("name", "reason"), REFUSED.items(), ids=REFUSED.keys())
def test_a_message_that_cannot_be_read_is_refused(name, reason):
    with pytest.raises(UnreadableMessage, match=reason):
        load(SHARED / name)


def test_a_repeated_reference_is_reported_with_its_line():
    report = load(SHARED / "jonix" / "onix3-multiple.xml")

    assert (
        "RecordReference 9781760554712 was already used on line 3679",
        4361,
    ) in [(skipped.text, skipped.line) for skipped in report.skipped]


def test_every_file_is_accounted_for():
    there = {str(path.relative_to(SHARED)) for path in SHARED.glob("*/*.xml")}

    assert there == {*LOADED, *SKIPPED, *REFUSED}
