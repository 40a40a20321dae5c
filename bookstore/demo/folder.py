"""The demo's own folder: what is where, and one command at a time."""

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from typing import IO, Any

from bookstore.demo.bootstrap import DATA, RUNNING, Refused

DEMO = DATA / "demo"
LOGS = DEMO / "log"

# Somebody who looks whether the shop runs holds the lock for an instant.
CLAIMS_WITHIN = 0.5
POLL = 0.05


@contextlib.contextmanager
def claimed() -> Iterator[IO[str]]:
    """Lock the demo's data for this command; yield the file that tells others about it.

    :raises Refused: if another command has the lock.
    """
    RUNNING.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(RUNNING, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+") as file:
        deadline = time.monotonic() + CLAIMS_WITHIN
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    message = "Another command is using the demo's data: try again later"
                    raise Refused(message) from None
                time.sleep(POLL)
        write(file, {})
        LOGS.mkdir(parents=True, exist_ok=True)
        yield file


def write(file: IO[str], about: dict[str, Any]) -> None:
    """Make this the file's whole content."""
    file.seek(0)
    file.truncate()
    json.dump(about, file)
    file.flush()
