"""Make the project's own Python environment, so that a fresh machine can run the shop.

Run by the system's Python, whatever it is: standard library only, and no syntax that a
Python too old for the shop cannot read, so that it lives to say so.
"""

# ruff: noqa: S603 - every command here is this file's own

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

if sys.version_info < (3, 11):  # noqa: UP036 - this is the file that finds out
    sys.exit(
        "The bookstore needs Python 3.11 or newer, and this is {}.{}: install a newer one and "
        "name it, as in `make run PYTHON=python3.13`".format(*sys.version_info[:2])
    )

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
REQUIREMENTS = ROOT / "requirements-dev.txt"
DATA = ROOT / ".data"
NEEDS_MEGABYTES = 1500
PORTS = range(1024, 65_001)

RUNNING = DATA / "demo" / "running.json"
"""Locked and filled in by `make run` for as long as it runs."""


class Refused(Exception):
    """The command cannot go on; the message says why and what helps."""


def main(arguments: list[str]) -> int:
    """Prepare the environment.

    With `--port N`, first make sure that the shop can be opened there; with `lock`, pin the
    requirements anew instead; with `clean`, remove what this and the demo have made.
    """
    started = time.monotonic()
    try:
        if arguments == ["lock"]:
            lock_requirements()
        elif arguments == ["clean"]:
            remove_everything()
        else:
            if arguments[:1] == ["--port"]:
                refuse_taken_port(read_port("".join(arguments[1:])))
            prepare(lambda line: say(line, since=started))
    except Refused as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    except PermissionError as error:
        sys.stderr.write(f"{another_owner(error)}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. The same command goes on from here.\n")
        return 130
    return 0


def another_owner(error: PermissionError) -> str:
    """Say what helps when a file cannot be used, as after an earlier run with sudo."""
    return (
        f"{error.filename} cannot be used: it belongs to another user, perhaps since a run "
        "with sudo. Change its owner, or start anew with `sudo make clean`"
    )


def say(line: str, *, since: float) -> None:
    """Print a line of progress with the seconds that passed."""
    sys.stdout.write(f"{time.monotonic() - since:6.1f} s  {line}\n")
    sys.stdout.flush()


def read_port(text: str) -> int:
    """Return the port number in this text."""
    if not text.isascii() or not text.isdigit() or int(text) not in PORTS:
        message = f"PORT={text} is not a port from {PORTS[0]} to {PORTS[-1]}"
        raise Refused(message)
    return int(text)


def refuse_taken_port(port: int) -> None:
    """Refuse to start if the shop runs already or another program has the port."""
    shop = running_shop()
    if shop is not None:
        address = shop.get("address")
        if address:
            message = f"The shop is running already: {address} (Ctrl-C there stops it)"
        else:
            message = "Another command is using the demo's database: try again when it is done"
        raise Refused(message)
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            message = f"Another program has port {port}: choose one with `make run PORT=9000`"
            raise Refused(message) from None


def running_shop() -> dict[str, Any] | None:
    """Return what the shop that runs from this folder says of itself, or None."""
    try:
        file = RUNNING.open()
    except FileNotFoundError:
        return None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            with contextlib.suppress(ValueError):
                about: dict[str, Any] = json.load(file)
                return about
            return {}
    return None


