"""Make a database cluster: PostgreSQL's word for the folder that it keeps databases in."""

import contextlib
import locale
import os
import shutil
import subprocess
from pathlib import Path
from typing import IO

from bookstore.demo import postgres_programs
from bookstore.demo.postgres_account import Account
from bookstore.demo.postgres_programs import NotServed

NAME = "bookstore"
"""Of the database and of the role that owns it."""


def make(
    data_dir: Path, *, account: Account | None, throwaway: bool, output: IO[bytes]
) -> None:
    """Make the folder with an empty database in it; all of it or nothing.

    :raises NotServed: if that fails, or the folder holds something else.
    """
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
        process = postgres_programs.start(
            command, account=account, stdin=subprocess.PIPE, stdout=output, stderr=output
        )
        process.communicate(text)
        if process.returncode:
            log = Path(output.name)
            raise NotServed(postgres_programs.failure(f"{command[0]} failed", log))
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
