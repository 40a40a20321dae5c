"""Works in the admin, as an editor edits them."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from oscar.core.loading import get_model

from catalog.models import Contribution, Imprint, Product, Series
from tests.books import make_contributor, make_edition, make_work, stock_of
from tests.editor import Page, make_subject
from tests.finding import found

pytestmark = pytest.mark.django_db
LIST = reverse("admin:catalogue_product_changelist")
ADD = reverse("admin:catalogue_product_add")
ISBN = "978-0-306-40615-7"


@pytest.fixture
def my_life():
    return make_work("My Life", author=make_contributor("Leon Trotsky"))


@pytest.fixture
def paperback(my_life):
    return make_edition(my_life, price="24.95", copies=10)


@pytest.fixture
def open_work(admin_client):
    def open_work(work):
        return Page(admin_client, reverse("admin:catalogue_product_change", args=[work.pk]))

    return open_work


@pytest.fixture
def new_work(admin_client):
    """A filled-in page for a new work."""
    page = Page(admin_client, ADD)
    page["title"] = "Reform or Revolution"
    page["slug"] = "reform-or-revolution"
    row = {"publication_type": "paperback", "upc": ISBN, "price": "12.50", "added": "7"}
    for name, value in row.items():
        page[f"children-0-{name}"] = value
    return page


def test_a_new_work_is_on_sale_after_one_page(new_work, client, settings):
    author = make_contributor("Rosa Luxemburg")
    subject = make_subject(name="Socialism", slug="socialism")
    other = make_edition(title="The Accumulation of Capital").parent
    new_work["children-0-imprint"] = Imprint.objects.create(name="Meridian").pk
    new_work["series"] = Series.objects.create(name="Foundations").pk
    new_work.add_row("contributions", contributor=author.pk)
    new_work.add_row("productcategory_set", category=subject.pk)
    new_work.add_row("primary_recommendations", recommendation=other.pk, ranking=1)

    new_work.save()

    assert new_work.errors == {}
    shown = client.get("/books/reform-or-revolution/").text
    for said in ("Rosa Luxemburg", "$12.50", "In stock", "Socialism", ISBN, "Meridian"):
        assert said in shown
    record = stock_of(Product.objects.get(upc="9780306406157"))
    assert record.partner.name == settings.SHOP_NAME
    assert (record.partner_sku, record.price_currency) == ("9780306406157", "USD")
    assert found("luxemburg foundations socialism")


def test_an_edition_takes_title_and_address_from_its_work_and_type(new_work):
    new_work.add_row("children", publication_type="paperback", price="30")

    new_work.save()

    work = Product.objects.get(slug="reform-or-revolution")
    editions = work.children.order_by("pk").values_list("structure", "title", "slug")
    assert list(editions) == [
        ("child", "Reform or Revolution", "paperback"),
        ("child", "Reform or Revolution", "paperback-2"),
    ]


def test_an_edition_without_isbn_has_a_code_of_its_own_until_it_gets_one(new_work, open_work):
    new_work["children-0-upc"] = ""
    new_work.save()
    edition = Product.objects.get(structure="child")
    assert stock_of(edition).partner_sku == f"edition-{edition.pk}"

    page = open_work(edition.parent)
    page["children-0-upc"] = "0-306-40615-2"
    page.save()

    assert stock_of(edition).partner_sku == "9780306406157"
    assert page["children-0-upc"] == ISBN


def test_an_e_book_has_no_copies(new_work, client):
    new_work["children-0-publication_type"] = "epub"

    refused = new_work.save().errors
    new_work["children-0-added"] = ""
    new_work.save()

    assert refused == {"children-0-added": ["An e-book has no copies: leave this empty."]}
    assert stock_of(Product.objects.get(structure="child")).num_in_stock is None
    assert "Available now, as a download" in client.get("/books/reform-or-revolution/").text


def test_a_work_that_readers_cannot_see_yet_is_said_to_be_so(new_work):
    new_work.untick("children-0-is_public")

    new_work.save()

    assert "Readers do not see this book yet" in " ".join(new_work.messages)
    assert "View on site" not in new_work.text


def test_a_wrong_isbn_is_told_beside_the_field_and_nothing_is_lost(new_work):
    new_work["children-0-upc"] = "978-0-306-40615-8"

    new_work.save()

    assert new_work.errors == {
        "children-0-upc": ["978-0-306-40615-8 is not a valid ISBN: check its digits."]
    }
    assert new_work["title"] == "Reform or Revolution"
    assert new_work["children-0-price"] == "12.50"
    assert not Product.objects.exists()


def test_an_isbn_of_another_book_is_refused_by_its_title(new_work, paperback):
    new_work["children-0-upc"] = paperback.isbn

    message = f"{paperback.isbn} is the ISBN of My Life (Paperback) already."
    assert new_work.save().errors == {"children-0-upc": [message]}


def test_two_editions_of_a_page_do_not_share_an_isbn_or_address(new_work):
    new_work["children-0-slug"] = "cheap"
    new_work.add_row("children", publication_type="hardcover", upc=ISBN, slug="cheap")

    assert new_work.save().errors == {
        "children-0-upc": ["Another edition on this page has this ISBN."],
        "children-1-upc": ["Another edition on this page has this ISBN."],
        "children-0-slug": ["Another edition has this address."],
        "children-1-slug": ["Another edition has this address."],
    }


def test_two_works_do_not_share_an_address(new_work):
    make_work("Another")
    Product.objects.filter(title="Another").update(slug="reform-or-revolution")

    assert new_work.save().errors == {"slug": ["“Another” has this address already."]}


def test_no_work_takes_the_address_of_the_feed(new_work):
    new_work["slug"] = "feed"

    errors = {"slug": ["The feed of new books has this address: add a word."]}
    assert new_work.save().errors == errors


@pytest.mark.parametrize("price", ["0", "-1", "1.234"])
def test_a_price_that_cannot_be_paid_is_refused(new_work, price):
    new_work["children-0-price"] = price

    assert list(new_work.save().errors) == ["children-0-price"]


def test_a_price_is_changed(open_work, paperback, client):
    page = open_work(paperback.parent)
    page["children-0-price"] = "19.95"

    page.save()

    assert "$19.95" in client.get(paperback.get_absolute_url()).text
    assert stock_of(paperback).num_in_stock == 10


def test_a_new_title_reaches_the_editions_and_their_order_in_lists(open_work, paperback):
    page = open_work(paperback.parent)
    page["title"] = "The Life"

    page.save()

    paperback.refresh_from_db()
    assert (paperback.title, paperback.sort_title) == ("The Life", "Life")
    assert page["sort_title"] == "Life"
    assert found("the life") == ["The Life"]


def test_texts_keep_only_harmless_html(open_work, my_life):
    page = open_work(my_life)
    page["description"] = "<p>Fine</p><script>alert(1)</script>"

    assert page.save()["description"] == "Fine"
    my_life.refresh_from_db()
    assert my_life.description == "<p>Fine</p>"


def test_a_book_is_not_bought_together_with_itself_or_an_edition(open_work, paperback):
    page = open_work(paperback.parent)
    page.add_row("primary_recommendations", recommendation=paperback.parent.pk)
    page.add_row("primary_recommendations", recommendation=paperback.pk)

    errors = page.save().errors

    assert errors["primary_recommendations-0-recommendation"] == [
        "A book is not bought together with itself."
    ]
    assert "primary_recommendations-1-recommendation" in errors


def test_history_and_pages_speak_of_names_only(open_work, admin_client, paperback):
    work = paperback.parent
    page = open_work(work)
    page.add_row("primary_recommendations", recommendation=make_work("Another").pk)
    page.add_row("productcategory_set", category=make_subject(name="Exile", slug="exile").pk)
    page["children-0-added"], page["children-0-reason"] = "1", "Found"

    page.save()

    history = " ".join(entry.get_change_message() for entry in LogEntry.objects.all())
    for said in ("“Another”", "“Exile”", "Changed Add or take copies and Reason"):
        assert said in history
    for text in (page.text, history, admin_client.get(LIST).text, admin_client.get(ADD).text):
        assert not re.search(r"object \(\d+\)|&lt;productcategory|<productcategory", text)
        assert "vForeignKeyRawIdAdminField" not in text
        assert "column-id" not in text


def test_a_contributor_keeps_the_place_on_the_title_page(open_work, my_life):
    page = open_work(my_life)
    page.add_row(
        "contributions",
        contributor=make_contributor("Max Eastman").pk,
        role="B06",
        position="2",
    )

    page.save()

    assert my_life.contributions.count() == 2
    assert Product.objects.get(pk=my_life.pk).byline == (
        "Leon Trotsky, translated by Max Eastman"
    )
    assert Contribution.objects.get(role="B06").position == 2


def test_related_books_are_shown_in_their_order(open_work, my_life, paperback, client):
    first, second = (make_edition(title=title).parent for title in ("1905", "Stalin"))
    hidden = make_edition(make_work("Hidden", is_public=False)).parent
    page = open_work(my_life)
    page.add_row("related_works", other=second.pk)
    page.add_row("related_works", other=first.pk, position="0")
    page.add_row("related_works", other=hidden.pk)

    page.save()

    assert page.errors == {}
    shown = client.get(my_life.get_absolute_url()).text
    section = shown[shown.index('id="related"') :]
    assert section.index("1905") < section.index("Stalin")
    assert "Hidden" not in shown


def test_a_book_is_not_related_to_itself(open_work, my_life):
    page = open_work(my_life)
    page.add_row("related_works", other=my_life.pk)

    errors = page.save().errors

    assert errors == {"related_works-0-other": ["A book is not related to itself."]}


def test_rows_without_a_place_go_last_in_the_order_of_the_page(open_work, my_life):
    page = open_work(my_life)
    for name, role in (("Max Eastman", "B06"), ("Ada Example", "A24")):
        page.add_row("contributions", contributor=make_contributor(name).pk, role=role)

    page.save()

    names = my_life.contributions.values_list("contributor__name", "position")
    assert list(names) == [("Leon Trotsky", 0), ("Max Eastman", 1), ("Ada Example", 2)]


def test_without_scripts_empty_rows_are_asked_for_by_address(admin_client, paperback):
    url = reverse("admin:catalogue_product_change", args=[paperback.parent_id])
    page = Page(admin_client, f"{url}?rows=3")
    person = make_contributor("Max Eastman")
    page["contributions-3-contributor"], page["contributions-3-role"] = person.pk, "B06"

    page.save()

    assert page.errors == {}
    assert paperback.parent.contributions.filter(contributor=person, role="B06").exists()
    assert paperback.parent.children.count() == 1


def test_an_address_is_made_from_the_title(new_work):
    make_work("Reform or Revolution")
    Product.objects.update(slug="reform-or-revolution")
    new_work["slug"] = ""

    new_work.save()

    work = Product.objects.get(children__upc="9780306406157")
    assert work.slug == "reform-or-revolution-2"


def test_a_form_with_thousands_of_fields_is_read(new_work):
    for number in range(5000):
        new_work[f"children-{number + 1}-pages"] = ""

    new_work.save()

    assert Product.objects.filter(slug="reform-or-revolution").exists()


@pytest.mark.parametrize(("was", "new"), [("paperback", "epub"), ("epub", "hardcover")])
def test_an_edition_that_was_sold_does_not_turn_from_paper_into_a_file(
    open_work, my_life, was, new
):
    edition = make_edition(my_life, type=was, price="24.95")
    order = get_model("order", "Order").objects.create(
        number="100001", currency="USD", total_incl_tax=0, total_excl_tax=0
    )
    order.lines.create(
        product=edition,
        stockrecord=stock_of(edition),
        partner_name="The shop",
        partner_sku="1",
        title="My Life",
        quantity=1,
        num_allocated=0,
        **dict.fromkeys(
            (
                "line_price_incl_tax",
                "line_price_excl_tax",
                "line_price_before_discounts_incl_tax",
                "line_price_before_discounts_excl_tax",
            ),
            24,
        ),
    )
    page = open_work(my_life)
    page["children-0-publication_type"] = new

    page.save()

    assert "Readers bought it as" in page.errors["children-0-publication_type"][0]
    edition.refresh_from_db()
    assert edition.publication_type == was


def test_an_edition_that_nobody_bought_may_turn_into_a_file(open_work, my_life, paperback):
    page = open_work(my_life)
    page["children-0-publication_type"] = "epub"

    page.save()

    paperback.refresh_from_db()
    assert paperback.is_digital
