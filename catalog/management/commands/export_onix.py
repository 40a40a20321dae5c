"""`manage.py export_onix FILE`: write the catalogue as an ONIX for Books message."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalog.isbn import clean_isbn
from catalog.onix.export.message import NEWEST, RELEASES, Style, write
from catalog.onix.export.selection import NothingOfThatName, Selection


class Command(BaseCommand):
    """Write an ONIX message and say what is in it."""

    help = (
        "Write the editions that readers see, or a choice of them, as an ONIX for Books "
        "message. The file appears when it is complete, or not at all."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, the choice of editions and the style."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--release", choices=RELEASES, default=NEWEST)
        parser.add_argument("--short", action="store_true", help="use the short names of tags")
        parser.add_argument(
            "--isbn", nargs="+", type=_isbn, default=[], help="only these editions"
        )
        parser.add_argument(
            "--subject",
            nargs="+",
            default=[],
            help="only these subjects, by address or Thema code, with all below them",
        )
        parser.add_argument(
            "--hidden", action="store_true", help="also editions that readers do not see"
        )
        parser.add_argument(
            "--sent",
            type=_time,
            help="the time to give as sent, such as 2026-11-24T18:00Z; else the time now",
        )

    def handle(self, *args: object, **options: Any) -> None:
        """Write the file; say what is in it and what is not."""
        selection = Selection(
            isbns=frozenset(options["isbn"]),
            subjects=options["subject"],
            with_hidden=options["hidden"],
        )
        style = Style(
            sent=options["sent"] or timezone.now(),
            release=options["release"],
            is_short=options["short"],
        )
        path = options["file"]
        try:
            account = write(path, selection, style)
        except NothingOfThatName as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            message = f"{path}: {error.strerror or error}"
            raise CommandError(message) from error
        if options["verbosity"] > 0:
            for note in account.notes:
                self.stdout.write(note)
            counted = f"{account.editions} editions of {account.works} works"
            self.stdout.write(f"{path}: {counted}, ONIX {style.release}")
        if not account.editions:
            self.stderr.write("Nothing of that choice is in the catalogue: an empty message.")


def _isbn(text: str) -> str:
    try:
        return clean_isbn(text)
    except ValidationError as error:
        raise ArgumentTypeError(error.messages[0]) from error


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"{text} is not a time such as 2026-11-24T18:00Z"
        raise ArgumentTypeError(message) from error
    return time if time.tzinfo else time.replace(tzinfo=UTC)
