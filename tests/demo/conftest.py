import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]

MANAGE = """
import os, sys, time
if sys.argv[1] == os.environ.get("FAILS"):
    sys.exit(f"{sys.argv[1]} went wrong")
if sys.argv[1] == "show":
    print(os.environ[sys.argv[2]])
if sys.argv[1] == "wait":
    print("waiting", flush=True)
    try:
        time.sleep(600)
    except KeyboardInterrupt:
        print("Ctrl-C came here")
if sys.argv[1] == "settle_payments":
    with open("settled", "a") as file:
        file.write("x")
"""

WSGI = """
import os
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [os.environ["DATABASE_URL"].encode()]
"""

STRIPE = """
import time
print("Stand-in for Stripe", flush=True)
time.sleep(600)
"""


def _hear_ctrl_c():
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Command:
    """A process of a test's, that writes to a file."""

    def __init__(self, arguments, *, cwd, env, output):
        self.output = output
        with output.open("wb") as file:
            self.process = subprocess.Popen(
                arguments,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # A shell in the background has Ctrl-C switched off, and so its children.
                preexec_fn=_hear_ctrl_c,  # noqa: PLW1509  sets one signal, takes no lock
            )

    @property
    def text(self):
        return self.output.read_text()

    def wait_for(self, text, *, seconds=30):
        """Return once the command has printed this."""
        _wait_until(lambda: text in self.text or self.process.poll() is not None, seconds)
        assert text in self.text, self.text

    def end(self, how=signal.SIGINT):
        """End the command and return its status."""
        self.process.send_signal(how)
        return self.process.wait(20)


def _wait_until(is_so, seconds=15):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


def _processes_of(folder):
    """Return the processes that were started from this folder or with it in hand."""
    found = []
    for process in psutil.process_iter():
        try:
            words = " ".join(process.cmdline())
            is_here = str(folder) in words or process.cwd() == str(folder)
            if is_here and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.fixture
def wait_until():
    """Wait for something that other processes do, within bounds."""
    return _wait_until


@pytest.fixture
def processes_of():
    """List the processes of a folder."""
    return _processes_of


@pytest.fixture
def command(tmp_path):
    """Start a command; whatever happens, it does not outlive the test."""
    started = []

    def start(*arguments, cwd=ROOT, **env):
        env = {**os.environ, "PYTHONPATH": str(cwd), "PYTHONUNBUFFERED": "1", **env}
        env = {name: value for name, value in env.items() if value is not None}
        output = tmp_path / f"output-{len(started)}.txt"
        started.append(Command([sys.executable, *arguments], cwd=cwd, env=env, output=output))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()


@pytest.fixture
def project(tmp_path):
    """Make a folder in which `make run` finds a shop of a few lines."""
    root = tmp_path / "project"
    demo = root / "bookstore" / "demo"
    (demo / "stripe").mkdir(parents=True)
    for part in (ROOT / "bookstore" / "demo").glob("*.py"):
        shutil.copy(part, demo)
    for package in [demo.parent, demo / "stripe"]:
        (package / "__init__.py").touch()
    (demo / "stripe" / "__main__.py").write_text(STRIPE)
    (demo.parent / "wsgi.py").write_text(WSGI)
    (root / "manage.py").write_text(MANAGE)
    (root / "requirements-dev.txt").write_text("# nothing\n")
    return root
