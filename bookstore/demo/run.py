"""Run the whole shop on this machine: `make run`.

Started with `manage ...`, run one of the shop's management commands on the same data.
"""

# ruff: noqa: S603 - every command here is this file's own

import contextlib
import fcntl
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from bookstore.demo import bootstrap, postgres
from bookstore.demo.bootstrap import DATA, ROOT, RUNNING, Refused
from bookstore.demo.guard import Guard

DEMO = DATA / "demo"
LOGS = DEMO / "log"

MANAGE = [sys.executable, str(ROOT / "manage.py")]

SETUP = {
    "Applying migrations": ["migrate", "--verbosity=0"],
    "Filling the shelves": ["demo"],
    "Collecting static files": ["collectstatic", "--noinput", "--verbosity=0"],
}

TIMER = ["settle_payments"]
TIMER_SECONDS = 60.0

# Commands that this may go without, as long as nobody has written them.
OPTIONAL = {"demo", "settle_payments"}

ANSWERS_WITHIN = 60.0
ONE_ANSWER_WITHIN = 2.0
STOPS_WITHIN = 6.0
POLL = 0.05

# The stand-in for Stripe takes the first free one of so many ports after the shop's.
STRIPE_PORTS = 20


class Stopped(Exception):
    """Somebody asked the shop to stop."""


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
    def running(
        self, name: str, command: Sequence[str], *, env: dict[str, str], echoes: bool = False
    ) -> Iterator[Child]:
        """Run this command for as long as the block; its output goes to a log.

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
            self.guard.watch(process.pid, child.ask)
            if echoes:
                child.echo = threading.Thread(target=_echo, args=[process.stdout, output])
                child.echo.start()
            try:
                yield child
            finally:
                child.stop()
                self.guard.forget(process.pid)

    @contextlib.contextmanager
    def serving(
        self, name: str, command: Sequence[str], *, env: dict[str, str], echoes: bool = False
    ) -> Iterator[None]:
        """Run this command for as long as the block; the shop cannot do without it."""
        with self.running(name, command, env=env, echoes=echoes) as child:
            self.children.append(child)
            try:
                yield
            finally:
                self.children.remove(child)

    def finish(self, name: str, command: Sequence[str], *, env: dict[str, str]) -> None:
        """Run a management command to its end.

        :raises Refused: if it fails.
        """
        with self.running(name, [*MANAGE, *command], env=env) as child:
            while not child.has_died():
                self.pause()
        if child.process.returncode and not _is_unwritten(command, child.log):
            raise Refused(child.last_words())


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
        running_file = stack.enter_context(_claimed())
        shop = Shop(stack.enter_context(Guard()))
        shop.listen_for_stops()
        LOGS.mkdir(parents=True, exist_ok=True)
        tell("Starting the database")
        env = stack.enter_context(_environment(shop, port=port, stripe_port=stripe_port))
        _write(running_file, {"address": address, "environment": env})
        stripe = _stripe(env, stripe_port, webhooks=f"{address}checkout/stripe/webhook/")
        if stripe:
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
            f"\n  Shop    {address}\n"
            f"  Staff   {address}admin/  user: staff  password: {password}\n"
            f"  Mail    {DEMO.relative_to(ROOT) / 'outbox'}    Logs  {LOGS.relative_to(ROOT)}\n"
            "\n  Ctrl-C stops it.\n\n"
        )
        sys.stdout.flush()
        _keep_time(shop, env)


def manage(command: list[str]) -> int:
    """Run a management command on the demo's data, whether the shop runs or not."""
    # Ctrl-C in a shell is for the shell. A handler, unlike SIG_IGN, ends with exec.
    signal.signal(signal.SIGINT, lambda *_: None)
    shop = bootstrap.running_shop()
    if shop is not None and "environment" in shop:
        env = shop["environment"]
        return subprocess.run([*MANAGE, *command], env=env, check=False).returncode
    with contextlib.ExitStack() as stack:
        stack.enter_context(_claimed())
        server = Shop(stack.enter_context(Guard()))
        LOGS.mkdir(parents=True, exist_ok=True)
        port = _port()
        env = stack.enter_context(_environment(server, port=port, stripe_port=port + 1))
        return subprocess.run([*MANAGE, *command], env=env, check=False).returncode


