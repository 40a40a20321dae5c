"""The shop as it runs: its parts, and whether it is to go on."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence

from bookstore.demo import children
from bookstore.demo.bootstrap import ROOT, Refused
from bookstore.demo.children import Child
from bookstore.demo.guard import Guard

MANAGE = [sys.executable, str(ROOT / "manage.py")]

POLL = 0.05


class Stopped(Exception):
    """Somebody asked the shop to stop."""


class Shop:
    """What is running, and who asked it to stop."""

    def __init__(self, guard: Guard) -> None:
        """Begin with nothing but the guard that ends what this process leaves behind."""
        self.guard = guard
        self.children: list[Child] = []
        self._is_stopping = threading.Event()
        self._parent = os.getppid()

    def listen_for_stops(self) -> None:
        """Stop in good order on Ctrl-C, on `kill` and when the terminal closes."""
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, lambda *_: self._is_stopping.set())

    def check(self) -> None:
        """Raise if the shop is to stop, or cannot go on.

        :raises Stopped: if somebody asked for it, or killed the `make` that runs it.
        :raises Refused: if a part of the shop has died.
        """
        is_orphan = "MAKELEVEL" in os.environ and os.getppid() != self._parent
        if self._is_stopping.is_set() or is_orphan:
            raise Stopped
        for child in self.children:
            if child.has_died():
                raise Refused(child.last_words())

    def pause(self) -> None:
        """Wait a moment, and less if somebody asks the shop to stop."""
        self._is_stopping.wait(POLL)
        self.check()

    @contextlib.contextmanager
    def needing(self, child: Child) -> Iterator[None]:
        """Take this process, for as long as the block, for a part of the shop."""
        self.children.append(child)
        try:
            yield
        finally:
            self.children.remove(child)

    @contextlib.contextmanager
    def serving(
        self, name: str, command: Sequence[str], *, env: dict[str, str], echoes: bool = False
    ) -> Iterator[None]:
        """Run this command for as long as the block; the shop cannot do without it."""
        process = children.running(name, command, env=env, guard=self.guard, echoes=echoes)
        with process as child, self.needing(child):
            yield

    def finish(self, name: str, command: Sequence[str], *, env: dict[str, str]) -> None:
        """Run a management command to its end.

        :raises Refused: if it fails.
        """
        process = children.running(name, [*MANAGE, *command], env=env, guard=self.guard)
        with process as child:
            while not child.has_died():
                self.pause()
        if child.process.returncode:
            raise Refused(child.last_words())