def prepare(tell: Callable[[str], None]) -> None:
    """Make .venv hold exactly what requirements-dev.txt pins; at once if it does."""
    DATA.mkdir(exist_ok=True)
    with (DATA / "bootstrap.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("Waiting for another command that installs the requirements")
            fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
        stamp = VENV / "installed"
        has = ask_venv()
        if has and stamp.exists() and stamp.read_text() == f"{wanted} {has}":
            return
        free = shutil.disk_usage(ROOT).free // 1_000_000
        if free < NEEDS_MEGABYTES:
            message = f"The disk has {free} MB left and the shop needs {NEEDS_MEGABYTES}"
            raise Refused(message)
        if not ask_venv("import pip"):
            make_venv(tell)
        stamp.unlink(missing_ok=True)
        install(tell)
        stamp.write_text(f"{wanted} {ask_venv()}")
        tell("Requirements installed")


def ask_venv(also: str = "pass") -> str:
    """Return the version of the environment's Python; nothing if it is not sound.

    Without its pyvenv.cfg it would be the system's Python by another name, and pip would
    install there.
    """
    code = f"""
import sys
assert sys.prefix != sys.base_prefix
assert sys.version_info >= (3, 11)
{also}
print(*sys.version_info[:2])
"""
    try:
        answer = subprocess.run(
            [str(VENV / "bin" / "python"), "-I", "-c", code],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except OSError:
        return ""
    return answer.stdout.decode().strip() if answer.returncode == 0 else ""


def make_venv(tell: Callable[[str], None]) -> None:
    """Make an empty environment in place of whatever is there."""
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            message = (
                f"This Python comes without `{module}`: on Debian or Ubuntu, "
                "`apt install python3-venv`"
            )
            raise Refused(message)
    tell(f"Making .venv with Python {sys.version.split()[0]}")
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if made.returncode:
        last = (made.stdout.decode(errors="replace").strip().splitlines() or [""])[-1]
        message = (
            f"Making .venv failed ({last}): on Debian or Ubuntu, `apt install python3-venv`"
        )
        raise Refused(message)


def install(tell: Callable[[str], None]) -> None:
    """Install the pinned requirements, hashes checked."""
    tell("Installing the requirements (a minute or two the first time)")
    pip = [str(VENV / "bin" / "python"), "-I", "-m", "pip", "--disable-pip-version-check"]
    command = [*pip, "install", "--require-hashes", "--progress-bar", "off"]
    with subprocess.Popen(
        [*command, "-r", str(REQUIREMENTS)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    ) as process:
        complaints: list[str] = []
        reader = threading.Thread(target=complaints.extend, args=[process.stderr])
        reader.start()
        for line in process.stdout or ():
            if line.lstrip().startswith(
                ("Downloading", "Using cached", "Building", "Installing")
            ):
                tell("  " + line.strip()[:100])
        reader.join()
    if process.returncode:
        raise Refused(why_pip_failed("".join(complaints)))


def why_pip_failed(complaint: str) -> str:
    """Turn what pip wrote into one line with a remedy."""
    network = ["NewConnectionError", "ConnectTimeout", "ReadTimeout", "ProxyError", "SSLError"]
    network += ["name resolution", "No matching distribution"]
    if "No space left" in complaint or "Disk quota" in complaint:
        return "The disk is full: make room and run the command again"
    if "DO NOT MATCH THE HASHES" in complaint:
        return "A package is not the one that was pinned (its hash differs): refused"
    if any(word in complaint for word in network):
        return (
            "The package index cannot be reached: check the network, or pip's proxy and index "
            "settings (`pip config list`), and run the command again"
        )
    errors = [line for line in complaint.splitlines() if line.strip()]
    reason = errors[-1].strip() if errors else "it gave no reason"
    return f"pip failed: {reason}"


def lock_requirements() -> None:
    """Pin anew what pyproject.toml asks for, with hashes, for every Python and system."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "-q"]
        uv = Path(folder) / "bin" / "uv"
        compile_ = [str(uv), "pip", "compile", "--universal", "--python-version", "3.11"]
        compile_ += ["--generate-hashes", "--no-emit-index-url", "--no-header", "--quiet"]
        compile_ += ["--upgrade", "pyproject.toml", "-o"]
        for command in (
            [*pip, "--target", folder, "uv"],
            [*compile_, "requirements.txt"],
            [*compile_, "requirements-dev.txt", "--extra", "dev", "-c", "requirements.txt"],
        ):
            if subprocess.run(command, cwd=str(ROOT), check=False).returncode:
                message = "The requirements could not be pinned; the reason is above"
                raise Refused(message)


def remove_everything() -> None:
    """Remove the environment and the demo's data, back to a fresh clone."""
    if running_shop() is not None:
        message = "The shop is running: stop it first"
        raise Refused(message)
    for folder in (VENV, DATA):
        if folder.exists():
            try:
                shutil.rmtree(folder)
            except OSError as error:
                message = f"{error.filename} cannot be removed ({error.strerror})"
                raise Refused(message) from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
