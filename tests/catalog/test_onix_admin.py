"""Staff import a message in the admin: try out, read the report, confirm, stop, resume."""

import csv
import io
import signal
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connections
from django.urls import reverse
from django.utils import timezone
from lxml import html

from catalog.models import ImportLine, ImportRun, Product
from catalog.onix import runs, uploads
from catalog.onix.tasks import run_import
from tests.catalog.onix.messages import isbn, message, product

pytestmark = pytest.mark.django_db

State = ImportRun.State
UPLOAD = reverse("admin:catalogue_importrun_add")
LISTED = reverse("admin:catalogue_importrun_changelist")
BAD = product(isbn(2), reference="=bad", form="PC")
MIXED = message(product(isbn(1)), BAD, product(isbn(3), title="Capital"))


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    return uploads.folder()


@pytest.fixture
def editor(django_user_model, client):
    """Somebody who may import and nothing else."""
    user = django_user_model.objects.create(email="editor@shop.example", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="add_importrun"))
    client.force_login(user)
    return user


def upload(client, text=MIXED, *, name="spring.xml", **fields):
    file = SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)
    return client.post(UPLOAD, {"file": file, **fields}, follow=True)


def act(client, run, name):
    address = reverse(f"admin:catalogue_importrun_{name}", args=[run.pk])
    return client.post(address, follow=True)


def page(client, run, query=""):
    address = reverse("admin:catalogue_importrun_change", args=[run.pk])
    return client.get(f"{address}{query}")


def rows(response):
    tree = html.fromstring(response.text)
    return [
        [cell.text_content().strip() for cell in row.iter("td")]
        for row in tree.xpath("//tbody/tr")
    ]


def test_an_upload_is_tried_out_and_nothing_is_written(editor, client):
    response = upload(client)

    run = ImportRun.objects.get()
    assert (run.state, run.is_trial, run.started_by) == (State.DONE, True, editor)
    assert "Tried out: nothing was written." in response.text
    assert rows(response) == [["=bad", "21", "Not loaded", "form PC is not sold here"]]
    assert not Product.objects.exists()


def test_what_was_tried_out_is_imported_on_confirmation(editor, client, folder):
    upload(client)
    trial = ImportRun.objects.get()

    response = act(client, trial, "confirm")

    run = ImportRun.objects.get(is_trial=False)
    assert (run.state, run.tried_as, run.started_by) == (State.DONE, trial, editor)
    assert Product.objects.filter(structure="child").count() == 2
    assert "Done." in response.text
    assert list(folder.iterdir()) == []


def test_confirming_twice_imports_once(editor, client):
    upload(client)
    trial = ImportRun.objects.get()

    act(client, trial, "confirm")
    act(client, trial, "confirm")

    assert ImportRun.objects.filter(is_trial=False).count() == 1
    assert "see the import" in page(client, trial).text


def test_an_upload_lies_where_only_the_shop_reads_it(editor, client, folder):
    upload(client)

    path = Path(ImportRun.objects.get().path)
    assert path.parent == folder
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_file_too_large_is_refused_with_what_to_do(editor, client, settings):
    settings.ONIX_UPLOAD_MEGABYTES = 0

    response = upload(client)

    assert "at most 0 MB are taken here" in response.text
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 zipped", b"Dear bookseller,"])
def test_what_is_plainly_no_xml_is_refused_at_once(editor, client, content):
    response = upload(client, content)

    assert "This is not XML" in response.text
    assert not ImportRun.objects.exists()


def test_a_broken_file_fails_with_its_line_and_what_to_do(editor, client):
    response = upload(client, MIXED[:-40])

    assert "spring.xml: not well-formed XML, line" in response.text
    assert "Correct the file" in response.text
    assert str(uploads.folder()) not in response.text


def test_the_report_can_be_narrowed(editor, client):
    upload(client, message(product(isbn(1), stock=""), BAD))
    run = ImportRun.objects.get()

    assert [row[0] for row in rows(page(client, run))] == [isbn(1), "=bad"]
    assert [row[0] for row in rows(page(client, run, "?kind=remark"))] == [isbn(1)]
    assert [row[0] for row in rows(page(client, run, "?q=form+PC"))] == ["=bad"]
    assert "No line of the report is like that" in page(client, run, "?q=nothing").text


def test_the_report_is_downloaded_as_csv_without_formulas(editor, client):
    upload(client)
    run = ImportRun.objects.get()
    address = reverse("admin:catalogue_importrun_csv", args=[run.pk])

    response = client.get(f"{address}?kind=skipped")

    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        ["Kind", "Record reference", "Line", "Text"],
        ["Not loaded", "'=bad", "21", "form PC is not sold here"],
    ]
    assert f"onix-import-{run.pk}.csv" in response["Content-Disposition"]


@pytest.mark.parametrize("lines", [1, 20])
def test_a_report_costs_the_same_however_long(
    editor, client, lines, django_assert_max_num_queries
):
    run = ImportRun.objects.create(name="x", fingerprint="x", state=State.DONE)
    ImportLine.objects.bulk_create(
        ImportLine(run=run, kind="remark", text="note", line=n) for n in range(lines)
    )
    page(client, run)

    with django_assert_max_num_queries(10):
        page(client, run)


def test_a_long_report_has_pages(editor, client):
    run = ImportRun.objects.create(name="x", fingerprint="x", state=State.DONE)
    ImportLine.objects.bulk_create(
        ImportLine(run=run, kind="remark", text=f"note {n}") for n in range(250)
    )

    second = page(client, run, "?kind=remark&page=2")

    assert rows(second)[0][3] == "note 100"
    assert "?kind=remark&amp;page=3" in second.text


@pytest.fixture
def waiting(tmp_path):
    path = tmp_path / "waiting.xml"
    path.write_text(MIXED)
    return runs.begin(path=path)