@contextlib.contextmanager
def _environment(shop: Shop, *, port: int, stripe_port: int) -> Iterator[dict[str, str]]:
    """Yield the environment of the shop's processes, with a database behind it."""
    env = dict(os.environ)
    env |= _kept_secrets()
    env |= {
        "DEMO": "1",
        "DATA_DIR": str(DEMO),
        "STATIC_ROOT": str(DEMO / "static"),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "STRIPE_API_BASE": f"http://127.0.0.1:{stripe_port}",
        "DJANGO_SETTINGS_MODULE": "bookstore.settings",
        "PYTHONUNBUFFERED": "1",
    }
    if env.get("DATABASE_URL"):
        yield env
        return
    data, log = DEMO / "database", LOGS / "database.log"
    with postgres.running(data, log=log, guard=shop.guard) as server:
        child = Child("database", server.process, server.log)
        shop.children.append(child)
        # PGHOST and PATH are for `manage.py dbshell`.
        path = f"{postgres.programs()}{os.pathsep}{env.get('PATH', os.defpath)}"
        try:
            yield env | {
                "DATABASE_URL": server.url,
                "PGHOST": str(server.sockets),
                "PATH": path,
            }
        finally:
            shop.children.remove(child)


def _port() -> int:
    """Return the port that the environment asks for."""
    return bootstrap.read_port(os.environ.get("PORT") or "8000")


def _kept_secrets() -> dict[str, str]:
    """Return this demo's own secrets, made once and kept."""
    file = DEMO / "secrets.json"
    try:
        kept: dict[str, str] = json.loads(file.read_text())
    except (FileNotFoundError, ValueError):
        kept = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "STRIPE_SECRET_KEY": f"sk_test_{secrets.token_hex(16)}",
            "STRIPE_WEBHOOK_SECRET": f"whsec_{secrets.token_hex(16)}",
        }
        file.touch(mode=0o600)
        file.write_text(json.dumps(kept))
    return kept


@contextlib.contextmanager
def _claimed() -> Iterator[IO[str]]:
    """Lock the demo's data for this command; yield the file that tells others about it.

    :raises Refused: if another command has the lock.
    """
    RUNNING.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(RUNNING, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+") as file:
        # Somebody who looks whether the shop runs holds the lock for an instant.
        deadline = time.monotonic() + 0.5
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    message = "Another command is using the demo's data: try again later"
                    raise Refused(message) from None
                time.sleep(POLL)
        _write(file, {})
        yield file


def _write(file: IO[str], about: dict[str, Any]) -> None:
    """Make this the file's whole content."""
    file.seek(0)
    file.truncate()
    json.dump(about, file)
    file.flush()


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
    if not (ROOT / "bookstore" / "demo" / "stripe" / "__main__.py").exists():
        return []
    options = {
        "port": str(port),
        "data": str(DEMO / "stripe.sqlite3"),
        "secret-key": env["STRIPE_SECRET_KEY"],
        "webhook-secret": env["STRIPE_WEBHOOK_SECRET"],
        "webhook-url": webhooks,
    }
    command = [sys.executable, "-m", "bookstore.demo.stripe"]
    return command + [f"--{name}={value}" for name, value in options.items()]


def _is_unwritten(command: Sequence[str], log: Path) -> bool:
    """Say whether a command failed because it is one of those not written yet."""
    return command[0] in OPTIONAL and f"Unknown command: '{command[0]}'" in log.read_text()


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


def _echo(source: IO[bytes], log: IO[bytes]) -> None:
    """Copy a process's output to its log and to the terminal."""
    for line in source:
        log.write(line)
        log.flush()
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.buffer.write(line)
            sys.stderr.buffer.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
