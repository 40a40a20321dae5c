"""Storing the files of editions, so that the disk holds what the database names."""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from catalog.models import EditionFile, Product
from catalog.models.files import private_storage

_written: ContextVar[list[str]] = ContextVar("_written")


@contextmanager
def in_step(works: Iterable[int]) -> Iterator[None]:
    """Remove from disk, in the end, what the database names no more or never came to name.

    Put it around the transaction: files of the works that were deleted in it go, and so
    do files that were stored meanwhile by a transaction that was undone.
    """
    known = EditionFile.objects.filter(edition__parent__in=list(works))
    names = list(known.values_list("file", flat=True))
    token = _written.set(names)
    try:
        yield
    finally:
        _written.reset(token)
        if names:
            named = EditionFile.objects.filter(file__in=names).values_list("file", flat=True)
            for name in {*names}.difference(named):
                private_storage().delete(name)


def store(*, edition: Product, upload: Any, ending: str, by: Any) -> EditionFile | None:
    """Make an upload the file of an edition; return None if it is the file already.

    Call it inside `in_step`. The name on disk is made of the content, not of what the
    uploader called it; if two editions have the same content each has a file of its own.
    """
    digest = _digest(upload)
    current = EditionFile.objects.filter(edition=edition).first()
    if current is not None and current.sha256 == digest:
        return None
    name = f"{digest}-{secrets.token_hex(4)}{ending}"
    _written.get().append(name)
    private_storage().save(name, upload)
    return EditionFile.objects.create(
        edition=edition,
        file=name,
        original_name=upload.name,
        size=upload.size,
        sha256=digest,
        uploaded_by=by,
    )


def _digest(upload: Any) -> str:
    found = hashlib.sha256()
    for chunk in upload.chunks():
        found.update(chunk)
    upload.seek(0)
    return found.hexdigest()
