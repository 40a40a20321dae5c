"""`manage.py import_onix FILE`: load an ONIX for Books message."""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.models import ImportRun
from catalog.onix import report, runs
from catalog.onix.importer import ImportUnderWay, load_run
from catalog.onix.journal import Stopped
from catalog.onix.message import UnreadableMessage

EVERY = 50
WIDTH = 30
HELP = """\
Load an ONIX for Books message (3.0 or 3.1, reference or short tags) into the catalogue.

A message that is not well-formed to its last line changes nothing. A record that cannot
be loaded is reported with its reference and line and never stops the others. With
--dry-run everything is tried out and reported, and nothing is written.

An import that was stopped or killed goes on where it was when the same command is given
again; --afresh begins at the first record instead.

Editions are found by ISBN and updated, never doubled. A record (notification types 01,
02, 03) replaces the edition as a whole: what it leaves out is emptied. A block update (04)
replaces the blocks it has and leaves the others; it needs an edition that is known. Left
alone are addresses, covers, e-book files, a hidden edition, the stock of a record without
a figure, the biography, years and links of people about whom the message is silent, and
recommendations where it names none. A deletion (05) takes the edition off sale and out of
sight; nothing is removed.

Editions become one work by the relations the message states (RelatedWork 01,
RelatedProduct 06, 13, 27), never by title.

Of the retail prices in the shop's currency that hold today for everybody in the shop's
country, the one that names the country is taken before one for the euro area or the world;
with tax (types 02, 04, 42) before without (01, 03, 41); a dated one before one without a
date, and the later beginning first. Without a price the edition is shown as not on sale.
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
        parser.add_argument(
            "--dry-run", action="store_true", help="report what would happen; write nothing"
        )
        parser.add_argument(
            "--afresh", action="store_true", help="do not go on with a stopped import"
        )
        parser.add_argument(
            "--covers",
            type=Path,
            metavar="DIR",
            help="a folder of covers, named by ISBN or as the message's links name them",
        )

    def handle(self, *args: object, **options: Any) -> None:
        """Import the file; every note is printed with --verbosity 2."""
        loudness = options["verbosity"]
        try:
            run = self._run(options)
            load_run(run, on_record=self._bar(run) if loudness > 0 else _silent)
        except ImportUnderWay as error:
            runs.put_off(run=run, reason=str(error))
            raise CommandError(str(error)) from error
        except (UnreadableMessage, OSError) as error:
            raise CommandError(_in_words(error)) from error
        except (Stopped, KeyboardInterrupt) as stop:
            message = (
                f"stopped after {run.records_done} records; the same command goes on from there"
            )
            raise CommandError(message) from stop
        if loudness > 0:
            if run.is_trial:
                self.stdout.write("A dry run: nothing was written.")
            for line in report.lines(run, every_remark=loudness > 1):
                self.stdout.write(line)
        if options["strict"] and (skipped := run.counts["skipped_records"]):
            message = f"{skipped} of {run.counts['records']} records skipped"
            raise CommandError(message)

    def _run(self, options: dict[str, Any]) -> ImportRun:
        """Return the run to go on with, or a new one."""
        folder = options["covers"]
        if folder is not None and not folder.is_dir():
            message = f"{folder}: not a folder"
            raise CommandError(message)
        chosen = {
            "keeps_stock": options["keep_stock"],
            "covers_folder": str(folder.absolute()) if folder else "",
        }
        path = options["file"]
        if options["dry_run"]:
            return runs.begin(path=path, is_trial=True, **chosen)
        begun = None if options["afresh"] else runs.unfinished(path=path, **chosen)
        if begun is None:
            return runs.begin(path=path, **chosen)
        if begun.records_done and options["verbosity"] > 0:
            when = f"{begun.created_at:%Y-%m-%d %H:%M}"
            done = begun.records_done
            self.stdout.write(f"Going on with the import of {when} after {done} records.")
        # The same content may lie elsewhere now.
        begun.path = str(path.absolute())
        begun.save(update_fields=["path"])
        return begun

    def _bar(self, run: ImportRun) -> Any:
        """Return what draws the progress, on a terminal."""
        if not self.stdout.isatty():
            return _silent

        def show(done: int, total: int | None) -> None:
            if done % EVERY and done != total:
                return
            if total is None:
                text = f"checking: {done} records"
            else:
                full = WIDTH * done // total
                bar = "#" * full + "." * (WIDTH - full)
                text = f"[{bar}] {100 * done // total:3} %  {done} of {total} records"
            self.stdout.write(f"\r{text}", ending="\n" if done == total else "")
            self.stdout.flush()

        return show


def _silent(done: int, total: int | None) -> None:
    """Show nothing: this is no terminal."""


def _in_words(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}"
    return str(error)
