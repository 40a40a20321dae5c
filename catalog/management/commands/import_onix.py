"""`manage.py import_onix FILE`: load an ONIX for Books message."""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bookstore.money import DECIMALS
from catalog.onix.editions import stockroom
from catalog.onix.importer import ImportUnderWay, import_message
from catalog.onix.message import UnreadableMessage
from catalog.onix.supply import Market

EVERY = 100
HELP = """\
Load an ONIX for Books message (3.0 or 3.1, reference or short tags) into the catalogue.

A message that is not well-formed to its last line changes nothing. A record that cannot
be loaded is reported with its reference and line and never stops the others.

Editions are found by ISBN and updated, never doubled. A record (notification types 01,
02, 03) replaces the edition as a whole: what it leaves out is emptied. Left alone are
addresses, covers, e-book files, a hidden edition, the stock of a record without a figure,
the biography, years and links of people about whom the message is silent, and
recommendations where it names none. Partial updates (04) are skipped and reported.
A deletion (05) takes the edition off sale and out of sight; nothing is removed.

Editions become one work by the relations the message states (RelatedWork 01,
RelatedProduct 06, 13, 27), never by title.

The price is the first retail price in the shop's currency that holds today for
everybody in the shop's country: with tax (types 02, 04, 42) before without (01, 03, 41).
Without one the edition is shown as not on sale.
"""


class Command(BaseCommand):
    """Load an ONIX message and print what became of it."""

    help = HELP

    def create_parser(self, *args: Any, **kwargs: Any) -> Any:
        """Keep the paragraphs of the help."""
        return super().create_parser(
            *args, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, and how strict to be."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--strict", action="store_true", help="exit with 1 if a record was skipped"
        )
        parser.add_argument(
            "--keep-stock",
            action="store_true",
            help="leave the stock of editions that are in the catalogue already as it is",
        )

    def handle(self, *args: object, **options: Any) -> None:
        """Import the file; every note is printed with --verbosity 2."""
        shows_progress = self.stdout.isatty() and options["verbosity"] > 0

        def show(count: int) -> None:
            if shows_progress and count % EVERY == 0:
                self.stdout.write(f"\r{count} records", ending="")
                self.stdout.flush()

        currency = settings.SHOP_CURRENCY
        try:
            report = import_message(
                path=options["file"],
                market=Market(
                    country=settings.SHOP_COUNTRY,
                    currency=currency,
                    decimals=DECIMALS[currency],
                    today=timezone.localdate(),
                ),
                room=stockroom(
                    shop=settings.SHOP_NAME,
                    currency=currency,
                    keeps_stock=options["keep_stock"],
                ),
                on_record=show,
            )
        except (UnreadableMessage, ImportUnderWay) as error:
            raise CommandError(str(error)) from error
        if shows_progress and report.records >= EVERY:
            self.stdout.write("")
        if options["verbosity"] > 0:
            for line in report.lines(every_remark=options["verbosity"] > 1):
                self.stdout.write(line)
        if options["strict"] and report.skipped:
            skipped = len(report.skipped)
            message = f"{skipped} of {report.records} records skipped"
            raise CommandError(message)
