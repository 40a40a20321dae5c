"""A whole message, piece by piece."""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.conf import settings

from catalog.onix.export.elements import Element, flag, part, xml
from catalog.onix.export.record import Account, product
from catalog.onix.export.selection import Selection

RELEASES: Final = ("3.0", "3.1")
NEWEST: Final = "3.1"


@dataclass(frozen=True)
class Style:
    """How a message is written."""

    sent: datetime
    release: str = NEWEST
    is_short: bool = False
    """Whether elements have their short names, such as b036 for PersonName."""


def pieces(selection: Selection, style: Style, account: Account) -> Iterator[bytes]:
    """Yield the message, one record at a time; only a chunk of works is held in memory.

    The same catalogue gives the same bytes, but for the time it was sent.

    :raises NothingOfThatName: as `Selection.works` does.
    """
    names = "short" if style.is_short else "reference"
    root = "ONIXmessage" if style.is_short else "ONIXMessage"
    space = f"http://ns.editeur.org/onix/{style.release}/{names}"
    works = selection.works()
    first = next(works, None)
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<{root} xmlns="{space}" release="{style.release}">\n'.encode()
    yield _line(_header(style.sent), style)
    while first is not None:
        account.works += 1
        for edition in first.chosen_editions:
            record = product(edition, first, account)
            if record is not None:
                yield _line(record, style)
        first = next(works, None)
    if not account.editions:
        yield _line(flag("NoProduct"), style)
    yield f"</{root}>\n".encode()


def write(path: Path, selection: Selection, style: Style) -> Account:
    """Write the message to a file, whole or not at all; return what was written.

    :raises NothingOfThatName: as `Selection.works` does.
    :raises OSError: if the file cannot be written.
    """
    account = Account()
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(pieces(selection, style, account))
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return account


def _header(sent: datetime) -> Element:
    sender = part(
        "Sender",
        part("SenderName", settings.SHOP_NAME),
        part("EmailAddress", settings.SHOP_EMAIL),
    )
    time = f"{sent.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    header = flag("Header")
    for piece in (sender, part("SentDateTime", time)):
        if piece is not None:
            header.append(piece)
    return header


def _line(element: Element, style: Style) -> bytes:
    return xml(element, depth=1, is_short=style.is_short)
