"""The file of an e-book on the page of its work."""

import stat
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import transaction
from django.urls import reverse
from oscar.core.loading import get_model

from catalog import edition_files
from catalog.models import EditionFile, Product
from tests.books import make_edition, make_work
from tests.books_files import MP3, epub, pdf, upload
from tests.editor import Page

pytestmark = pytest.mark.django_db
LIST = reverse("admin:catalogue_product_changelist")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.EDITION_FILES = tmp_path / "edition-files"
    return settings.EDITION_FILES


@pytest.fixture
def open_work(admin_client):
    def open_work(work):
        return Page(admin_client, reverse("admin:catalogue_product_change", args=[work.pk]))

    return open_work


@pytest.fixture
def ebook():
    return make_edition(title="My Life", type="epub")


@pytest.fixture
def give(open_work):
    """Upload a file for the first edition of a work."""

    def give(edition, content, name="life.epub"):
        page = open_work(edition.parent)
        page["children-0-file"] = upload(content, name)
        return page.save()

    return give


def on_disk(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def address(file):
    return reverse("admin:catalogue_edition_file", args=[file.pk])


def test_a_file_is_stored_under_a_name_of_our_own(give, ebook, folder, admin_user):
    page = give(ebook, epub(), "../../My Life (final).epub")

    file = EditionFile.objects.get()
    assert page.errors == {}
    assert (file.edition, file.uploaded_by) == (ebook, admin_user)
    assert (file.original_name, file.size) == ("My Life (final).epub", len(epub()))
    assert on_disk(folder) == [file.file.name]
    assert file.file.name.startswith(file.sha256)
    assert "My Life (final).epub" in page.text


def test_nobody_but_the_shop_reads_the_folder_and_no_address_leads_there(give, ebook, folder):
    give(ebook, epub())

    file = EditionFile.objects.get().file
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(Path(file.path).stat().st_mode) == 0o600
    with pytest.raises(ValueError, match="no address"):
        _ = file.url


def test_a_file_too_large_for_memory_is_stored_whole(give, ebook, settings):
    large = epub("x" * (settings.FILE_UPLOAD_MAX_MEMORY_SIZE + 1))

    page = give(ebook, large)

    file = EditionFile.objects.get()
    assert page.errors == {}
    assert Path(file.file.path).read_bytes() == large
    assert stat.S_IMODE(Path(file.file.path).stat().st_mode) == 0o600


def test_a_new_edition_comes_with_its_file(open_work, ebook):
    page = open_work(ebook.parent)
    page.add_row("children", publication_type="pdf", price="9", file=upload(pdf(), "life.pdf"))

    page.save()

    assert page.errors == {}
    assert EditionFile.objects.get().edition.publication_type == "pdf"


def test_a_corrected_file_replaces_the_first_which_is_kept(give, ebook, folder):
    give(ebook, epub("With an error"), "first.epub")

    page = give(ebook, epub("Corrected"), "second.epub")

    assert [file.original_name for file in ebook.files.all()] == ["second.epub", "first.epub"]
    assert "1 earlier file, kept" in page.text
    assert len(on_disk(folder)) == 2


def test_the_same_file_twice_adds_nothing_and_an_earlier_one_comes_back(give, ebook, folder):
    give(ebook, epub("One"))
    give(ebook, epub("One"))
    assert len(on_disk(folder)) == EditionFile.objects.count() == 1

    give(ebook, epub("Two"))
    give(ebook, epub("One"))

    assert len(on_disk(folder)) == EditionFile.objects.count() == 3


def test_two_editions_with_the_same_content_have_a_file_each(give, ebook, folder):
    other = make_edition(title="Other", type="epub")
    give(ebook, epub())
    give(other, epub())

    assert len(on_disk(folder)) == 2


def test_a_wrong_file_is_refused_beside_its_field(give, ebook, folder):
    page = give(ebook, pdf(), "life.pdf")

    assert list(page.errors) == ["children-0-file"]
    assert "choose an EPUB file" in page.errors["children-0-file"][0]
    assert "choose the file again" in page.text
    assert on_disk(folder) == []


def test_a_printed_edition_takes_no_file(give, folder):
    page = give(make_edition(), epub())

    assert "A printed edition has no file" in page.errors["children-0-file"][0]
    assert on_disk(folder) == []


def test_another_type_asks_for_another_file(give, open_work, ebook):
    give(ebook, epub())
    page = open_work(ebook.parent)
    page["children-0-publication_type"] = "audio"

    page.save()

    assert "Its file is of another type" in page.errors["children-0-file"][0]
    page["children-0-file"] = upload(MP3, "life.mp3")
    page.save()
    assert page.errors == {}
    assert ebook.files.first().ending == ".mp3"


def test_a_type_that_an_import_changed_keeps_nobody_from_saving(give, open_work, ebook):
    give(ebook, epub())
    Product.objects.filter(pk=ebook.pk).update(publication_type="pdf")
    page = open_work(ebook.parent)
    page["children-0-pages"] = "600"

    page.save()

    assert page.errors == {}
    assert Product.objects.get(pk=ebook.pk).pages == 600


def test_two_editors_who_upload_lose_nothing(open_work, ebook):
    mine, theirs = open_work(ebook.parent), open_work(ebook.parent)
    theirs["children-0-file"] = upload(epub("Theirs"), "theirs.epub")
    theirs["children-0-pages"] = "600"
    theirs.save()
    mine["children-0-file"] = upload(epub("Mine"), "mine.epub")

    mine.save()

    assert "choose the file again" in mine.text
    mine["children-0-file"] = upload(epub("Mine"), "mine.epub")
    mine.save()
    assert [file.original_name for file in ebook.files.all()] == ["mine.epub", "theirs.epub"]


def test_nothing_is_left_behind_by_errors_elsewhere(open_work, ebook, folder):
    page = open_work(ebook.parent)
    page["children-0-file"] = upload(epub())
    page["title"] = ""

    page.save()

    assert list(page.errors) == ["title"]
    assert "choose the file again" in page.text
    assert on_disk(folder) == []


def test_nothing_is_left_behind_by_a_preview(open_work, ebook, folder):
    page = open_work(ebook.parent)
    page["children-0-file"] = upload(epub())

    page.save("_preview")

    assert "nothing of this is saved" in page.text
    assert on_disk(folder) == []
    assert not EditionFile.objects.exists()


def test_nothing_is_left_behind_by_a_transaction_that_is_undone(ebook, folder):
    with edition_files.in_step([ebook.parent_id]), transaction.atomic():
        edition_files.store(edition=ebook, upload=upload(epub()), ending=".epub", by=None)
        assert len(on_disk(folder)) == 1
        transaction.set_rollback(True)

    assert on_disk(folder) == []
    assert not EditionFile.objects.exists()


def test_a_file_that_was_there_survives_a_transaction_that_is_undone(give, ebook, folder):
    give(ebook, epub())

    with edition_files.in_step([ebook.parent_id]), transaction.atomic():
        ebook.files.all().delete()
        transaction.set_rollback(True)

    assert on_disk(folder) == [ebook.files.get().file.name]


def test_the_files_of_a_deleted_edition_go(give, open_work, ebook, folder):
    make_edition(ebook.parent)
    give(ebook, epub("One"))
    give(ebook, epub("Two"))
    page = open_work(ebook.parent)
    page["children-0-DELETE"] = "on"

    page.save()

    assert page.errors == {}
    assert on_disk(folder) == []
    assert not EditionFile.objects.exists()


def test_the_files_of_a_deleted_work_go_once_it_is_confirmed(admin_client, give, ebook, folder):
    give(ebook, epub())
    delete = reverse("admin:catalogue_product_delete", args=[ebook.parent_id])

    assert admin_client.get(delete).status_code == 200
    assert len(on_disk(folder)) == 1
    admin_client.post(delete, {"post": "yes"})

    assert not Product.objects.exists()
    assert on_disk(folder) == []


def test_the_file_of_a_sold_edition_stays(give, open_work, ebook, folder):
    give(ebook, epub())
    order = get_model("order", "Order").objects.create(
        number="1", total_incl_tax=9, total_excl_tax=9, currency="USD"
    )
    order.lines.create(
        product=ebook,
        title="My Life",
        num_allocated=0,
        line_price_incl_tax=9,
        line_price_excl_tax=9,
        line_price_before_discounts_incl_tax=9,
        line_price_before_discounts_excl_tax=9,
    )
    page = open_work(ebook.parent)
    page["children-0-DELETE"] = "on"

    page.save()

    assert len(on_disk(folder)) == 1


def test_staff_download_the_file_and_no_browser_guesses_what_it_is(admin_client, give, ebook):
    page = give(ebook, epub(), "My “Life”.epub")

    file = EditionFile.objects.get()
    response = admin_client.get(address(file))
    assert address(file) in page.text
    assert b"".join(response.streaming_content) == epub()
    assert response["Content-Type"] == "application/epub+zip"
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]