def test_a_waiting_import_is_shown_as_live_and_can_be_stopped(editor, client, waiting):
    response = page(client, waiting)
    assert "Waiting for its turn." in response.text
    assert "data-live" in response.text
    assert "Look again" in response.text

    response = act(client, waiting, "stop")

    assert "Stopped" in response.text
    assert "data-live" not in response.text
    run_import.call(waiting.pk)
    assert not Product.objects.exists()


def test_a_stopped_import_is_resumed(editor, client, waiting):
    act(client, waiting, "stop")

    response = act(client, waiting, "resume")

    waiting.refresh_from_db()
    assert (waiting.state, waiting.counts["new"]) == (State.DONE, 2)
    assert "Done." in response.text


def test_an_import_whose_process_died_says_so_and_is_resumed(editor, client, waiting):
    ImportRun.objects.update(state=State.RUNNING, records_done=1, records_total=3)

    response = page(client, waiting)
    assert "Stopped by itself" in response.text
    assert "Go on after record 1" in response.text

    act(client, waiting, "resume")

    waiting.refresh_from_db()
    assert waiting.state == State.DONE
    assert Product.objects.filter(structure="child").count() == 1


def test_a_running_import_shows_how_far_it_is(editor, client, waiting):
    ImportRun.objects.update(state=State.RUNNING, records_done=30, records_total=120)
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [runs.LOCK])

        text = page(client, waiting).text
        assert "30 of 120 records, 25 %" in " ".join(text.split())
        assert '<progress class="import__bar" max="100" value="25"' in text

        response = act(client, waiting, "resume")
        assert "This import is running or done." in response.text
    finally:
        other.close()


def test_an_import_waits_to_be_resumed_while_another_runs(editor, client, waiting):
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [runs.LOCK])

        run_import.call(waiting.pk)
    finally:
        other.close()

    waiting.refresh_from_db()
    assert waiting.state == State.STOPPED
    assert "Another import is running; wait for it to end." in page(client, waiting).text


def test_an_import_whose_file_is_gone_cannot_be_resumed(editor, client, waiting):
    act(client, waiting, "stop")
    Path(waiting.path).unlink()

    response = act(client, waiting, "resume")

    assert "upload it again" in response.text


def test_uploads_nobody_needs_are_deleted_after_a_week(editor, client, folder):
    upload(client)
    assert len(list(folder.iterdir())) == 1

    runs.clear_away(folder=folder, now=timezone.now() + timedelta(days=8))

    assert list(folder.iterdir()) == []
    assert ImportRun.objects.get().path == ""


def test_the_lines_of_a_report_are_kept_for_a_year(editor, client, folder):
    upload(client)
    runs.clear_away(folder=folder, now=timezone.now() + timedelta(days=364))
    assert ImportLine.objects.count() == 1

    runs.clear_away(folder=folder, now=timezone.now() + timedelta(days=366))

    assert ImportLine.objects.count() == 0
    assert ImportRun.objects.get().counts["skipped_records"] == 1


def test_uploads_without_a_row_are_deleted_after_a_week(folder):
    stray = uploads.keep([b"<ONIXMessage/>"])
    runs.clear_away(folder=folder, now=timezone.now())
    assert stray.exists()

    runs.clear_away(folder=folder, now=timezone.now() + timedelta(days=8))

    assert not stray.exists()


def test_files_of_the_command_line_are_never_deleted(waiting, folder):
    runs.clear_away(folder=folder, now=timezone.now() + timedelta(days=8))

    assert Path(waiting.path).exists()


@pytest.mark.django_db(transaction=True)
def test_the_worker_runs_imports(editor, client, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    response = upload(client)
    assert "Waiting for its turn." in response.text

    kept = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        call_command("db_worker", "--batch", "--no-reload", "--interval=0", verbosity=0)
    finally:
        for each, handler in kept.items():
            signal.signal(each, handler)

    run = ImportRun.objects.get()
    assert (run.state, run.counts["new"]) == (State.DONE, 2)


@pytest.fixture
def onlooker(django_user_model, client):
    """Somebody who may see imports and start none."""
    user = django_user_model.objects.create(email="see@shop.example", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_importrun"))
    client.force_login(user)
    return user


def test_seeing_imports_does_not_allow_any(onlooker, client, waiting):
    assert page(client, waiting).status_code == 200
    assert "Stop</button>" not in page(client, waiting).text
    assert client.get(UPLOAD).status_code == 403
    assert upload(client).status_code == 403
    for name in ("confirm", "stop", "resume"):
        assert act(client, waiting, name).status_code == 403


def test_other_staff_see_nothing_of_imports(django_user_model, client, waiting):
    user = django_user_model.objects.create(email="other@shop.example", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="change_product"))
    client.force_login(user)

    addresses = [
        LISTED,
        UPLOAD,
        reverse("admin:catalogue_importrun_change", args=[waiting.pk]),
        reverse("admin:catalogue_importrun_csv", args=[waiting.pk]),
    ]
    assert {client.get(address).status_code for address in addresses} == {403}


def test_nothing_is_done_by_a_link(editor, client, waiting):
    for name in ("confirm", "stop", "resume"):
        address = reverse(f"admin:catalogue_importrun_{name}", args=[waiting.pk])
        assert client.get(address).status_code == 405


@pytest.mark.parametrize("shelf", [1, 20])
def test_the_list_costs_the_same_however_many(
    editor, client, shelf, django_assert_max_num_queries
):
    ImportRun.objects.bulk_create(
        ImportRun(name="x", fingerprint="x", started_by=editor) for _ in range(shelf)
    )
    client.get(LISTED)

    with django_assert_max_num_queries(9):
        assert client.get(LISTED).status_code == 200
