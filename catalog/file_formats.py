"""Which files the shop takes for a digital edition, told by their content.

EPUB: EPUB 3.3, section 4.2 (OCF ZIP container). MP3: ISO 11172-3, frame header, or an ID3v2
tag before it. M4B and M4A: ISO 14496-12, the `ftyp` box.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from pypdf import PdfReader

from catalog.models import Product

Type = Product.PublicationType

MEGABYTE = 1_000_000
ENDINGS = {
    Type.EPUB: {".epub"},
    Type.PDF: {".pdf"},
    Type.AUDIO: {".mp3", ".m4b", ".m4a", ".zip"},
}
MEDIA_TYPES = {
    ".epub": "application/epub+zip",
    ".pdf": "application/pdf",
    ".mp3": "audio/mpeg",
    ".m4b": "audio/mp4",
    ".m4a": "audio/mp4",
    ".zip": "application/zip",
}
TAKEN = {
    Type.EPUB: "an EPUB file",
    Type.PDF: "a PDF file",
    Type.AUDIO: "an MP3 or M4B file, or a ZIP of such files",
}
EPUB_MARK = b"application/epub+zip"
# Beside the tracks of an audiobook: its cover, booklet and playlist.
COMPANIONS = {".jpg", ".jpeg", ".png", ".pdf", ".txt", ".m3u", ".m3u8", ".cue"}
LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db")
FRAME = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb][\x10-\xef]")  # of layer III
BRANDS = {b"M4B ": ".m4b", b"M4A ": ".m4a", b"mp42": ".m4b"}
# So many times its size may a ZIP unpack to; text packs well, sound not at all.
RATIOS = {Type.EPUB: 20, Type.AUDIO: 2}
ALWAYS_UNPACKED = 10 * MEGABYTE
MOST_ENTRIES = 10_000


def most_megabytes(publication_type: str) -> int:
    """Return how large the file of an edition may be."""
    is_audio = publication_type == Type.AUDIO
    return settings.AUDIOBOOK_MEGABYTES if is_audio else settings.EBOOK_MEGABYTES


def help_text() -> str:
    """Say what is taken for which type, and how large."""
    kinds = "; ".join(
        f"{Type(each).label}: {words}, at most {most_megabytes(each)} MB"
        for each, words in TAKEN.items()
    )
    return f"{kinds}."


def check(upload: Any, publication_type: str) -> str:
    """Return the ending that the content calls for, such as `.epub`.

    :raises ValidationError: if the file is none of this publication type, too large,
        damaged, or would unpack to far more than it is.
    """
    most = most_megabytes(publication_type)
    if upload.size > most * MEGABYTE:
        message = f"The file has {upload.size / MEGABYTE:.1f} MB: at most {most} MB are taken."
        raise ValidationError(message)
    try:
        upload.seek(0)
        found = _ending(upload, publication_type)
    finally:
        upload.seek(0)
    if found not in ENDINGS[Type(publication_type)]:
        kind = found[1:].upper() or "not one that the shop takes"
        message = (
            f"This is another kind of file ({kind}). For an edition of type "
            f"{Type(publication_type).label} choose {TAKEN[Type(publication_type)]}."
        )
        raise ValidationError(message)
    return found


def _ending(upload: IO[bytes], publication_type: str) -> str:
    """Return what a file is, after looking into it as far as the shop takes it."""
    start = upload.read(32)
    if start.startswith(b"%PDF-"):
        if publication_type == Type.PDF:
            _check_pdf(upload)
        return ".pdf"
    if start.startswith(b"PK\x03\x04"):
        return _zip(upload, publication_type)
    return _sound(start)


def _sound(start: bytes) -> str:
    if start.startswith(b"ID3"):
        return ".mp3"
    if start[4:8] == b"ftyp":
        return BRANDS.get(start[8:12], "")
    return ".mp3" if FRAME.match(start) else ""


def _check_pdf(upload: IO[bytes]) -> None:
    upload.seek(0)
    try:
        pages = len(PdfReader(upload).pages)
    # Damaged and locked files make the library raise nearly anything.
    except Exception as error:
        message = (
            "This PDF cannot be read: it is damaged or locked by a password. "
            "Export it anew, without a password."
        )
        raise ValidationError(message) from error
    if not pages:
        message = "This PDF has no page: export it anew."
        raise ValidationError(message)


def _zip(upload: Any, publication_type: str) -> str:
    upload.seek(0)
    try:
        with zipfile.ZipFile(upload) as archive:
            is_epub = _is_epub(archive)
            if publication_type == Type.EPUB and is_epub:
                _check_epub(archive, upload.size)
            elif publication_type == Type.AUDIO and not is_epub:
                _check_tracks(archive, upload.size)
            return ".epub" if is_epub else ".zip"
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
        message = "This file is damaged: make it anew, or copy it again from where it is whole."
        raise ValidationError(message) from error


def _is_epub(archive: zipfile.ZipFile) -> bool:
    return any(entry.filename == "mimetype" for entry in archive.infolist())


def _check_epub(archive: zipfile.ZipFile, size: int) -> None:
    first = min(archive.infolist(), key=lambda entry: entry.header_offset)
    is_first = first.filename == "mimetype" and first.header_offset == 0
    is_plain = first.compress_type == zipfile.ZIP_STORED and first.file_size < MEGABYTE
    if not (is_first and is_plain and archive.read(first).strip() == EPUB_MARK):
        message = (
            "This is no valid EPUB: its first entry must be `mimetype`, not compressed, with "
            "application/epub+zip. Export it anew, and do not pack it with a ZIP program."
        )
        raise ValidationError(message)
    if "META-INF/container.xml" not in archive.namelist():
        message = "This is no valid EPUB: META-INF/container.xml is missing. Export it anew."
        raise ValidationError(message)
    _check_entries(archive, size, RATIOS[Type.EPUB])


def _check_tracks(archive: zipfile.ZipFile, size: int) -> None:
    entries = [
        entry
        for entry in archive.infolist()
        if not entry.is_dir() and not entry.filename.startswith(LITTER[0])
    ]
    names = {entry: PurePosixPath(entry.filename) for entry in entries}
    kept = [entry for entry in entries if names[entry].name not in LITTER]
    _check_entries(archive, size, RATIOS[Type.AUDIO])
    tracks = [entry for entry in kept if names[entry].suffix.lower() not in COMPANIONS]
    for entry in tracks:
        with archive.open(entry) as track:
            if not _sound(track.read(32)):
                message = (
                    f"{entry.filename} in this ZIP is no MP3 or M4B file. Beside such files "
                    "only a cover, a PDF, texts and playlists are taken: leave it out."
                )
                raise ValidationError(message)
    if not tracks:
        message = "This ZIP has no MP3 or M4B file: pack the audio files themselves."
        raise ValidationError(message)


def _check_entries(archive: zipfile.ZipFile, size: int, ratio: int) -> None:
    """Refuse what would harm whoever unpacks it; then read all of it, to see it is whole."""
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > max(ALWAYS_UNPACKED, ratio * size):
        message = (
            f"This file would unpack to {unpacked / MEGABYTE:,.0f} MB in {len(entries):,} "
            "files, far more than a book: make it anew."
        )
        raise ValidationError(message)
    if any(entry.flag_bits & 1 for entry in entries):
        message = "This file is locked by a password: make it anew, without one."
        raise ValidationError(message)
    if astray := next(_astray(entry.filename for entry in entries), None):
        message = f"This file would unpack outside its own folder ({astray}): make it anew."
        raise ValidationError(message)
    if damaged := archive.testzip():
        message = f"This file is damaged ({damaged}): make it anew."
        raise ValidationError(message)


def _astray(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        path = PurePosixPath(name.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts:
            yield name
