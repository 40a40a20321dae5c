"""An editor imports a message with bad records, reads the report, corrects it, imports it."""

import contextlib

import psycopg2
import pytest
from django.contrib.auth.hashers import make_password
from playwright.sync_api import expect

from catalog.onix.runs import LOCK
from tests.catalog.onix.messages import contributor, isbn, message, product
from tests.journeys.conftest import with_and_without_javascript

PASSWORD = "correct horse battery staple"
BAD = {
    4401: ({"form": "PC"}, "form PC is not sold here"),
    4402: ({"title": ""}, "no title"),
    4403: (
        {
            "prices": "<Price><PriceAmount>cheap</PriceAmount>"
            "<CurrencyCode>USD</CurrencyCode></Price>"
        },
        "PriceAmount 'cheap' is not an amount",
    ),
}


@pytest.fixture
def editor(reader):
    """An editor, signed in to the admin."""
    reader.shop._sql(
        "INSERT INTO account_user (email, password, first_name, last_name, is_staff,"
        " is_active, is_superuser, date_joined)"
        " VALUES (%s, %s, '', '', true, true, true, now())",
        [reader.email, make_password(PASSWORD)],
    )
    reader.opens("/admin/login/?next=/admin/catalogue/importrun/add/")
    reader.fills(Email_address=reader.email, Password=PASSWORD)
    reader.presses("Log in")
    reader.sees_title("Import an ONIX file")
    return reader


def spring_list(serial, *, is_corrected):
    """Return the message; each run of the journey has books of its own."""
    author = contributor("Ada Import")
    good = [
        product(isbn(serial + n), title=f"A Good Book {serial + n}", descriptive=author)
        for n in range(3)
    ]
    bad = [
        product(
            isbn(serial + 10 + n),
            reference=f"spring-{number}",
            title=f"A Mended Book {serial + n}",
            descriptive=author,
        )
        if is_corrected
        else product(isbn(serial + 10 + n), reference=f"spring-{number}", **parts)
        for n, (number, (parts, _)) in enumerate(BAD.items())
    ]
    return message(good[0], bad[0], good[1], bad[1], bad[2], good[2])


def hands_in(editor, name, text):
    editor.page.get_by_label("ONIX file").set_input_files(
        {"name": name, "mimeType": "text/xml", "buffer": text.encode()}
    )
    editor.presses("Try it out")


@with_and_without_javascript
def test_a_file_with_three_bad_records_is_imported_read_corrected_and_imported_again(
    editor, javascript
):
    serial = 4500 if javascript else 4600
    hands_in(editor, "spring.xml", spring_list(serial, is_corrected=False))
    editor.sees("Tried out: nothing was written.")
    rows = editor.page.locator(".import__table tbody tr")
    expect(rows).to_have_count(3)
    for row, (number, (_, reason)) in zip(rows.all(), BAD.items(), strict=True):
        expect(row).to_contain_text(f"spring-{number}")
        expect(row).to_contain_text(reason)

    editor.presses("Import without the records below that cannot be loaded")
    editor.sees("Done.")
    expect(editor.page.locator(".import__figure", has_text="New editions")).to_contain_text("3")
    editor.opens(f"/books/a-good-book-{serial}/")
    editor.sees_title(f"A Good Book {serial}")

    editor.opens("/admin/catalogue/importrun/")
    editor.follows("spring.xml")
    editor.follows("Import a corrected file")
    hands_in(editor, "spring-corrected.xml", spring_list(serial, is_corrected=True))
    editor.sees("Nothing to report.")
    editor.presses("Import", exact=True)
    editor.sees("Done.")
    new = editor.page.locator(".import__figure", has_text="New editions")
    same = editor.page.locator(".import__figure", has_text="Editions as they are")
    expect(new).to_contain_text("3")
    expect(same).to_contain_text("3")
    editor.opens(f"/books/a-mended-book-{serial}/")
    editor.sees_title(f"A Mended Book {serial}")


@pytest.fixture
def running(shop):
    """An import that a process works on; return what moves it."""
    [(pk,)] = shop._sql(
        "INSERT INTO catalogue_importrun (name, path, fingerprint, size, is_trial, keeps_stock,"
        " covers_folder, state, problem, records_total, records_done, counts, omissions,"
        " created_at) VALUES ('large.xml', '', 'x', 1, false, false, '', 'running', '', 10, 1,"
        " '{}', '[]', now()) RETURNING id",
        [],
    )

    def move(**fields):
        for name, value in fields.items():
            shop._sql(f"UPDATE catalogue_importrun SET {name} = %s WHERE id = %s", [value, pk])

    move.path = f"/admin/catalogue/importrun/{pk}/change/"
    with contextlib.closing(psycopg2.connect(shop.database_url)) as worker:
        worker.cursor().execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield move
    shop._sql("DELETE FROM catalogue_importrun WHERE id = %s", [pk])


@with_and_without_javascript
def test_an_import_is_watched_until_it_is_done(editor, running, javascript):
    def looks_again():
        if not javascript:
            editor.follows("Look again")

    editor.opens(running.path)
    editor.sees("1 of 10 records, 10 %")

    running(records_done=6)
    looks_again()
    editor.sees("6 of 10 records, 60 %")

    running(records_done=10, state="done")
    looks_again()
    editor.sees("Done.")
    expect(editor.page.get_by_role("button", name="Stop")).to_have_count(0)
