"""End a PostgreSQL server: our own, or one that a killed command left behind."""

import contextlib
import signal
import subprocess
import time
from pathlib import Path

import psutil  # type: ignore[import-untyped]

ASKS = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)
"""End without waiting for clients, then at once, then by force."""

STOPS_WITHIN = 5.0
"""Seconds, after each of those."""

POLL = 0.02


def stop(server: subprocess.Popen[bytes]) -> None:
    """Stop a server that this process started."""
    for ask in ASKS:
        server.send_signal(ask)
        try:
            server.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            continue
        return


def end_leftover(data_dir: Path) -> None:
    """Clear up after a server whose guard was killed too, or a machine that lost power.

    The caller has claimed the data, so a server that still runs is nobody's. The pid file
    goes because PostgreSQL takes whatever process has its number by now for a server, even
    one that is dead and that nobody has asked about, as in a container without init.
    """
    pid_file = data_dir / "postmaster.pid"
    if not pid_file.exists():
        return
    for ask in ASKS:
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
