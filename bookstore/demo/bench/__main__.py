"""Measure what pages cost with many books: CPU of this process and of its database.

`--works N` chooses how many; a library once written is kept until `make clean`.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bookstore.demo import postgres
from bookstore.demo.bootstrap import DATA

WARM_UP = 3
NANOSECONDS = 1e6  # in a millisecond


@dataclass(frozen=True)
class Cost:
    """What one page cost, in milliseconds of CPU a request."""

    web: float
    database: float
    bytes: int

    @property
    def total(self) -> float:
        """Both together."""
        return self.web + self.database


def main() -> int:
    """Write the library if need be, ask each page many times, print a table."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--works", type=int, default=50_000)
    parser.add_argument("--requests", type=int, default=30)
    parser.add_argument("pages", nargs="*", help="addresses to ask instead of the usual ones")
    options = parser.parse_args()
    folder = DATA / "bench" / f"works-{options.works}"
    with postgres.running(folder / "database", throwaway=True) as server:
        os.environ |= {
            "DEMO": "1",
            "SECRET_KEY": "only-for-measuring-0123456789-0123456789-0123456789-01234",
            "DATABASE_URL": server.url,
            "DATA_DIR": str(folder),
            "SITE_URL": "http://127.0.0.1",
            "DJANGO_SETTINGS_MODULE": "bookstore.settings",
        }
        _prepare(folder, works=options.works)
        _measure(options.pages, requests=options.requests)
    return 0


def _prepare(folder: Path, *, works: int) -> None:
    import django  # noqa: PLC0415 - the environment has to be there first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from bookstore.demo.bench import library  # noqa: PLC0415
    from catalog.models import Product  # noqa: PLC0415

    started = time.monotonic()
    call_command("migrate", verbosity=0)
    if not Product.objects.exists():
        sys.stdout.write(f"Writing {works:,} works ...\n")
        library.write(works=works)
        sys.stdout.write(f"Written in {time.monotonic() - started:.0f} s\n")
    is_indexed = folder / "indexed"
    sources = [*Path("catalog/search").rglob("*.py"), *Path("catalog/migrations").glob("*.py")]
    newest = max(source.stat().st_mtime for source in sources)
    if not is_indexed.exists() or is_indexed.stat().st_mtime < newest:
        started = time.monotonic()
        call_command("index_books")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        is_indexed.touch()
        sys.stdout.write(f"Indexed in {time.monotonic() - started:.0f} s\n")


def _measure(pages: list[str], *, requests: int) -> None:
    from django.test import Client  # noqa: PLC0415

    from bookstore.demo.bench.pages import PAGES  # noqa: PLC0415

    client = Client(headers={"host": "127.0.0.1"})
    sys.stdout.write(f"\n{'page':58} {'web':>6} {'db':>6} {'both':>6} ms CPU {'kB':>5}\n")
    for path in pages or PAGES:
        cost = _cost(lambda path=path: _ask(client, path), requests=requests)  # type: ignore[misc]
        sys.stdout.write(
            f"{path:58} {cost.web:6.1f} {cost.database:6.1f} {cost.total:6.1f}"
            f"        {cost.bytes / 1000:5.1f}\n"
        )
        sys.stdout.flush()


def _ask(client: "object", path: str) -> int:
    response = client.get(path, follow=False)  # type: ignore[attr-defined]
    if response.status_code not in {200, 302}:
        message = f"{path} answers {response.status_code}"
        raise RuntimeError(message)
    return len(response.content)


def _cost(ask: Callable[[], int], *, requests: int) -> Cost:
    from django.db import connection  # noqa: PLC0415

    for _ in range(WARM_UP):
        size = ask()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone() or (0,)
    web, database = [], []
    for _ in range(requests):
        before, before_there = time.process_time(), _backend_time(backend)
        ask()
        web.append((time.process_time() - before) * 1000)
        database.append(_backend_time(backend) - before_there)
    return Cost(statistics.median(web), statistics.median(database), size)


def _backend_time(process: int) -> float:
    """Return the CPU that a process of the database has had, in milliseconds (Linux)."""
    spent = Path(f"/proc/{process}/schedstat").read_text().split()[0]
    return int(spent) / NANOSECONDS


if __name__ == "__main__":
    sys.exit(main())
