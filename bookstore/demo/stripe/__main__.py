"""Start the stand-in for Stripe from the command line."""

import argparse
import logging
import signal
import sys
import threading

from bookstore.demo.stripe.stand_in import NotATestKey, StandIn


def main() -> int:
    """Serve until told to end. Return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m bookstore.demo.stripe",
        description="A stand-in for Stripe on 127.0.0.1. No money moves.",
    )
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--data", default=":memory:", help="the SQLite file that is kept")
    parser.add_argument("--secret-key", required=True, help="begins with sk_test_")
    parser.add_argument("--webhook-secret", required=True, help="whsec_...")
    parser.add_argument("--webhook-url", default="", help="where the shop takes events")
    parser.add_argument("--verbose", action="store_true", help="log every request")
    given = parser.parse_args()
    level = logging.DEBUG if given.verbose else logging.WARNING
    logging.basicConfig(level=level, format="stripe stand-in: %(message)s")
    try:
        stand_in = StandIn(
            secret_key=given.secret_key,
            webhook_secret=given.webhook_secret,
            webhook_url=given.webhook_url,
            data=given.data,
            port=given.port,
        )
    except (NotATestKey, OSError, OverflowError) as problem:
        parser.exit(2, f"{parser.prog}: {problem}\n")
    is_over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: is_over.set())
    with stand_in.serving():
        line = f"Stand-in for Stripe (no money moves): {stand_in.base_url}/_control"
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
        is_over.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
