"""Two editors at one book: what the other did is noticed, and nothing is lost."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from catalog.admin import work_page
from catalog.models import Contribution, Product
from tests.books import make_contributor, make_edition, make_work, stock_of
from tests.editor import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def work():
    work = make_work("My Life", author=make_contributor("Leon Trotsky"))
    make_edition(work, price="24.95", copies=10)
    return work


@pytest.fixture
def mine(admin_client, work):
    return Page(admin_client, url_of(work))


@pytest.fixture
def theirs(work, mine):
    """The same page, opened by somebody else at the same time."""
    other = get_user_model().objects.create_superuser("rosa@example.org", "x")
    client = Client()
    client.force_login(other)
    return Page(client, url_of(work))


def url_of(work):
    return reverse("admin:catalogue_product_change", args=[work.pk])


def table(page):
    rows = page.tree.xpath("//section[@class='meanwhile']//tbody/tr")
    return [[cell.text_content().strip("\n \N{EM DASH}") for cell in row][:3] for row in rows]


def test_both_changes_to_a_field_are_shown_and_the_second_is_saved_on_purpose(
    work, mine, theirs
):
    theirs["subtitle"] = "An Attempt"
    theirs.save()
    mine["subtitle"] = "An Essay"

    mine.save()

    assert table(mine) == [["Subtitle", "An Attempt", "An Essay"]]
    assert "rosa@example.org" in mine.text
    assert "Nothing is saved yet" in mine.text
    work.refresh_from_db()
    assert (work.subtitle, mine["subtitle"]) == ("An Attempt", "An Essay")

    mine.save()

    work.refresh_from_db()
    assert (work.subtitle, work.revision) == ("An Essay", 2)


def test_what_only_the_other_changed_is_taken_over(work, mine, theirs):
    theirs["subtitle"] = "An Attempt"
    theirs["children-0-pages"] = "600"
    theirs.save()
    mine["pull_quote"] = "Read it!"

    mine.save()

    assert [row[1] for row in table(mine)] == ["An Attempt", "600"]
    mine.save()
    work.refresh_from_db()
    assert (work.subtitle, work.pull_quote) == ("An Attempt", "Read it!")
    assert work.children.get().pages == 600


def test_a_change_by_an_import_is_noticed_too(work, mine):
    Product.objects.filter(pk=work.pk).update(subtitle="From an import")
    mine["title"] = "My Life Again"

    mine.save()

    assert table(mine) == [["Subtitle", "From an import", ""]]
    assert "By an import, or on another page" in mine.text


def test_the_same_change_by_both_is_no_conflict(work, mine, theirs):
    for page in (theirs, mine):
        page["subtitle"] = "An Attempt"
        page.save()

    assert table(mine) == []
    work.refresh_from_db()
    assert work.revision == 2


def test_two_prices_are_compared(work, mine, theirs):
    theirs["children-0-price"] = "20.00"
    theirs.save()
    mine["children-0-price"] = "22.00"

    mine.save()

    assert [row[1:] for row in table(mine)] == [["20.00", "22.00"]]
    mine.save()
    assert str(stock_of(work.children.get()).price) == "22.00"


def test_a_row_that_the_other_removed_stays_removed(work, mine, theirs):
    theirs["contributions-0-DELETE"] = "on"
    theirs.save()
    mine["subtitle"] = "An Essay"

    mine.save()

    assert [row[0] for row in table(mine)] == ["A contributor"]
    mine.save()
    assert mine.errors == {}
    assert not work.contributions.exists()
    work.refresh_from_db()
    assert work.subtitle == "An Essay"


def test_a_row_that_the_other_removed_and_i_changed_comes_back(work, mine, theirs):
    theirs["contributions-0-DELETE"] = "on"
    theirs.save()
    mine["contributions-0-role"] = Contribution.Role.EDITOR

    mine.save()
    mine.save()

    assert mine.errors == {}
    assert work.contributions.get().role == Contribution.Role.EDITOR


def test_a_row_that_the_other_added_stays(work, mine, theirs):
    theirs.add_row("contributions", contributor=make_contributor("Max Eastman").pk, role="B06")
    theirs.save()
    mine["subtitle"] = "An Essay"

    mine.save()

    assert [row[:2] for row in table(mine)] == [["A contributor", "Max Eastman, translator, 1"]]
    mine.save()
    assert work.contributions.count() == 2


def test_whoever_saves_between_comparing_and_writing_is_noticed(
    work, mine, theirs, monkeypatch
):
    theirs["subtitle"] = "An Attempt"
    mine["subtitle"] = "An Essay"
    compare, calls = work_page._compare, []

    def compare_and_be_overtaken(*args):
        compare(*args)
        if not calls:
            calls.append(1)
            theirs.save()

    monkeypatch.setattr(work_page, "_compare", compare_and_be_overtaken)

    mine.save()

    assert table(mine) == [["Subtitle", "An Attempt", "An Essay"]]
    work.refresh_from_db()
    assert work.subtitle == "An Attempt"


@pytest.mark.parametrize("shown", ["", "nonsense", "[1, 2]", '["a", 0, {}]', "[0, 0, [1]]"])
def test_a_form_that_lost_what_it_showed_is_compared_field_by_field(work, mine, shown):
    mine["_shown"] = shown
    mine["subtitle"] = "An Essay"

    mine.save()

    assert ["Subtitle", "", "An Essay"] in table(mine)
    mine.save()
    work.refresh_from_db()
    assert work.subtitle == "An Essay"
