"""A private PostgreSQL, from a wheel, that lives no longer than the command it serves.

It listens on a Unix socket in a folder that only its owner can enter, and nowhere else.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bookstore.demo import (
    postgres_account,
    postgres_cluster,
    postgres_ending,
    postgres_programs,
)
from bookstore.demo.guard import Guard
from bookstore.demo.postgres_account import Account
from bookstore.demo.postgres_cluster import NAME
from bookstore.demo.postgres_programs import NotServed, programs

__all__ = ["InUse", "NotServed", "Server", "programs", "running", "serving"]

STARTS_WITHIN = 60.0
"""Seconds; after a power cut PostgreSQL first replays its log."""

POLL = 0.02

# A Unix socket's path has at most 104 bytes on macOS and 108 on Linux, with a final NUL.
SOCKET_PATH_BYTES = 103
SOCKET = ".s.PGSQL.5432"

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "150",
    # A shop on one desk: room for the work of a page, not for a server's.
    "shared_buffers": "64MB",
    "jit": "off",
}

# Data that nobody will miss: never wait for a disk.
THROWAWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
}


class InUse(NotServed):
    """Another process serves this data."""


@dataclass(frozen=True)
class Server:
    """A server that takes connections."""

    url: str
    sockets: Path
    process: subprocess.Popen[bytes]
    log: Path


@contextlib.contextmanager
def serving(data_dir: Path, *, throwaway: bool = False) -> Iterator[str]:
    """Serve the database in this folder, made if need be, and yield its DATABASE_URL.

    The server ends with the block or with this process, whichever comes first. With
    `throwaway`, it is fast and a power cut may ruin the data.

    :raises InUse: if another process serves this data.
    :raises NotServed: if the server does not start.
    """
    with running(data_dir, throwaway=throwaway) as server:
        yield server.url


@contextlib.contextmanager
def running(
    data_dir: Path,
    *,
    throwaway: bool = False,
    log: Path | None = None,
    guard: Guard | None = None,
) -> Iterator[Server]:
    """Do what `serving` does and yield the server itself.

    :param log: where it writes, if not beside the data.
    :param guard: who ends it if this process cannot, if not a guard of its own.
    """
    data_dir = data_dir.absolute()
    log = log or data_dir.with_name(f"{data_dir.name}.log")
    for folder in (data_dir.parent, log.parent):
        folder.mkdir(parents=True, exist_ok=True)
    _refuse_data_of_others(data_dir)
    account = postgres_account.in_place_of_root(data_dir)
    with contextlib.ExitStack() as stack:
        stack.enter_context(_claimed(data_dir))
        guard = guard or stack.enter_context(Guard())
        output = stack.enter_context(log.open("wb"))
        postgres_ending.end_leftover(data_dir)
        if not (data_dir / "PG_VERSION").exists():
            postgres_cluster.make(data_dir, account=account, throwaway=throwaway, output=output)
        sockets = stack.enter_context(_socket_folder(account, guard))
        settings = SETTINGS | {"unix_socket_directories": str(sockets)}
        if throwaway:
            settings |= THROWAWAY_SETTINGS
        process = postgres_programs.start(
            ["postgres", "-D", str(data_dir)]
            + [word for name, value in settings.items() for word in ("-c", f"{name}={value}")],
            account=account,
            stdout=output,
            stderr=output,
        )
        guard.watch(process.pid, signal.SIGINT)
        stack.callback(guard.forget, process.pid)
        stack.callback(postgres_ending.stop, process)
        _wait_until_ready(process, data_dir, log)
        url = f"postgresql://{NAME}@/{NAME}?host={sockets}"
        yield Server(url=url, sockets=sockets, process=process, log=log)


def _refuse_data_of_others(data_dir: Path) -> None:
    """Refuse data that only its owner can serve; root serves everybody's."""
    if os.geteuid() == 0 or not data_dir.exists():
        return
    if data_dir.stat().st_uid != os.geteuid():
        message = (
            f"{data_dir} belongs to another user: run the command as that user, "
            "or remove the folder as that user to start anew"
        )
        raise NotServed(message)


@contextlib.contextmanager
def _claimed(data_dir: Path) -> Iterator[None]:
    """Keep other processes from serving the same data."""
    with data_dir.with_name(f"{data_dir.name}.lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"the database in {data_dir} is in use by another command"
            raise InUse(message) from None
        yield


@contextlib.contextmanager
def _socket_folder(account: Account | None, guard: Guard) -> Iterator[Path]:
    """Make a folder that only the server's account can enter, with a short path.

    Whoever reaches the socket may do anything in the database, without a password.
    """
    base = Path(tempfile.gettempdir())
    if len(os.fsencode(base / "bookstore-12345678" / SOCKET)) > SOCKET_PATH_BYTES or (
        account and not (account.can_reach(base) and account.can_enter(base))
    ):
        base = Path("/tmp")  # noqa: S108 - short on every system; mkdtemp makes it safe
    folder = Path(tempfile.mkdtemp(prefix="bookstore-", dir=base))
    guard.remove(folder)
    try:
        if account:
            os.chown(folder, account.user, account.group)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(server: subprocess.Popen[bytes], data_dir: Path, log: Path) -> None:
    """Wait until the server says in its pid file that it takes connections."""
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise NotServed(postgres_programs.failure("PostgreSQL ended at once", log))
        with contextlib.suppress(OSError):
            lines = (data_dir / "postmaster.pid").read_text().split("\n")
            if lines[0] == str(server.pid) and "ready" in map(str.strip, lines[7:]):
                return
        time.sleep(POLL)
    raise NotServed(
        postgres_programs.failure(f"PostgreSQL is not ready after {STARTS_WITHIN:.0f} s", log)
    )
