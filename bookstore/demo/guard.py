"""End what a command started, however the command itself ends.

A command that is killed outright ends nothing it started. So it starts a guard first, a
small process that reads from a pipe and outlives it: the pipe closes with the command, and
the guard then ends what the command had put in its care. That needs nothing from the
operating system but pipes and signals.
"""

# ruff: noqa: S603 - every command here is this file's own

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

PATIENCE = 8.0
"""Seconds between asking a process to end and killing it."""

POLL = 0.05


class Guard:
    """A process that ends others once the process that made it is gone."""

    def __enter__(self) -> "Guard":
        # A session of its own: Ctrl-C in the terminal must not reach it.
        reading, writing = os.pipe()
        self._pipe = os.fdopen(writing, "wb", buffering=0)
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__],
            stdin=reading,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
        os.close(reading)
        return self

    def __exit__(self, *_: object) -> None:
        self._pipe.close()
        self._process.wait()

    def watch(self, pid: int, ask: signal.Signals = signal.SIGTERM) -> None:
        """End this process, by the signal given, if its owner is gone."""
        self._tell(f"watch {pid} {ask.value}")

    def forget(self, pid: int) -> None:
        """Leave alone a process that ended."""
        self._tell(f"forget {pid} 0")

    def remove(self, folder: Path) -> None:
        """Remove this folder when everything has ended."""
        self._tell(f"remove {os.fsencode(folder).hex()} 0")

    def _tell(self, line: str) -> None:
        with contextlib.suppress(BrokenPipeError):
            self._pipe.write(line.encode() + b"\n")


def keep_watch(lines: Iterable[str]) -> None:
    """Follow what the owner says until it says no more, then end what is left."""
    asks: dict[int, int] = {}
    folders: list[Path] = []
    for line in lines:
        verb, subject, ask = line.split()
        if verb == "watch":
            asks[int(subject)] = int(ask)
        elif verb == "forget":
            asks.pop(int(subject), None)
        else:
            folders.append(Path(os.fsdecode(bytes.fromhex(subject))))
    for pid, how in reversed(asks.items()):
        _end(pid, how)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _end(pid: int, ask: int) -> None:
    """Ask a process to end; kill it and its group if it does not."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, ask)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            time.sleep(POLL)
            os.kill(pid, 0)
            if _is_zombie(pid):
                return
        os.killpg(pid, signal.SIGKILL)


def _is_zombie(pid: int) -> bool:
    """Say whether a process has ended and its parent has not asked yet.

    Orphans belong to process 1, which in a container may never ask. See proc_pid_stat(5).
    """
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state == "Z"


if __name__ == "__main__":
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    keep_watch(sys.stdin)
