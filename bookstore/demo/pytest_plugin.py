"""Give the tests a database of their own, and settings that reach nobody.

Loaded by pyproject.toml, so that `.venv/bin/python -m pytest` is all it takes. Processes that
pytest-xdist starts inherit the environment and with it the database.
"""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bookstore.demo import postgres
from bookstore.demo.bootstrap import DATA
from bookstore.demo.guard import Guard

# Whatever the developer's shell holds, no test uses a real key or address.
ENVIRONMENT = {
    "DEMO": "1",
    "SECRET_KEY": "only-for-tests-0123456789-0123456789-0123456789-0123456789",
    "SITE_URL": "http://testserver",
    "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
    "STRIPE_SECRET_KEY": "sk_test_only_for_tests",
    "STRIPE_WEBHOOK_SECRET": "whsec_only_for_tests",
    # Port 9 discards: a test that forgets its stand-in fails at once.
    "STRIPE_API_BASE": "http://127.0.0.1:9",
}
UNSET = ["DEBUG", "EMAIL_URL", "REDIS_URL", "SENTRY_DSN", "STATIC_ROOT", "MEDIA_ROOT"]


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """Prepare the environment before pytest-django reads the settings."""
    options = early_config.known_args_namespace
    if options.help or options.version or hasattr(early_config, "workerinput"):
        return
    stack = contextlib.ExitStack()
    early_config.add_cleanup(stack.close)
    stack.enter_context(_environment(ENVIRONMENT, without=UNSET))
    guard = stack.enter_context(Guard())
    folder = Path(tempfile.mkdtemp(prefix="bookstore-tests-"))
    guard.remove(folder)
    # The database may belong to another account than the tests: see postgres.Account.
    folder.chmod(0o711)
    stack.enter_context(_environment({"DATA_DIR": str(folder / "data")}))
    if os.environ.get("DATABASE_URL"):
        return
    try:
        url = stack.enter_context(_database(folder, guard, is_kept="--reuse-db" in args))
    except postgres.NotServed as reason:
        raise pytest.UsageError(str(reason)) from None
    stack.enter_context(_environment({"DATABASE_URL": url}))


@contextlib.contextmanager
def _database(folder: Path, guard: Guard, *, is_kept: bool) -> Iterator[str]:
    """Serve a new database, or with `--reuse-db` the one of the last such run.

    A second run at the same time gets a new one.
    """
    with contextlib.ExitStack() as stack:
        if is_kept:
            with contextlib.suppress(postgres.InUse):
                kept = DATA / "test" / "database"
                server = postgres.running(kept, throwaway=True, guard=guard)
                yield stack.enter_context(server).url
                return
        server = postgres.running(folder / "database", throwaway=True, guard=guard)
        yield stack.enter_context(server).url


@contextlib.contextmanager
def _environment(values: dict[str, str], *, without: list[str] | None = None) -> Iterator[None]:
    """Set and unset environment variables for the block."""
    before = {name: os.environ.pop(name, None) for name in [*values, *(without or [])]}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
