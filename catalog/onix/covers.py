"""Take the covers that records name: from a folder, or from hosts that are allowed.

Which are wanted is written down with each work; they are taken after all works are written,
one by one and outside of any transaction, so that a run that stops goes on with the next.
A cover that staff put there stays. One that an import brought is replaced when the link, or
the file in the folder, is another.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from catalog.models import ImportCover, ImportRun, Product, ProductImage
from catalog.onix.fetching import Fetcher, NotFetched
from catalog.onix.journal import Journal
from catalog.onix.record import Record
from catalog.onix.report import Remark
from catalog.pictures import MEGABYTE, MOST_MEGABYTES, PictureField

BATCH = 50
ENDINGS = (".jpg", ".jpeg", ".png", ".webp")
State = ImportCover.State


class Covers:
    """Where the covers of a run come from."""

    def __init__(self, run: ImportRun, *, fetcher: Fetcher | None = None) -> None:
        """Look through the folder once."""
        self._run = run
        self._fetcher = fetcher or Fetcher(frozenset(settings.ONIX_COVER_HOSTS))
        folder = Path(run.covers_folder) if run.covers_folder else None
        names = sorted(folder.iterdir()) if folder and folder.is_dir() else []
        self._files = {path.name.casefold(): path for path in names if path.is_file()}

    def want(self, works: Iterable[tuple[Record, Product]]) -> bool:
        """Write down the covers to take for works just written; return if there are any."""
        wanted = []
        for record, work in works:
            link = self._link(record)
            if link:
                cover = ImportCover(run=self._run, work=work, isbn=record.isbn, link=link)
                cover.reference, cover.line = record.reference[:255], record.line
                wanted.append(cover)
        # The first record of a work that has one gives it.
        ImportCover.objects.bulk_create(wanted, ignore_conflicts=True)
        return bool(wanted)

    def take_all(self, journal: Journal) -> None:
        """Take the covers that are still waiting.

        :raises Stopped: if somebody stopped the run.
        """
        waiting = self._run.covers.filter(state=State.WAITING).select_related("work")
        while batch := list(waiting.order_by("pk")[:BATCH]):
            images = _images([cover.work_id for cover in batch])
            for cover in batch:
                self._take(cover, images.get(cover.work_id), journal)
            # What brought no picture has been told of; the others say where one came from.
            self._run.covers.filter(image=None).exclude(state=State.WAITING).delete()

    def _link(self, record: Record) -> str:
        """Return the file in the folder or the link to fetch; empty if there is none."""
        for name in [f"{record.isbn}{ending}" for ending in ENDINGS]:
            if name in self._files:
                return name
        for link in record.covers:
            if _file_name(link) in self._files:
                return _file_name(link)
        for link in record.covers:
            if _host(link) in self._fetcher.hosts:
                return link
        return ""

    def note(self, record: Record) -> None:
        """Note a cover that is neither in the folder nor at an allowed host."""
        if record.covers and not self._link(record):
            host = _host(record.covers[0]) or "no address"
            record.notes.ignore("SupportingResource", f"cover at {host}, which is not allowed")

    def _take(
        self, cover: ImportCover, found: tuple[ProductImage, str, str] | None, journal: Journal
    ) -> None:
        image, link, fingerprint = found or (None, "", "")
        is_file = cover.link in self._files
        if image is not None and (not fingerprint or (link == cover.link and not is_file)):
            # Staff put it there, or it came from this very link.
            self._settle(cover, State.DONE, None, journal)
            return
        try:
            content = self._read(cover.link)
            cover.fingerprint = hashlib.sha256(content).hexdigest()
            if cover.fingerprint == fingerprint:
                self._settle(cover, State.DONE, None, journal)
                return
            # No link's last part: ".." is no name that Django takes.
            sent = SimpleUploadedFile(f"{cover.isbn}.jpg", content)
            upload = PictureField().to_python(sent)
        except (NotFetched, ValidationError, OSError) as error:
            reason = error.messages[0] if isinstance(error, ValidationError) else str(error)
            remark = Remark(cover.reference, cover.line, f"no cover: {reason}")
            self._settle(cover, State.FAILED, None, journal, remark)
            return
        old = image.original.name if image is not None else ""
        image = image or ProductImage(product=cover.work)
        image.original.save(f"{cover.isbn}{Path(upload.name).suffix}", upload, save=False)
        self._settle(cover, State.DONE, image, journal)
        if old:
            _delete_file(old)

    def _read(self, link: str) -> bytes:
        path = self._files.get(link)
        if path is None:
            return self._fetcher.fetch(link)
        if path.stat().st_size > MOST_MEGABYTES * MEGABYTE:
            message = f"{path.name} has more than {MOST_MEGABYTES} MB"
            raise NotFetched(message)
        return path.read_bytes()

    def _settle(
        self,
        cover: ImportCover,
        state: State,
        image: ProductImage | None,
        journal: Journal,
        remark: Remark | None = None,
    ) -> None:
        if remark is not None:
            journal.fail_cover(remark)
        with transaction.atomic():
            if image is not None:
                image.save()
                journal.report.covers_new += 1
            cover.state, cover.image = state, image
            cover.save()
            journal.commit(journal.run.records_done)
        journal.settle()


def _images(works: list[int]) -> dict[int, tuple[ProductImage, str, str]]:
    """Return the cover of each work, with the link and fingerprint it was imported by."""
    found: dict[int, tuple[ProductImage, str, str]] = {}
    images = ProductImage.objects.filter(product__in=works)
    for image in images.order_by("-display_order", "-pk"):
        found[image.product_id] = (image, "", "")
    keys = {image.pk: work for work, (image, _, _) in found.items()}
    for cover in ImportCover.objects.filter(image__in=keys).order_by("pk"):
        work = keys[cover.image_id or 0]
        found[work] = (found[work][0], cover.link, cover.fingerprint)
    return found


def _delete_file(name: str) -> None:
    """Delete a picture that was replaced, with its smaller renditions."""
    storage = ProductImage._meta.get_field("original").storage
    folder = str(PurePosixPath(name).with_suffix(""))
    if storage.exists(folder):
        for rendition in storage.listdir(folder)[1]:
            storage.delete(f"{folder}/{rendition}")
    storage.delete(name)


def _host(link: str) -> str:
    try:
        return urlsplit(link).hostname or ""
    except ValueError:
        return ""


def _file_name(link: str) -> str:
    try:
        path = unquote(urlsplit(link).path)
    except ValueError:
        return ""
    return PurePosixPath(path.replace("\\", "/")).name.casefold()
