"""Run the whole shop on this machine: `make run`.

Started with `manage ...`, run one of the shop's management commands on the same data.
"""

# ruff: noqa: S603 - every command here is this project's own

import contextlib
import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time

from bookstore.demo import STAFF, bootstrap, environment, folder, postgres
from bookstore.demo.bootstrap import ROOT, Refused
from bookstore.demo.folder import DEMO, LOGS
from bookstore.demo.guard import Guard
from bookstore.demo.shop import MANAGE, Shop, Stopped

SETUP = {
    "Applying migrations": ["migrate", "--verbosity=0"],
    "Filling the shelves": ["demo"],
    "Collecting static files": ["collectstatic", "--noinput", "--verbosity=0"],
}

TIMER = ["settle_payments"]
TIMER_SECONDS = 60.0

ANSWERS_WITHIN = 60.0
ONE_ANSWER_WITHIN = 2.0

# The stand-in for Stripe takes the first free one of so many ports after the shop's.
STRIPE_PORTS = 20


def main(arguments: list[str]) -> int:
    """Run the shop, or a management command on its data."""
    try:
        if arguments[:1] == ["manage"]:
            return manage(arguments[1:])
        with contextlib.suppress(Stopped):
            run(_port())
    except (Refused, postgres.NotServed) as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    except PermissionError as error:
        sys.stderr.write(f"{bootstrap.another_owner(error)}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def run(port: int) -> None:
    """Start everything, say where it is, and stop everything when asked.

    :raises Stopped: if somebody asked for it.
    :raises Refused: if something is in the way.
    """
    started = time.monotonic()

    def tell(line: str) -> None:
        bootstrap.say(line, since=started)

    bootstrap.refuse_taken_port(port)
    stripe_port = _free_port(port + 1)
    address = f"http://127.0.0.1:{port}/"
    with contextlib.ExitStack() as stack:
        running_file = stack.enter_context(folder.claimed())
        shop = Shop(stack.enter_context(Guard()))
        shop.listen_for_stops()
        tell("Starting the database")
        database = environment.with_database(shop, port=port, stripe_port=stripe_port)
        env = stack.enter_context(database)
        folder.write(running_file, {"address": address, "environment": env})
        payments = "a test account at Stripe, no money moves"
        if env["STRIPE_API_BASE"]:
            payments = f"a stand-in, no money moves: {env['STRIPE_API_BASE']}/_control"
            stripe = _stripe(env, stripe_port, webhooks=f"{address}checkout/stripe/webhook/")
            stack.enter_context(shop.serving("stripe", stripe, env=env))
        password = secrets.token_urlsafe(9)
        for line, command in SETUP.items():
            tell(line)
            shop.finish(command[0], command, env=env | {"DEMO_STAFF_PASSWORD": password})
        tell("Opening the shop")
        web = f"""
            -m gunicorn bookstore.wsgi --bind 127.0.0.1:{port} --workers 2 --threads 4
            --log-level warning --graceful-timeout 3 --no-control-socket
        """.split()
        stack.enter_context(shop.serving("web", [sys.executable, *web], env=env, echoes=True))
        _wait_for_an_answer(shop, port)
        tell("Open")
        sys.stdout.write(
            f"\n  Shop      {address}\n"
            f"  Staff     {address}admin/  user: {STAFF}  password: {password}\n"
            f"  Roles     editor, orders, shipping, newsletter, owner"
            f" @{STAFF.partition('@')[2]}, the same password\n"
            f"  Payments  {payments}\n"
            f"  Mail      {DEMO.relative_to(ROOT) / 'outbox'}\n"
            f"  Logs      {LOGS.relative_to(ROOT)}\n"
            "\n  Ctrl-C stops it.\n\n"
        )
        sys.stdout.flush()
        _keep_time(shop, env)


def manage(command: list[str]) -> int:
    """Run a management command on the demo's data, whether the shop runs or not."""
    # Ctrl-C in a shell is for the shell. A handler, unlike SIG_IGN, ends with exec.
    signal.signal(signal.SIGINT, lambda *_: None)
    about = bootstrap.running_shop()
    if about is not None and "environment" in about:
        env = about["environment"]
        return subprocess.run([*MANAGE, *command], env=env, check=False).returncode
    with contextlib.ExitStack() as stack:
        stack.enter_context(folder.claimed())
        shop = Shop(stack.enter_context(Guard()))
        port = _port()
        database = environment.with_database(shop, port=port, stripe_port=port + 1)
        env = stack.enter_context(database)
        return subprocess.run([*MANAGE, *command], env=env, check=False).returncode


def _port() -> int:
    """Return the port that the environment asks for."""
    return bootstrap.read_port(os.environ.get("PORT") or "8000")


def _free_port(first: int) -> int:
    """Return the first port from here that no program has."""
    for port in range(first, first + STRIPE_PORTS):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
    message = f"Ports {first} to {first + STRIPE_PORTS - 1} are all taken: try another PORT="
    raise Refused(message)


def _stripe(env: dict[str, str], port: int, *, webhooks: str) -> list[str]:
    """Return the command that runs the stand-in for Stripe."""
    options = {
        "port": str(port),
        "data": str(DEMO / "stripe.sqlite3"),
        "secret-key": env["STRIPE_SECRET_KEY"],
        "webhook-secret": env["STRIPE_WEBHOOK_SECRET"],
        "webhook-url": webhooks,
    }
    command = [sys.executable, "-m", "bookstore.demo.stripe"]
    return command + [f"--{name}={value}" for name, value in options.items()]


def _wait_for_an_answer(shop: Shop, port: int) -> None:
    """Wait until the shop answers over HTTP, whatever it says.

    :raises Refused: if it does not.
    """
    deadline = time.monotonic() + ANSWERS_WITHIN
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ONE_ANSWER_WITHIN)
        with (
            contextlib.closing(connection),
            contextlib.suppress(OSError, http.client.HTTPException),
        ):
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            return
        shop.pause()
    message = f"The shop does not answer within {ANSWERS_WITHIN:.0f} s; see {LOGS}"
    raise Refused(message)


def _keep_time(shop: Shop, env: dict[str, str]) -> None:
    """Run the payments timer every minute until the shop is to stop."""
    due = time.monotonic() + TIMER_SECONDS
    while True:
        shop.pause()
        if time.monotonic() >= due:
            try:
                shop.finish("payments", TIMER, env=env)
            except Refused as refusal:
                # The next minute may go better, unless it is another part that has died.
                shop.check()
                sys.stderr.write(f"{refusal}\n")
            due = time.monotonic() + TIMER_SECONDS


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
