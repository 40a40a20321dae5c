"""A whole shop of its own for the journeys: database, web server, payment page, outbox."""

import contextlib
import email
import email.policy
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from django.db import connection

from bookstore.demo.guard import Guard
from bookstore.demo.stripe import StandIn

ROOT = Path(__file__).resolve().parents[2]
SECRETS = {
    "SECRET_KEY": "only-for-journeys-0123456789-0123456789-0123456789-0123456789",
    "STRIPE_SECRET_KEY": "sk_test_only_for_journeys",
    "STRIPE_WEBHOOK_SECRET": "whsec_only_for_journeys",
}
UNSET = ["DEBUG", "EMAIL_URL", "REDIS_URL", "SENTRY_DSN", "STATIC_ROOT", "MEDIA_ROOT"]
MANAGE = [sys.executable, str(ROOT / "manage.py")]
SERVE = [
    *[sys.executable, "-m", "gunicorn", "bookstore.wsgi", "--workers=1", "--threads=8"],
    *["--log-level=warning", "--graceful-timeout=1", "--no-control-socket"],
]
PATIENCE = 10.0  # seconds until something that another process does has been done


class Shop:
    """Where the shop is, and what staff and the outside world do to it."""

    def __init__(self, *, url, stripe, database_url, folder):
        self.url = url
        self.stripe = stripe
        self.database_url = database_url
        self.folder = folder
        self.log = folder / "web.log"

    @property
    def origins(self):
        """The only places that any page may ask for anything."""
        return {self.url, self.stripe.base_url}

    def mail_to(self, address, *, about):
        """Wait for the mail to an address whose subject says this; return it."""
        outbox = self.folder / "outbox"
        found = []

        def has_come():
            for path in outbox.glob("*.eml"):
                mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                if mail["To"] == address and about in mail["Subject"] and mail.is_multipart():
                    found.append(mail)
            return bool(found)

        wait_until(has_come)
        return found[0]

    def set_price(self, isbn, price):
        """Change the price of an edition, as staff do; return what it was."""
        return self._change_stock(isbn, "price", price)

    def leave_copies(self, isbn, copies):
        """Let so many copies be free for sale; return how many were in the house."""
        return self._change_stock(
            isbn, "num_in_stock", f"coalesce(num_allocated, 0) + {copies}"
        )

    def orders_of(self, address):
        """Return the states of the orders of a guest, oldest first."""
        rows = self._sql(
            "SELECT status FROM order_order WHERE guest_email = %s ORDER BY id", [address]
        )
        return [status for (status,) in rows]

    def _change_stock(self, isbn, column, value):
        which = (
            "FROM catalogue_product edition WHERE edition.upc = %s AND product_id = edition.id"
        )
        [(was,)] = self._sql(f"SELECT {column} FROM partner_stockrecord, {which[5:]}", [isbn])
        self._sql(f"UPDATE partner_stockrecord SET {column} = {value} {which}", [isbn])
        return was

    def _sql(self, statement, values):
        with contextlib.closing(psycopg2.connect(self.database_url)) as database, database:
            cursor = database.cursor()
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []


def wait_until(is_so):
    """Return once something is so that other processes bring about."""
    deadline = time.monotonic() + PATIENCE
    pause = threading.Event()
    while not is_so():
        assert time.monotonic() < deadline, "waited too long"
        pause.wait(0.02)


@contextlib.contextmanager
def open_shop(folder):
    """Run a shop with the demo's books, for as long as the block."""
    with contextlib.ExitStack() as stack:
        database_url = stack.enter_context(_copy_of_test_database())
        stripe = StandIn(
            secret_key=SECRETS["STRIPE_SECRET_KEY"],
            webhook_secret=SECRETS["STRIPE_WEBHOOK_SECRET"],
        )
        stack.enter_context(stripe.serving())
        # The port is taken here and handed on, so that nothing else can take it meanwhile.
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=64))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        stripe.webhook_url = f"{url}/checkout/stripe/webhook/"
        shop = Shop(url=url, stripe=stripe, database_url=database_url, folder=folder)
        kept = {name: value for name, value in os.environ.items() if name not in UNSET}
        env = (
            kept
            | SECRETS
            | {
                "DEMO": "1",
                "DJANGO_SETTINGS_MODULE": "bookstore.settings",
                "DATABASE_URL": database_url,
                "DATA_DIR": str(folder),
                "SITE_URL": url,
                "ALLOWED_HOSTS": "127.0.0.1",
                "STRIPE_API_BASE": stripe.base_url,
            }
        )
        subprocess.run([*MANAGE, "demo"], env=env, cwd=ROOT, check=True, stdout=subprocess.PIPE)
        stack.enter_context(_serving(shop, listener, env))
        yield shop


@contextlib.contextmanager
def _serving(shop, listener, env):
    """Serve the shop at a listening socket; whatever happens, the server ends with us."""
    with Guard() as guard, shop.log.open("wb") as log:
        server = subprocess.Popen(
            [*SERVE, f"--bind=fd://{listener.fileno()}"],
            env=env,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=[listener.fileno()],
            start_new_session=True,
        )
        guard.watch(server.pid)
        try:
            yield
        finally:
            server.terminate()
            try:
                server.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
            guard.forget(server.pid)


@contextlib.contextmanager
def _copy_of_test_database():
    """Copy the test database, empty as it is between tests; yield the copy's URL.

    A copy takes a tenth of a second, migrations take many. PostgreSQL copies only a
    database to which nobody is connected.
    """
    connection.close()
    model = connection.settings_dict["NAME"]
    copy = f"{model}_journeys"
    place = urlsplit(os.environ["DATABASE_URL"])
    with _maintenance(place) as run:
        run(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')
        run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{model}'")
        run(f'CREATE DATABASE "{copy}" TEMPLATE "{model}"')
    try:
        yield place._replace(path=f"/{copy}").geturl()
    finally:
        with _maintenance(place) as run:
            run(f'DROP DATABASE "{copy}" WITH (FORCE)')


@contextlib.contextmanager
def _maintenance(place):
    """Yield what runs a statement outside of any transaction and of the databases meant."""
    server = psycopg2.connect(place._replace(path="/postgres").geturl())
    with contextlib.closing(server):
        server.autocommit = True
        yield server.cursor().execute
