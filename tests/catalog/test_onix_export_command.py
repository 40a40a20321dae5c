"""`manage.py export_onix` and the export of chosen works in the admin."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.urls import reverse
from oscar.core.loading import get_model

from catalog.models import Category
from catalog.onix.export import message
from tests.books import make_edition, make_isbn, make_work
from tests.catalog.onix.catalogues import faults

pytestmark = pytest.mark.django_db
LIST = reverse("admin:catalogue_product_changelist")
ProductCategory = get_model("catalogue", "ProductCategory")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "books.xml"


@pytest.fixture
def shelf():
    """A paperback with its e-book below a subject, and another book."""
    poetry = Category.objects.add_root(
        instance=Category(name="Poetry", slug="poetry", code="DC")
    )
    odes = Category.objects.add_child(poetry, instance=Category(name="Odes", slug="odes"))
    paperback = make_edition(title="Odes")
    ProductCategory.objects.create(product=paperback.parent, category=odes)
    epub = make_edition(paperback.parent, type="epub")
    return {"paperback": paperback, "epub": epub, "other": make_edition(title="Other")}


def export(file, *args, **options):
    call_command("export_onix", file, *args, **options)
    return re.findall(rb"<RecordReference>meridian-press\.(\d+)<", file.read_bytes())


def test_it_writes_all_books_and_counts_them(file, shelf, capsys):
    isbns = export(file)

    assert isbns == [one.upc.encode() for one in shelf.values()]
    assert capsys.readouterr().out == f"{file}: 3 editions of 2 works, ONIX 3.1\n"
    assert faults(file) == []


def test_it_writes_an_older_release_in_short_tags(file, shelf):
    call_command(
        "export_onix", file, "--release", "3.0", "--short", "--sent", "2026-11-24T18:00Z"
    )

    text = file.read_text()
    assert '<ONIXmessage xmlns="http://ns.editeur.org/onix/3.0/short" release="3.0">' in text
    assert "<x307>20261124T180000Z</x307>" in text
    assert faults(file) == []


def test_it_writes_chosen_editions(file, shelf):
    chosen = [shelf["epub"].upc, shelf["other"].isbn]

    assert export(file, "--isbn", *chosen) == [
        shelf["epub"].upc.encode(),
        shelf["other"].upc.encode(),
    ]


@pytest.mark.parametrize("subject", ["poetry", "DC", "odes"])
def test_it_writes_the_books_of_a_subject_and_those_below(file, shelf, subject):
    assert export(file, "--subject", subject) == [
        shelf["paperback"].upc.encode(),
        shelf["epub"].upc.encode(),
    ]


def test_it_writes_hidden_books_when_asked(file):
    edition = make_edition(make_work("Hidden", is_public=False))

    assert export(file) == []
    assert export(file, "--hidden") == [edition.upc.encode()]


def test_it_says_that_an_empty_message_is_empty(file, capsys):
    export(file)

    assert "an empty message" in capsys.readouterr().err
    assert faults(file) == []


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (["--isbn", "123"], "123 is not a valid ISBN"),
        (["--isbn", make_isbn(1)], f"no edition that readers see has the ISBN {make_isbn(1)}"),
        (["--subject", "nowhere"], "no subject has the address or Thema code nowhere"),
        (["--sent", "yesterday"], "yesterday is not a time such as"),
    ],
)
def test_a_choice_that_is_not_there_is_refused_and_the_old_file_stays(file, args, reason):
    file.write_text("old")

    with pytest.raises(CommandError, match=reason):
        call_command("export_onix", file, *args)

    assert file.read_text() == "old"
    assert list(file.parent.iterdir()) == [file]


def test_a_stop_halfway_leaves_the_old_file(file, shelf, monkeypatch):
    file.write_text("old")

    def stop(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(message, "product", stop)
    with pytest.raises(KeyboardInterrupt):
        call_command("export_onix", file)

    assert file.read_text() == "old"
    assert list(file.parent.iterdir()) == [file]


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CommandError, match="No such file or directory"):
        call_command("export_onix", tmp_path / "nowhere" / "books.xml")


def chosen(*works):
    return {"action": "export_onix", "_selected_action": [work.pk for work in works]}


def test_staff_download_chosen_works(admin_client, file, shelf):
    response = admin_client.post(LIST, chosen(shelf["paperback"].parent))

    file.write_bytes(b"".join(response.streaming_content))
    assert response["Content-Type"] == "application/xml"
    assert re.fullmatch(
        r'attachment; filename="meridian-press-\d{8}-\d{4}\.xml"',
        response["Content-Disposition"],
    )
    assert faults(file) == []
    assert file.read_bytes().count(b"<Product>") == 2


def test_staff_are_told_what_is_not_in_the_file(admin_client, shelf):
    hidden = make_work("Hidden", is_public=False)

    admin_client.post(LIST, chosen(hidden, shelf["other"].parent))

    assert "1 work is not shown to readers and not in the file." in admin_client.get(LIST).text


def test_works_that_nobody_sees_are_no_file(admin_client):
    hidden = make_work("Hidden", is_public=False)

    page = admin_client.post(LIST, chosen(hidden), follow=True).text

    assert "None of these works is shown to readers" in page


@pytest.fixture
def clerk(client):
    """Somebody who may look at books."""
    user = get_user_model().objects.create_user("clerk@example.org", "password")
    user.is_staff = True
    user.save()
    user.user_permissions.add(Permission.objects.get(codename="view_product"))
    client.force_login(user)
    return user


def test_whoever_may_only_look_is_not_offered_the_export(client, clerk, shelf):
    assert "Export as ONIX" not in client.get(LIST).text
    assert not client.post(LIST, chosen(shelf["other"].parent)).streaming


def test_whoever_may_export_is_offered_it(client, clerk, shelf):
    clerk.user_permissions.add(Permission.objects.get(codename="export_product"))

    assert "Export as ONIX" in client.get(LIST).text
    assert client.post(LIST, chosen(shelf["other"].parent)).streaming


def test_nobody_is_offered_to_delete_many_works(admin_client, shelf):
    assert "delete_selected" not in admin_client.get(LIST).text
