"""The processes of the shop: each has a log, and none outlives its block."""

# ruff: noqa: S603 - every command here is this project's own

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bookstore.demo.bootstrap import ROOT
from bookstore.demo.folder import LOGS
from bookstore.demo.guard import Guard

STOPS_WITHIN = 6.0


@dataclass
class Child:
    """A process of the shop's, and the file that has its last words."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    ask: signal.Signals = signal.SIGTERM
    echo: threading.Thread | None = None

    def has_died(self) -> bool:
        """Say whether the process has ended."""
        return self.process.poll() is not None

    def last_words(self) -> str:
        """Return why it ended, with the end of its log."""
        text = self.log.read_text(errors="replace").strip().splitlines()[-12:]
        quoted = "\n".join(f"    {line}" for line in text)
        return f"{self.name} ended (status {self.process.returncode}):\n{quoted}"

    def stop(self) -> None:
        """Ask the process to end; kill it and what it started if it does not."""
        self.process.send_signal(self.ask)
        try:
            self.process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        if self.echo:
            self.echo.join()


@contextlib.contextmanager
def running(
    name: str,
    command: Sequence[str],
    *,
    env: dict[str, str],
    guard: Guard,
    echoes: bool = False,
) -> Iterator[Child]:
    """Run this command for as long as the block; its output goes to a log.

    :param guard: who ends it if this process cannot.
    :param echoes: whether the terminal shows the output as well.
    """
    log = LOGS / f"{name.replace(' ', '-')}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if echoes else output,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env=env,
            # Ctrl-C is for this process, which then stops the others in order.
            start_new_session=True,
        )
        child = Child(name, process, log)
        guard.watch(process.pid, child.ask)
        if echoes:
            child.echo = threading.Thread(target=_echo, args=[process.stdout, output])
            child.echo.start()
        try:
            yield child
        finally:
            child.stop()
            guard.forget(process.pid)


def _echo(source: IO[bytes], log: IO[bytes]) -> None:
    """Copy a process's output to its log and to the terminal."""
    for line in source:
        log.write(line)
        log.flush()
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.buffer.write(line)
            sys.stderr.buffer.flush()
