"""Which files an e-book or audiobook may have is told by their content."""

import pytest
from django.core.exceptions import ValidationError

from catalog import file_formats
from tests.books_files import CONTAINER, EPUB_MARK, M4B, MP3, epub, packed, pdf, upload


@pytest.mark.parametrize(
    ("type_", "content", "ending"),
    [
        ("epub", epub(), ".epub"),
        ("epub", epub("words " * 5000, compressed=["life.xhtml"]), ".epub"),
        ("pdf", pdf(), ".pdf"),
        ("audio", MP3, ".mp3"),
        ("audio", b"\xff\xfb\x90\x64" + b"\0" * 400, ".mp3"),
        ("audio", M4B, ".m4b"),
        ("audio", packed([("01.mp3", MP3), ("02.MP3", MP3), ("cover.jpg", b"x")]), ".zip"),
        ("audio", packed([("01.m4b", M4B), ("__MACOSX/._01.m4b", b"x")]), ".zip"),
    ],
)
def test_a_file_of_the_right_kind_is_taken_whatever_it_is_called(type_, content, ending):
    file = upload(content, "anything.bin")

    assert file_formats.check(file, type_) == ending
    assert file.read() == content


@pytest.mark.parametrize(
    ("type_", "content", "told"),
    [
        ("epub", pdf(), "another kind of file (PDF)"),
        ("epub", b"My life, in words", "type E-book (EPUB) choose an EPUB file."),
        ("epub", packed([("01.mp3", MP3)]), "another kind of file (ZIP)"),
        ("epub", epub(mark="application/zip"), "its first entry must be `mimetype`"),
        ("epub", epub(compressed=["mimetype"]), "its first entry must be `mimetype`"),
        (
            "epub",
            packed([(CONTAINER, "<container/>"), ("mimetype", EPUB_MARK)]),
            "its first entry must be `mimetype`",
        ),
        ("epub", packed([("mimetype", EPUB_MARK)]), "META-INF/container.xml is missing"),
        ("epub", epub()[:-30], "This file is damaged"),
        ("epub", epub("My life").replace(b"My life", b"My lift"), "damaged (life.xhtml)"),
        ("epub", epub("0" * 11_000_000, compressed=["life.xhtml"]), "far more than a book"),
        (
            "epub",
            packed([("mimetype", EPUB_MARK), (CONTAINER, ""), ("../../etc/cron", "")]),
            "outside its own folder",
        ),
        ("pdf", epub(), "another kind of file (EPUB)"),
        ("pdf", b"%PDF-1.7 and no more", "This PDF cannot be read"),
        ("pdf", pdf(password="secret"), "without a password"),
        ("pdf", pdf(pages=0), "has no page"),
        ("audio", epub(), "choose an MP3 or M4B file"),
        ("audio", packed([("01.mp3", MP3), ("run.exe", b"MZ")]), "run.exe in this ZIP"),
        ("audio", packed([("cover.jpg", b"x")]), "has no MP3 or M4B file"),
        ("audio", b"\xff\xd8\xff\xe0 a picture", "choose an MP3 or M4B file"),
    ],
)
def test_any_other_is_refused_with_what_to_do(type_, content, told):
    with pytest.raises(ValidationError) as refusal:
        file_formats.check(upload(content), type_)

    assert told in refusal.value.message


def test_more_files_than_a_book_has_are_refused(monkeypatch):
    monkeypatch.setattr(file_formats, "MOST_ENTRIES", 2)

    with pytest.raises(ValidationError, match="far more than a book"):
        file_formats.check(upload(epub()), "epub")


def test_audiobooks_may_be_larger_than_other_books(settings):
    settings.EBOOK_MEGABYTES, settings.AUDIOBOOK_MEGABYTES = 1, 2
    large = MP3 + b"\0" * 1_500_000

    assert file_formats.check(upload(large), "audio") == ".mp3"
    with pytest.raises(ValidationError, match=r"has 1.5 MB: at most 1 MB"):
        file_formats.check(upload(large), "epub")
