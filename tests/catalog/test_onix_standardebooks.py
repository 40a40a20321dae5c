"""Thirty real e-books, loaded through ONIX with their covers."""

import pytest
from django.urls import reverse

from catalog.models import Contribution, Product
from tests.catalog.onix.catalogues import differences, exported, faults, scratch, snapshot
from tests.catalog.onix.messages import load
from tests.catalog.onix.standardebooks import FOLDER, attach_covers, books, message

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"Standard Ebooks are not at {FOLDER}"),
]


def test_the_converted_message_is_valid(tmp_path):
    path = tmp_path / "message.xml"
    path.write_bytes(message(books())[0])

    assert faults(path) == []


def test_who_made_the_file_is_left_out_and_counted():
    left_out = message(books())[1]

    assert left_out.total() == 313
    assert left_out["trc"] == 72
    assert "aut" not in left_out


def test_all_thirty_are_loaded():
    report = load(message(books())[0])

    assert (report.records, report.new, report.works_new) == (30, 30, 30)
    assert report.skipped == []
    roles = set(Contribution.objects.values_list("role", flat=True))
    assert {"A01", "B06", "A12", "A24", "A36"} <= roles
    assert ("Subject", "scheme 04") in report.ignored


def test_they_come_back_as_they_were():
    with scratch():
        load(message(books())[0])
        held, exported_once = snapshot(), exported()

    load(exported_once)

    assert differences(held, snapshot()) == []
    assert exported().splitlines() == exported_once.splitlines()


def test_readers_see_them_with_their_covers(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    found = books()[:6]
    load(message(found)[0])

    attach_covers(found)

    listing = client.get(reverse("catalog:listing")).text
    for book in found:
        assert book["title"] in listing
    work = Product.objects.get(slug="germinal")
    page = client.get(work.get_absolute_url()).text
    assert "emile-zola_germinal_havelock-ellis" in page
    assert "Rougon-Macquart</a>, 13" in page
    assert "Cover art" in page
    assert 'width="600" height="900"' in page
