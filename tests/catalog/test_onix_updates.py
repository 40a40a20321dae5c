"""A later message updates the books it names; the same message again changes nothing."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError
from django.utils import timezone

from catalog.models import Product, SearchEntry, SearchHeading
from catalog.onix import group, journal
from tests.catalog.onix.messages import (
    PAPERBACK,
    REFERENCE,
    SHORT,
    contributor,
    isbn,
    load,
    message,
    price,
    product,
    related_product,
)
from tests.catalog.test_admin_stock import sell

pytestmark = pytest.mark.django_db

BOOK = isbn(1)


def every_row():
    """Return every row of the catalogue and of prices, with its times of change.

    The notes that imports keep about themselves are no part of it.
    """
    models = [
        model
        for label in ("catalogue", "partner")
        for model in apps.get_app_config(label).get_models()
        if model._meta.managed and not model.__name__.startswith("Import")
    ]
    return {
        model._meta.label: sorted(map(repr, model._default_manager.values_list()))
        for model in models
    }


@pytest.mark.parametrize("again", [REFERENCE, SHORT], ids=["as it was", "in short tags"])
def test_the_same_message_again_changes_no_row(again):
    load(REFERENCE)
    before = every_row()

    report = load(again)

    assert every_row() == before
    assert (report.new, report.changed, report.unchanged) == (0, 0, 3)
    assert (report.works_new, report.works_changed, report.contributors_new) == (0, 0, 0)
    assert sum(map(len, before.values())) > 20


@pytest.fixture
def quietly(monkeypatch):
    """Let a run tell nobody how far it is, however slow the machine."""
    monkeypatch.setattr(journal, "EVERY_SECONDS", 600)


def test_the_same_message_again_writes_nothing(quietly, django_assert_max_num_queries):
    load(REFERENCE)

    with django_assert_max_num_queries(74) as queries:
        load(REFERENCE)

    writes = [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert [sql for sql in writes if '"catalogue_importrun"' not in sql] == []


def test_a_known_book_costs_six_queries(quietly, django_assert_max_num_queries):
    author = contributor("John Reed")
    books = [product(isbn(n), title=f"Book {n}", descriptive=author) for n in range(1, 21)]
    load(message(*books))

    with django_assert_max_num_queries(20 * 6 + 24):
        load(message(*books))


def test_an_update_replaces_what_the_record_says_and_nothing_else():
    load(REFERENCE)
    edition = Product.objects.get(upc=PAPERBACK)
    address = (edition.slug, edition.parent.slug, edition.pk)

    report = load(message(product(PAPERBACK, title="Letters", prices=price("30.00"))))

    edition.refresh_from_db()
    edition.parent.refresh_from_db()
    assert (edition.slug, edition.parent.slug, edition.pk) == address
    assert (edition.title, edition.parent.title) == ("Letters", "Letters")
    assert edition.stockrecords.get().price == 30
    assert (report.changed, report.works_changed) == (1, 1)


def test_what_a_full_record_leaves_out_is_emptied():
    load(REFERENCE)

    load(message(product(PAPERBACK, title="The Prison Letters")))

    edition = Product.objects.get(upc=PAPERBACK)
    assert (edition.pages, edition.height_mm, edition.published_on) == (None, None, None)
    work = edition.parent
    assert (work.subtitle, work.description, work.series) == ("", "", None)
    assert work.contributions.count() == work.categories.count() == 0


def test_a_cover_or_a_hiding_by_staff_survives_an_update():
    load(message(product(BOOK)))
    Product.objects.filter(upc=BOOK).update(is_public=False)

    load(message(product(BOOK, prices=price("19.95"))))

    assert Product.objects.get(upc=BOOK).is_public is False


def test_an_update_is_found_by_search():
    load(message(product(BOOK)))

    load(message(product(BOOK, title="Literature")))

    entry = SearchEntry.objects.get()
    assert "literatur" in entry.vector


def test_a_new_contributor_is_found_by_search():
    load(message(product(BOOK)))

    load(message(product(BOOK, descriptive=contributor("John Reed"))))

    assert "reed" in SearchEntry.objects.get().vector


def test_only_a_changed_row_says_when():
    load(message(product(BOOK)))
    long_ago = timezone.now() - timedelta(days=9)
    Product.objects.update(date_updated=long_ago)

    load(message(product(BOOK, form="BB")))

    assert Product.objects.get(upc=BOOK).date_updated > long_ago
    assert Product.objects.get(structure="parent").date_updated == long_ago


DELETION = product(BOOK, notification="05")


def test_a_deletion_hides_the_edition_and_keeps_its_row():
    load(message(product(BOOK)))

    report = load(message(DELETION))

    edition = Product.objects.get(upc=BOOK)
    assert (edition.status, edition.is_public) == ("withdrawn", False)
    assert (report.withdrawn, report.skipped) == (1, [])
    assert not SearchHeading.objects.exists()


def test_a_deletion_keeps_a_sold_edition_and_the_copies_promised_of_it():
    load(message(product(BOOK)))
    edition = Product.objects.get(upc=BOOK)
    line = sell(edition, copies=3)

    load(message(DELETION))

    line.refresh_from_db()
    assert (line.product, line.stockrecord) == (edition, edition.stockrecords.get())
    assert line.stockrecord.num_allocated == 3


def test_a_second_deletion_changes_nothing():
    load(message(product(BOOK)))
    load(message(DELETION))
    before = every_row()

    report = load(message(DELETION))

    assert (report.withdrawn, report.unchanged) == (0, 1)
    assert every_row() == before


def test_a_deletion_needs_no_more_than_the_number():
    load(message(product(BOOK)))

    load(
        message(
            "<Product><RecordReference>x</RecordReference><NotificationType>05"
            "</NotificationType><ProductIdentifier><ProductIDType>15</ProductIDType>"
            f"<IDValue>{BOOK}</IDValue></ProductIdentifier></Product>"
        )
    )

    assert Product.objects.get(upc=BOOK).is_public is False


def test_a_deletion_of_an_unknown_edition_is_reported():
    report = load(message(DELETION))

    assert [skipped.text for skipped in report.skipped] == [
        f"deletion of {BOOK}, which is not in the catalogue"
    ]


def test_an_edition_that_comes_back_is_shown_again():
    load(message(product(BOOK)))
    load(message(DELETION))

    load(message(product(BOOK)))

    edition = Product.objects.get(upc=BOOK)
    assert (edition.status, edition.is_public) == ("on_sale", True)
    assert SearchHeading.objects.filter(kind="work").exists()


def test_the_other_editions_of_a_work_survive_a_deletion():
    other = isbn(2)
    load(message(product(BOOK, related=related_product(other)), product(other, form="BB")))

    load(message(DELETION))

    assert Product.objects.get(upc=other).is_public is True


def test_a_work_the_database_refuses_is_reported_and_the_others_are_loaded(monkeypatch):
    write = group.write_stock

    def refuse_one(edition, record, room, **kwargs):
        if record.isbn == isbn(2):
            message = "a rule was broken\nDETAIL: more"
            raise DatabaseError(message)
        return write(edition, record, room, **kwargs)

    monkeypatch.setattr(group, "write_stock", refuse_one)
    author = contributor("John Reed")
    books = [product(isbn(n), title=f"Book {n}", descriptive=author) for n in (2, 1, 3)]

    report = load(message(*books))

    assert [(skipped.reference, skipped.text) for skipped in report.skipped] == [
        (isbn(2), "the database refused its work: a rule was broken")
    ]
    assert (report.new, report.works_new, report.contributors_new) == (2, 2, 1)
    assert Product.objects.filter(structure="parent").count() == 2


def test_what_readers_bought_on_paper_does_not_become_a_file():
    load(message(product(BOOK)))
    edition = Product.objects.get(upc=BOOK)
    sell(edition)

    file = "<ProductFormDetail>E101</ProductFormDetail>"
    report = load(message(product(BOOK, form="ED", details=file)))

    edition.refresh_from_db()
    assert edition.publication_type == "paperback"
    assert "another form, but readers bought it as Paperback: left as it is" in [
        remark.text for remark in report.remarks
    ]


def test_what_nobody_bought_becomes_a_file():
    load(message(product(BOOK)))

    file = "<ProductFormDetail>E101</ProductFormDetail>"
    load(message(product(BOOK, form="ED", details=file)))

    assert Product.objects.get(upc=BOOK).is_digital
