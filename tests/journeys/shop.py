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
    "DEMO_STAFF_PASSWORD": "only for journeys",
}
STAFF_PASSWORD = "only for journeys"
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
        self.env = {}

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

    def mails_to(self, address):
        """Return the subjects of all mails that an address has got."""
        mails = [
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            for path in sorted((self.folder / "outbox").glob("*.eml"))
        ]
        return [mail["Subject"] for mail in mails if mail["To"] == address]

    def runs(self, command):
        """Run a command of the shop, as its timer does."""
        subprocess.run(
            [*MANAGE, command],
            env=self.env,
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    @contextlib.contextmanager
    def hidden(self, slug):
        """Hide a book for the block; it is brought out when the block ends.

        A book that no other journey opens, as they all share the shop.
        """
        change = "UPDATE catalogue_product SET is_public = %s WHERE slug = %s"
        change += " AND structure = 'parent'"
        self._sql(change, [False, slug])
        try:
            yield
        finally:
            self._sql(change, [True, slug])

    def set_price(self, isbn, price):
        """Change the price of an edition, as staff do; return what it was."""
        return self._change_stock(isbn, "price", price)

    def leave_copies(self, isbn, copies):
        """Let so many copies be free for sale; return how many were in the house."""
        return self._change_stock(
            isbn, "num_in_stock", f"coalesce(num_allocated, 0) + {copies}"
        )

    @contextlib.contextmanager
    def notice(self, severity, country, message, *, delay_days=0):
        """Let a notice about parcels to a country be in force for the block; yield its key.

        For a country to which no other journey sends, as they all share the shop.
        """
        [(pk,)] = self._sql(
            "INSERT INTO shipping_interruption"
            " (title, message, severity, delay_days, postcodes, starts_at, is_in_bar)"
            " VALUES ('Strike', %s, %s, %s, '{}', now(), false) RETURNING id",
            [message, severity, delay_days],
        )
        self._sql(
            "INSERT INTO shipping_interruption_countries (interruption_id, country_id)"
            " VALUES (%s, %s)",
            [pk, country],
        )
        try:
            yield pk
        finally:
            for table, column, change in [
                ("checkout_heldparcel", "interruption_id", "DELETE FROM {}"),
                ("checkout_parcelnotice", "interruption_id", "UPDATE {} SET {} = NULL"),
                ("shipping_interruption_countries", "interruption_id", "DELETE FROM {}"),
                ("shipping_interruption", "id", "DELETE FROM {}"),
            ]:
                statement = f"{change.format(table, column)} WHERE {column} = %s"
                self._sql(statement, [pk])

    def end_notice(self, notice):
        """Let a notice be over."""
        ended = "UPDATE shipping_interruption SET ends_at = clock_timestamp() WHERE id = %s"
        self._sql(ended, [notice])

    def orders_of(self, address):
        """Return the states of the orders of a guest, oldest first."""
        return self._of_guest("SELECT o.status FROM order_order o", address)

    def attempts_of(self, address):
        """Return the states of a guest's attempts to pay, oldest first."""
        attempts = "checkout_paymentattempt a JOIN order_order o ON o.id = a.order_id"
        return self._of_guest(f"SELECT a.state FROM {attempts}", address)

    def _of_guest(self, selection, address):
        rows = self._sql(f"{selection} WHERE o.guest_email = %s ORDER BY o.id", [address])
        return [value for (value,) in rows]

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
        database_url, has_tables = stack.enter_context(_database())
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
                # All journeys come from one address.
                "PAYMENT_TRIES_PER_NETWORK": "10000",
                "DEMO_STAFF_PASSWORD": STAFF_PASSWORD,
            }
        )
        shop.env = env
        for command in ["demo"] if has_tables else ["migrate", "demo"]:
            subprocess.run(
                [*MANAGE, command, "--verbosity=0"],
                env=env,
                cwd=ROOT,
                check=True,
                stdout=subprocess.DEVNULL,
            )
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
def _database():
    """Make a database of the shop's own; yield its URL and whether it has tables.

    It is copied from the test database, in a tenth of a second, if there is one:
    pytest-django makes one only for a run in which other tests ask for it. PostgreSQL
    copies only a database to which nobody is connected.
    """
    connection.close()
    place = urlsplit(os.environ["DATABASE_URL"])
    model = connection.settings_dict["NAME"]
    has_tables = model != place.path[1:]
    name = f"test_{place.path[1:]}_journeys_{os.environ.get('PYTEST_XDIST_WORKER', 'only')}"
    url = place._replace(path=f"/{name}").geturl()
    with _maintenance(place) as run:
        run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        if has_tables:
            run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [model],
            )
        run(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{model}"' if has_tables else ""))
    try:
        yield url, has_tables
    finally:
        with _maintenance(place) as run:
            run(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextlib.contextmanager
def _maintenance(place):
    """Yield what runs a statement outside of any transaction and of the databases meant."""
    server = psycopg2.connect(place._replace(path="/postgres").geturl())
    with contextlib.closing(server):
        server.autocommit = True
        yield server.cursor().execute
