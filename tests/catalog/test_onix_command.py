"""`manage.py import_onix`: what it prints and how it ends."""

import io

import pytest
from django.core.management import CommandError, call_command

from catalog.models import ImportRun, Product
from catalog.onix import group, runs
from catalog.pricing.models import StockRecord
from tests.catalog.onix.messages import REFERENCE, isbn, message, product

pytestmark = pytest.mark.django_db


@pytest.fixture
def mixed(tmp_path):
    """A message of two good records and a bad one."""
    path = tmp_path / "mixed.xml"
    books = [product(isbn(n), title=f"Book {n}", stock="") for n in (1, 2)]
    path.write_text(message(books[0], product(isbn(3), reference="bad", form="PC"), books[1]))
    return path


def printed(capsys, *args, **options):
    call_command("import_onix", *args, **options)
    return capsys.readouterr().out


def test_it_prints_what_became_of_the_message(capsys):
    lines = printed(capsys, REFERENCE).splitlines()

    assert lines[:4] == [
        "Records read: 3",
        "Editions: 3 new, 0 changed, 0 unchanged, 0 withdrawn",
        "Works: 2 new, 0 changed",
        "Contributors: 2 new. Subjects: 2 new",
    ]
    assert "  Subject scheme 10, BISAC: 1 record" in lines


def test_it_names_skipped_records_with_reference_and_line(capsys, mixed):
    output = printed(capsys, mixed)

    assert "Records skipped: 1\n  bad, line " in output
    assert "form PC is not sold here" in output


def test_it_gathers_remarks_of_one_kind(capsys, mixed):
    output = printed(capsys, mixed)

    assert output.count("no stock figure: starts with 0 copies") == 1
    assert f"{isbn(1)}, line 3; {isbn(2)}, line 31" in output


def test_it_ends_well_although_a_record_was_skipped(capsys, mixed):
    printed(capsys, mixed)

    assert Product.objects.filter(structure="child").count() == 2


def test_strictly_a_skipped_record_is_a_failure_after_the_rest_is_loaded(mixed):
    with pytest.raises(CommandError, match="1 of 3 records skipped"):
        call_command("import_onix", mixed, "--strict")

    assert Product.objects.filter(structure="child").count() == 2


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_on_a_terminal_it_draws_how_far_it_is(mixed):
    terminal = Terminal()

    call_command("import_onix", mixed, stdout=terminal)

    drawn = terminal.getvalue()
    assert "[" + "#" * 30 + "] 100 %  3 of 3 records\n" in drawn


def test_elsewhere_it_draws_nothing(capsys, mixed):
    assert "%" not in printed(capsys, mixed)


def test_interrupted_it_says_how_to_go_on(mixed, monkeypatch):
    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(group, "write_stock", interrupt)
        with pytest.raises(CommandError, match="the same command goes on from there"):
            call_command("import_onix", mixed)
    assert ImportRun.objects.get().state == "stopped"

    call_command("import_onix", mixed)

    assert ImportRun.objects.get().state == "done"
    assert Product.objects.filter(structure="child").count() == 2


def test_it_begins_afresh_when_told(mixed, capsys):
    runs.begin(path=mixed)

    printed(capsys, mixed, "--afresh")

    assert list(ImportRun.objects.values_list("state", flat=True)) == ["done", "waiting"]


def test_it_can_keep_quiet(capsys, mixed):
    assert printed(capsys, mixed, verbosity=0) == ""


def test_it_can_keep_the_stock(capsys):
    printed(capsys, REFERENCE)
    StockRecord.objects.filter(num_in_stock=42).update(num_in_stock=7)

    printed(capsys, REFERENCE, "--keep-stock")

    assert StockRecord.objects.filter(num_in_stock=7).count() == 1


def test_it_takes_prices_in_the_shops_currency(capsys, settings):
    settings.SHOP_CURRENCY, settings.SHOP_COUNTRY = "GBP", "GB"

    printed(capsys, REFERENCE)

    stock = StockRecord.objects.get(partner_sku="9799830090015")
    assert (str(stock.price), stock.price_currency) == ("19.99", "GBP")
