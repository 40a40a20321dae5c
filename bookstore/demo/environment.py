"""The environment variables of the demo's processes, and the database that one names."""

import contextlib
import json
import os
import secrets
from collections.abc import Iterator

from bookstore.demo import postgres
from bookstore.demo.bootstrap import Refused
from bookstore.demo.children import Child
from bookstore.demo.folder import DEMO, LOGS
from bookstore.demo.shop import Shop

TEST_KEYS = ("sk_test_", "rk_test_")


@contextlib.contextmanager
def with_database(shop: Shop, *, port: int, stripe_port: int) -> Iterator[dict[str, str]]:
    """Yield the environment of the shop's processes, with a database behind it.

    :raises Refused: if a key is given that could move money.
    """
    env = dict(os.environ)
    env |= _kept_secrets()
    env |= {
        "DEMO": "1",
        "DATA_DIR": str(DEMO),
        "STATIC_ROOT": str(DEMO / "static"),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "bookstore.settings",
        "PYTHONUNBUFFERED": "1",
    }
    env |= _payments(stripe_port)
    if env.get("DATABASE_URL"):
        yield env
        return
    data, log = DEMO / "database", LOGS / "database.log"
    with postgres.running(data, log=log, guard=shop.guard) as server:
        # PGHOST and PATH are for `manage.py dbshell`.
        path = f"{postgres.programs()}{os.pathsep}{env.get('PATH', os.defpath)}"
        with shop.needing(Child("database", server.process, server.log)):
            yield env | {
                "DATABASE_URL": server.url,
                "PGHOST": str(server.sockets),
                "PATH": path,
            }


def _payments(stripe_port: int) -> dict[str, str]:
    """Return where payments go: the stand-in, or the test account whose key is given.

    :raises Refused: if that key could move money.
    """
    key = os.environ.get("STRIPE_TEST_KEY")
    if not key:
        return {"STRIPE_API_BASE": f"http://127.0.0.1:{stripe_port}"}
    if not key.startswith(TEST_KEYS):
        message = f"STRIPE_TEST_KEY must begin with {TEST_KEYS[0]}: the demo moves no money"
        raise Refused(message)
    return {
        "STRIPE_API_BASE": "",
        "STRIPE_SECRET_KEY": key,
        "STRIPE_WEBHOOK_SECRET": os.environ.get("STRIPE_TEST_WEBHOOK_SECRET", ""),
    }


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
