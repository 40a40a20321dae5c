"""Begin, find, stop and clear away imports."""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from catalog.models import ImportLine, ImportRun

LOCK = 0x0A1  # any number; it names the lock of imports in PostgreSQL
CHUNK = 1 << 20
KEPT_FOR = timedelta(days=7)
REPORTS_KEPT_FOR = timedelta(days=365)
State = ImportRun.State
OPEN = [State.WAITING, State.RUNNING, State.STOPPED, State.FAILED]


class NotPossible(Exception):
    """What was asked of a run does not fit the state it is in."""


def begin(*, path: Path, name: str = "", **options: Any) -> ImportRun:
    """Write down that a file is to be imported; nothing of it is read but its bytes.

    :raises OSError: if the file cannot be read.
    """
    return ImportRun.objects.create(
        name=(name or path.name)[:255],
        path=str(path.absolute()),
        fingerprint=fingerprint_of(path),
        size=path.stat().st_size,
        **options,
    )


def fingerprint_of(path: Path) -> str:
    """Return what tells a file's content from any other.

    :raises OSError: if the file cannot be read.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def unfinished(*, path: Path, **options: Any) -> ImportRun | None:
    """Return the newest run of the same content and options that did not come to its end.

    :raises OSError: if the file cannot be read.
    """
    same = ImportRun.objects.filter(fingerprint=fingerprint_of(path), **options)
    return same.filter(state__in=OPEN, is_trial=False).order_by("-pk").first()


def is_under_way() -> bool:
    """Whether a process is importing now: PostgreSQL knows who holds the lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database ON oid = database"
            " WHERE datname = current_database() AND locktype = 'advisory'"
            " AND classid = 0 AND objid = %s)",
            [LOCK],
        )
        return bool(cursor.fetchone()[0])


def has_died(run: ImportRun) -> bool:
    """Whether a run says that it is running while no process imports anything."""
    return run.state == State.RUNNING and not is_under_way()


def stop(*, run: ImportRun) -> None:
    """Let a run end before its next record; what is written stays.

    :raises NotPossible: if it is not under way.
    """
    stopped = ImportRun.objects.filter(pk=run.pk, state__in=[State.WAITING, State.RUNNING])
    if not stopped.update(state=State.STOPPED, ended_at=timezone.now()):
        message = "This import is not running any more."
        raise NotPossible(message)


def resume(*, run: ImportRun) -> None:
    """Put a run that stopped, failed or died back in line.

    :raises NotPossible: if it runs, is done, or its file is gone.
    """
    if not run.path or not Path(run.path).is_file():
        message = "The file is not here any more: upload it again."
        raise NotPossible(message)
    states = [State.STOPPED, State.FAILED] + ([State.RUNNING] if has_died(run) else [])
    again = ImportRun.objects.filter(pk=run.pk, state__in=states)
    if not again.update(state=State.WAITING, problem="", ended_at=None):
        message = "This import is running or done."
        raise NotPossible(message)


def put_off(*, run: ImportRun, reason: str) -> None:
    """Let a run wait to be resumed because another one is under way."""
    waiting = ImportRun.objects.filter(pk=run.pk, state=State.WAITING)
    waiting.update(state=State.STOPPED, problem=reason, ended_at=timezone.now())


def confirm(*, trial: ImportRun, by: Any) -> tuple[ImportRun, bool]:
    """Return the import proper of what was tried out, and whether this call began it.

    :raises NotPossible: if the trial is not done or its file is gone.
    """
    with transaction.atomic():
        trial = ImportRun.objects.select_for_update().get(pk=trial.pk)
        begun = ImportRun.objects.filter(tried_as=trial).first()
        if begun is not None:
            return begun, False
        if trial.state != State.DONE or not trial.path or not Path(trial.path).is_file():
            message = "The file is not here any more, or was not tried out: upload it again."
            raise NotPossible(message)
        same = ["name", "path", "fingerprint", "size", "keeps_stock", "covers_folder"]
        run = ImportRun.objects.create(
            tried_as=trial, started_by=by, **{name: getattr(trial, name) for name in same}
        )
        # One row at a time answers for the file.
        ImportRun.objects.filter(pk=trial.pk).update(path="")
        return run, True


def clear_away(*, folder: Path, now: datetime) -> None:
    """Delete uploaded files whose import is done, or that nobody has needed for a week.

    The lines of reports go after a year; the figures of an import stay.
    """
    runs = ImportRun.objects.filter(path__startswith=f"{folder}/")
    due = runs.filter(state=State.DONE, is_trial=False)
    due |= runs.filter(created_at__lt=now - KEPT_FOR).exclude(state=State.RUNNING)
    for run in due:
        Path(run.path).unlink(missing_ok=True)
        ImportRun.objects.filter(pk=run.pk).update(path="")
    ended = ImportRun.objects.filter(created_at__lt=now - REPORTS_KEPT_FOR, state=State.DONE)
    ImportLine.objects.filter(run__in=ended).delete()
    # A process that died between the file and its row left the file behind.
    known = set(runs.values_list("path", flat=True))
    for path in folder.glob("*.xml"):
        is_old = path.stat().st_mtime < (now - KEPT_FOR).timestamp()
        if is_old and str(path) not in known:
            path.unlink(missing_ok=True)
