"""Where uploaded messages lie until they are imported: never where the web server looks."""

import secrets
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings


def folder() -> Path:
    """Return the folder of uploads."""
    return Path(settings.DATA_DIR).absolute() / "imports"


def keep(chunks: Iterable[bytes]) -> Path:
    """Write an upload to a file that this account alone may read."""
    place = folder()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = place / f"{secrets.token_hex(16)}.xml"
    path.touch(mode=0o600)
    with path.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
    return path
