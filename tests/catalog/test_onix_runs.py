"""An import is a row: it shows how far it has come, stops, and goes on where it stopped."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connection

from catalog.models import Contributor, ImportLine, ImportRun, Product
from catalog.onix import group, journal, runs
from catalog.onix.importer import load_run
from tests.catalog.onix.large import write_message
from tests.catalog.onix.messages import (
    REFERENCE,
    contributor,
    isbn,
    load,
    message,
    product,
    related_product,
    report_of,
)
from tests.catalog.test_onix_updates import every_row

State = ImportRun.State


class Killed(BaseException):
    """The process ended here."""


@pytest.fixture
def mixed(tmp_path):
    """A message with works of two editions that stand apart, bad records and a deletion."""
    path = tmp_path / "mixed.xml"
    author = contributor("John Reed", extra="<BiographicalNote>The first.</BiographicalNote>")
    later = author.replace("The first.", "The last.")
    path.write_text(
        message(
            product(isbn(1), title="One", descriptive=author, related=related_product(isbn(7))),
            product(isbn(2), reference="bad", form="PC"),
            product(isbn(3), title="Three"),
            product(isbn(4), title="Four", related=related_product(isbn(3), "23")),
            product(isbn(5), reference="gone", notification="05"),
            product(isbn(6), reference="worse", title=""),
            product(isbn(7), title="One", form="BB", descriptive=later),
            product(isbn(8), title="Eight", descriptive=later),
        )
    )
    return path


@pytest.fixture
def kill_at(monkeypatch):
    """Let the process end instead of the nth commit of a run, once."""

    def kill_at(number):
        commits = []
        commit = journal.Journal.commit

        def count(self, done):
            commits.append(done)
            if len(commits) == number:
                raise Killed
            commit(self, done)

        monkeypatch.setattr(journal.Journal, "commit", count)

    return kill_at


def content():
    """Return what matters of the catalogue, without keys and times."""
    return (
        sorted(Product.objects.values_list("upc", "title", "structure", "status", "slug")),
        sorted(Contributor.objects.values_list("name", "biography")),
        sorted(
            Product.recommended_products.through.objects.values_list(
                "primary__title", "recommendation__title"
            )
        ),
        list(ImportLine.objects.order_by("number", "text").values_list("reference", "text")),
        ImportRun.objects.latest("pk").counts,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("number", range(1, 8))
def test_a_run_killed_anywhere_ends_as_if_it_had_not_been(mixed, kill_at, number, monkeypatch):
    with monkeypatch.context() as patch:
        load(mixed)
        expected = content()
        for model in (ImportRun, Product, Contributor):
            model.objects.all().delete()
    kill_at(number)
    run = runs.begin(path=mixed)
    try:
        load_run(run)
    except Killed:
        run.refresh_from_db()
        assert run.state == State.RUNNING
        assert runs.has_died(run)

        load_run(runs.unfinished(path=mixed))

    found = content()
    assert found == expected
    assert ImportRun.objects.count() == 1
    del patch


@pytest.mark.django_db(transaction=True)
def test_the_same_command_goes_on_after_a_real_kill(tmp_path, capsys):
    path = tmp_path / "large.xml"
    write_message(path, 300)
    place = urlsplit(os.environ["DATABASE_URL"])
    url = place._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "import_onix", path, "--verbosity=0"],
        env=os.environ | {"DATABASE_URL": url},
    )
    try:
        while process.poll() is None:
            if ImportRun.objects.filter(records_done__gt=20).exists():
                break
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    done = ImportRun.objects.get().records_done
    assert 20 < done < 300
    assert Product.objects.filter(structure="child").count() == done
    first = set(Product.objects.values_list("pk", "date_updated"))

    call_command("import_onix", path)

    run = ImportRun.objects.get()
    assert (run.state, run.counts["new"], run.counts["changed"]) == (State.DONE, 300, 0)
    assert first <= set(Product.objects.values_list("pk", "date_updated"))
    assert f"after {done} records" in capsys.readouterr().out


@pytest.mark.django_db
def test_progress_is_committed_with_the_work_it_counts(monkeypatch):
    seen = []
    write = group.write_stock

    def look(*args, **kwargs):
        seen.append(ImportRun.objects.get().records_done)
        return write(*args, **kwargs)

    monkeypatch.setattr(group, "write_stock", look)

    load(message(*(product(isbn(n), title=f"Book {n}") for n in range(1, 4))))

    assert seen == [0, 1, 2]


@pytest.mark.django_db
def test_a_stopped_run_writes_no_further_work(monkeypatch, mixed):
    write = group.write_stock

    def stop_at_three(edition, record, room, **kwargs):
        if record.isbn == isbn(3):
            runs.stop(run=ImportRun.objects.get())
        return write(edition, record, room, **kwargs)

    monkeypatch.setattr(group, "write_stock", stop_at_three)
    run = runs.begin(path=mixed)

    with pytest.raises(journal.Stopped):
        load_run(run)

    # Stopping happens elsewhere; here it was rolled back with the work it came with.
    assert not Product.objects.filter(upc=isbn(3)).exists()


@pytest.mark.django_db
def test_a_finished_import_starts_anew(mixed):
    load(mixed)

    assert runs.unfinished(path=mixed) is None


@pytest.mark.django_db
def test_other_options_are_another_import(mixed):
    runs.begin(path=mixed, keeps_stock=True)

    assert runs.unfinished(path=mixed, keeps_stock=False) is None
    assert runs.unfinished(path=mixed, keeps_stock=True) is not None


@pytest.mark.django_db
def test_a_dry_run_writes_nothing_and_reports_the_same(mixed):
    before = every_row()

    trial = load(mixed, is_trial=True)

    assert every_row() == before
    real = load(mixed)
    told = [(line.reference, line.line, line.text) for line in trial.skipped]
    assert told == [(line.reference, line.line, line.text) for line in real.skipped]
    same = {"recommendations_unknown"}
    assert {k: v for k, v in trial.run.counts.items() if k not in same} == {
        k: v for k, v in real.run.counts.items() if k not in same
    }


@pytest.mark.django_db
def test_a_dry_run_on_the_command_line_says_so(capsys):
    call_command("import_onix", REFERENCE, "--dry-run")

    output = capsys.readouterr().out
    assert output.startswith("A dry run: nothing was written.\nRecords read: 3\n")
    assert "3 new" in output
    assert not Product.objects.exists()


@pytest.mark.django_db
def test_a_dry_run_tells_what_an_update_would_change():
    load(message(product(isbn(1)), product(isbn(2), title="Capital")))

    report = load(
        message(product(isbn(1), notification="05"), product(isbn(2), title="Kapital")),
        is_trial=True,
    )

    assert (report.withdrawn, report.changed, report.works_changed) == (1, 1, 1)
    assert set(Product.objects.values_list("title", flat=True)) == {"My Life", "Capital"}


@pytest.mark.django_db
def test_a_failed_run_keeps_its_reason(tmp_path):
    path = Path(tmp_path, "cut.xml")
    path.write_text(message(product(isbn(1)))[:-9])

    with pytest.raises(Exception, match="not well-formed"):
        load(path)

    run = ImportRun.objects.get()
    assert (run.state, run.records_done) == (State.FAILED, 0)
    assert "not well-formed XML, line 1" in run.problem
    assert report_of(ImportRun(counts={"new": 0}, pk=run.pk)).skipped == []
