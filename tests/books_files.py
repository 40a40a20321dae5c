"""Files of e-books and audiobooks for tests, each as small as its format allows."""

import zipfile
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfWriter

EPUB_MARK = "application/epub+zip"
CONTAINER = "META-INF/container.xml"
MP3 = b"ID3\x04\x00\x00" + b"sound" * 20
M4B = b"\x00\x00\x00\x20ftypM4B " + b"sound" * 20


def packed(entries, *, compressed=()):
    """Return a ZIP of entries in their order."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in entries:
            way = zipfile.ZIP_DEFLATED if name in compressed else zipfile.ZIP_STORED
            archive.writestr(zipfile.ZipInfo(name), content, way)
    return file.getvalue()


def epub(text="My life", *, mark=EPUB_MARK, **options):
    entries = [("mimetype", mark), (CONTAINER, "<container/>"), ("life.xhtml", text)]
    return packed(entries, **options)


def pdf(pages=1, *, password=""):
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 300)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def upload(content, name="life.epub"):
    return SimpleUploadedFile(name, content)
