"""The shop as it is run: gunicorn, PostgreSQL and the stand-in for Stripe, to be killed."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection

from bookstore.demo.guard import Guard
from bookstore.demo.stripe import StandIn

ROOT = Path(__file__).resolve().parents[2]
SECRETS = {
    "SECRET_KEY": "only-for-endurance-0123456789-0123456789-0123456789-0123456789",
    "STRIPE_SECRET_KEY": "sk_test_only_for_endurance",
    "STRIPE_WEBHOOK_SECRET": "whsec_only_for_endurance",
}
SERVE = [
    *[sys.executable, "-m", "gunicorn", "bookstore.wsgi"],
    *["--log-level=warning", "--graceful-timeout=1", "--no-control-socket"],
]
TIMER = [sys.executable, str(ROOT / "manage.py"), "settle_payments"]
# The same command by a clock that is ahead; its argument says by how many seconds.
TIMER_LATER = [
    *[sys.executable, "-c"],
    "import sys, time, time_machine\n"
    "from django.core.management import execute_from_command_line\n"
    "with time_machine.travel(time.time() + float(sys.argv[1])):\n"
    "    execute_from_command_line(['manage.py', 'settle_payments'])\n",
]
PATIENCE = 30.0  # seconds until something that another process does has been done


class Shop:
    """A shop whose web server can be killed and come back at the same address."""

    def __init__(self, folder, *, serving, stripe, listener, guard):
        self.folder = folder
        self.stripe = stripe
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self.webhook_url = f"{self.url}/checkout/stripe/webhook/"
        self.log = folder / "web.log"
        self._listener = listener
        self._guard = guard
        self._command = [*SERVE, *serving, f"--bind=fd://{listener.fileno()}"]
        self._server = None

    @property
    def env(self):
        """The environment of all the shop's processes."""
        return (
            os.environ
            | SECRETS
            | {
                "DEMO": "1",
                "DJANGO_SETTINGS_MODULE": "bookstore.settings",
                "DATABASE_URL": database_url(),
                "DATA_DIR": str(self.folder),
                "SITE_URL": self.url,
                "ALLOWED_HOSTS": "127.0.0.1",
                "STRIPE_API_BASE": self.stripe.base_url,
            }
        )

    def start(self):
        """Start the web server, unless it runs."""
        if self._server:
            return
        with self.log.open("ab") as log:
            self._server = subprocess.Popen(
                self._command,
                env=self.env,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[self._listener.fileno()],
                # A group of its own, so that the master and its workers die together.
                start_new_session=True,
            )
        self._guard.watch(self._server.pid)

    def stop(self):
        """End the web server as a system does that shuts down."""
        if self._server:
            self._server.terminate()
            try:
                self._server.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill()
            else:
                self._forget()

    def kill(self):
        """End the master and its workers where they stand (kill -9)."""
        os.killpg(self._server.pid, signal.SIGKILL)
        self._server.wait()
        self._forget()

    def come_back(self):
        """Start the web server after a kill; meanwhile the timer goes one round."""
        self.start()
        self.settle()

    def settle(self, *, later=timedelta(0)):
        """Run the payments timer once, by a clock that is so much later."""
        command = [*TIMER_LATER, str(later.total_seconds())] if later else TIMER
        timer = subprocess.run(
            command, env=self.env, cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert timer.returncode == 0, timer.stderr
        assert ", 0 failures" in timer.stdout, timer.stderr
        return timer.stdout

    def _forget(self):
        self._guard.forget(self._server.pid)
        self._server = None


@contextlib.contextmanager
def open_shop(folder, *, serving):
    """Run a shop on the test database, for as long as the block.

    `serving` are gunicorn's options: how many processes and threads.
    """
    with contextlib.ExitStack() as stack:
        stripe = StandIn(
            secret_key=SECRETS["STRIPE_SECRET_KEY"],
            webhook_secret=SECRETS["STRIPE_WEBHOOK_SECRET"],
            first_wait=0.2,
        )
        stack.enter_context(stripe.serving())
        # Kept here, so that the address stays the shop's while nobody serves it.
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=128))
        guard = stack.enter_context(Guard())
        shop = Shop(folder, serving=serving, stripe=stripe, listener=listener, guard=guard)
        stack.callback(shop.stop)
        shop.start()
        yield shop


def database_url():
    """Return the address of the test database, whose name pytest-django has made."""
    place = urlsplit(os.environ["DATABASE_URL"])
    return place._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


def wait_until(is_so):
    """Return once something is so that other processes bring about."""
    deadline = time.monotonic() + PATIENCE
    pause = threading.Event()
    while not is_so():
        assert time.monotonic() < deadline, "waited too long"
        pause.wait(0.02)
