"""Find a browser for the journeys, and install one if there is none."""

# ruff: noqa: S603 - every command here is this file's own

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
]
MAC_PROGRAMS = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
]

STARTS_WITHIN = 30.0
INSTALLS_WITHIN = 600.0
"""Seconds; a browser is some 150 MB."""


class NoBrowser(Exception):
    """No browser was found and none could be installed; the message says what helps."""


def find_browser() -> str:
    """Return the path of a Chromium that starts, installing one if need be.

    BROWSER_PATH decides, if it is set.

    :raises NoBrowser: if there is none.
    """
    chosen = os.environ.get("BROWSER_PATH")
    if chosen:
        if _starts(chosen):
            return chosen
        message = f"BROWSER_PATH={chosen} does not start: correct it, or unset it"
        raise NoBrowser(message)
    for path in _installed():
        return path
    for what, command in _installers():
        _say(f"No browser found: installing one with {what}")
        if _succeeds(command):
            for path in _installed():
                return path
    message = (
        "The journeys need a browser and none could be installed: install Chromium or Chrome "
        "(`sudo apt install chromium`), or set BROWSER_PATH to one"
    )
    raise NoBrowser(message)


def _installed() -> Iterator[str]:
    """Yield the browsers of this machine that start."""
    candidates = [path for path in map(shutil.which, NAMES) if path]
    candidates += MAC_PROGRAMS
    for path in candidates:
        if _starts(path):
            yield path
    playwright = _playwright_path()
    if _starts(playwright):
        yield playwright


def _playwright_path() -> str:
    """Return where playwright keeps its own Chromium, installed or not."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - half a second

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def _starts(path: str) -> bool:
    """Say whether this browser starts: some are stubs, some lack a library."""
    if not Path(path).is_file():
        return False
    try:
        answer = subprocess.run(
            [path, "--version"], capture_output=True, timeout=STARTS_WITHIN, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def _installers() -> Iterator[tuple[str, list[str]]]:
    """Yield the ways to install a browser here, with the shell's words for each."""
    playwright = [sys.executable, "-m", "playwright", "install"]
    yield "playwright", [*playwright, "chromium"]
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0:
        install = f"{apt} update && {apt} install -y --no-install-recommends chromium"
        yield "apt-get", ["/bin/sh", "-c", install]


def _succeeds(command: list[str]) -> bool:
    """Run a command, its output going to the terminal; say whether it succeeded."""
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        # Standard output is for the path alone.
        done = subprocess.run(
            command, stdout=sys.stderr, timeout=INSTALLS_WITHIN, env=env, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _say(line: str) -> None:
    """Print a line of progress."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def main() -> int:
    """Print the path."""
    try:
        sys.stdout.write(f"{find_browser()}\n")
    except NoBrowser as reason:
        _say(str(reason))
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