def test_others_download_nothing(client, give, ebook):
    give(ebook, epub())
    file = EditionFile.objects.get()
    looker = get_user_model().objects.create_user("looker@example.org", "x")
    looker.is_staff = True
    looker.save()
    looker.user_permissions.add(Permission.objects.get(codename="view_product"))

    client.logout()
    assert client.get(address(file)).status_code == 302
    client.force_login(looker)
    assert client.get(address(file)).status_code == 403


def test_a_file_that_is_lost_is_told(admin_client, give, ebook):
    give(ebook, epub())
    file = EditionFile.objects.get()
    Path(file.file.path).unlink()

    response = admin_client.get(address(file))

    assert response.status_code == 404
    assert "Upload it again" in response.text


def test_ebooks_without_a_file_are_found(admin_client, give, ebook):
    make_edition(make_work("Paper only"))
    make_edition(make_work("Withdrawn"), type="epub", status="withdrawn")
    make_edition(make_work("Not priced"), type="pdf", price=None)
    make_edition(make_work("Hidden"), type="audio", is_public=False)

    def found(which):
        page = admin_client.get(LIST, {"file": which})
        return sorted(work.title for work in page.context["cl"].result_list)

    assert found("none") == ["Hidden", "My Life", "Not priced"]
    assert found("none_on_sale") == ["My Life"]
    give(ebook, epub())
    assert found("none_on_sale") == []
