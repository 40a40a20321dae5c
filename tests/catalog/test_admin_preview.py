"""Looking at a book before it is saved: nothing of it is kept."""

from io import BytesIO

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from catalog.models import Product, ProductImage, SearchEntry
from tests.books import make_edition, make_work, stock_of
from tests.editor import Page

pytestmark = pytest.mark.django_db
ADD = reverse("admin:catalogue_product_add")


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def open_work(admin_client):
    def open_work(work):
        return Page(admin_client, reverse("admin:catalogue_product_change", args=[work.pk]))

    return open_work


def a_picture():
    file = BytesIO()
    Image.new("RGB", (300, 450), "red").save(file, "PNG")
    return SimpleUploadedFile("red.png", file.getvalue())


def saved_preview(work):
    return reverse("admin:catalogue_product_preview", args=[work.pk])


def test_a_preview_shows_the_page_as_it_would_be_and_keeps_nothing(open_work, mailoutbox):
    edition = make_edition(title="My Life", price="24.95", copies=10)
    page = open_work(edition.parent)
    page["title"] = "My Life, Told Anew"
    page["description"] = "A *new* life"
    page["children-0-price"] = "19.95"
    page["children-0-added"] = "-8"
    page["children-0-reason"] = "Damaged"

    page.save("_preview")

    for said in ("nothing of this is saved", "My Life, Told Anew", "$19.95", "only 2 left"):
        assert said in page.text
    assert "<em>new</em>" in page.text
    work = Product.objects.get(pk=edition.parent_id)
    assert (work.title, work.revision) == ("My Life", 0)
    assert (stock_of(edition).num_in_stock, str(stock_of(edition).price)) == (10, "24.95")
    assert not LogEntry.objects.exists()
    assert not SearchEntry.objects.exists()
    assert not mailoutbox


def test_a_new_book_is_looked_at_before_it_exists(admin_client, media):
    page = Page(admin_client, ADD)
    page["title"], page["slug"] = "Reform or Revolution", "reform"
    page["children-0-publication_type"] = "paperback"
    page["children-0-price"], page["children-0-copies"] = "12.50", "7"
    page.add_row("images", original=a_picture(), alt="A red cover")

    page.save("_preview")

    assert "$12.50" in page.text
    assert 'src="data:image/webp;base64,' in page.text
    assert 'alt="A red cover"' in page.text
    assert not Product.objects.exists()
    assert list(media.rglob("*")) == []


def test_pictures_of_a_preview_leave_those_of_the_book_alone(open_work, media):
    work = make_edition().parent
    ProductImage.objects.create(product=work, original=a_picture(), alt="The old one")
    before = sorted(media.rglob("*"))
    page = open_work(work)
    page["images-0-original"] = a_picture()
    page["images-0-alt"] = "The new one"

    page.save("_preview")

    assert 'alt="The new one"' in page.text
    assert ProductImage.objects.get().alt == "The old one"
    assert sorted(media.rglob("*")) == before


def test_errors_are_told_in_the_form_and_nothing_is_lost(open_work):
    edition = make_edition()
    page = open_work(edition.parent)
    page["title"] = "Anew"
    page["children-0-upc"] = "978-0-306-40615-8"

    page.save("_preview")

    assert page.errors == {
        "children-0-upc": ["978-0-306-40615-8 is not a valid ISBN: check its digits."]
    }
    assert page["title"] == "Anew"
    page["children-0-upc"] = ""
    page.save()
    assert page.errors == {}
    assert Product.objects.get(pk=edition.parent_id).title == "Anew"


def test_a_book_without_editions_is_not_shown_and_the_form_stays(admin_client):
    page = Page(admin_client, ADD)
    page["title"], page["slug"] = "Reform or Revolution", "reform"

    page.save("_preview")

    assert "There is nothing to show yet" in page.text
    assert page["title"] == "Reform or Revolution"
    assert not Product.objects.exists()


def test_a_hidden_book_is_shown_to_staff_alone(admin_client, client, open_work):
    work = make_work("My Life", is_public=False)
    paperback = make_edition(work)
    hardcover = make_edition(work, type="hardcover", price="50")

    shown = admin_client.get(saved_preview(work)).text
    other = admin_client.get(saved_preview(work), {"edition": hardcover.slug}).text

    assert "Readers do not see this book yet" in shown
    assert "Add to basket" in shown
    assert "data:image/svg+xml;base64," in shown
    assert "$50.00" in other
    assert saved_preview(work) in open_work(work).text
    admin_client.logout()
    assert admin_client.get(saved_preview(work)).status_code == 302
    assert client.get(paperback.get_absolute_url()).status_code == 404
    assert not Product.objects.get(pk=work.pk).is_public


def test_a_book_that_readers_see_is_looked_at_on_the_site(open_work):
    edition = make_edition()

    page = open_work(edition.parent)

    assert "View on site" in page.text
    assert "Preview as saved" not in page.text


def test_a_preview_tells_nothing_on_the_next_page(admin_client, open_work):
    work = make_edition(is_public=False).parent
    page = open_work(work)

    page.save("_preview")

    assert page.messages == []
    assert open_work(work).messages == []
