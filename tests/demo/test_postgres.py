import os
import signal
import stat
import subprocess
from pathlib import Path

import psutil
import psycopg2
import pytest

from bookstore.demo import postgres

SERVE = """
import sys, time
from pathlib import Path
from bookstore.demo import postgres
with postgres.serving(Path(sys.argv[1]), throwaway=True) as url:
    print("serving", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "database"


@pytest.fixture
def elsewhere(command, folder):
    """Serve the folder from another process; return it, the guard and the server."""
    other = command("-c", SERVE, str(folder))
    other.wait_for("serving")
    family = psutil.Process(other.process.pid).children()
    guard, server = sorted(family, key=lambda process: process.name() == "postgres")
    return other.process, guard, server


def ask(url, question):
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0] if cursor.description else None


def is_gone(process):
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def socket_folder(url):
    return Path(url.partition("host=")[2])


def test_keeps_what_was_written(folder):
    with postgres.serving(folder) as url:
        ask(url, "CREATE TABLE shelf AS SELECT 'Middlemarch' AS title")

    with postgres.serving(folder) as url:
        assert ask(url, "SELECT title FROM shelf") == "Middlemarch"


def test_ends_with_its_block(folder, processes_of):
    with postgres.serving(folder, throwaway=True) as url:
        assert ask(url, "SHOW fsync") == "off"

    assert processes_of(folder) == []
    assert not socket_folder(url).exists()


def test_keeps_every_write_unless_told_that_nobody_will_miss_it(folder):
    with postgres.serving(folder) as url:
        assert ask(url, "SHOW fsync") == ask(url, "SHOW synchronous_commit") == "on"


def test_listens_where_only_its_owner_can_go(folder):
    with postgres.serving(folder, throwaway=True) as url:
        assert ask(url, "SHOW listen_addresses") == ""
        assert stat.S_IMODE(socket_folder(url).stat().st_mode) == 0o700


def test_knows_letters_beyond_z(folder):
    with postgres.serving(folder, throwaway=True) as url:
        ask(url, "CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent")

        assert ask(url, "SELECT to_tsvector('english', 'ŁÓDŹ')::text") == "'łódź':1"
        assert ask(url, "SELECT similarity('Čapek', 'ČAPEK')") == 1.0
        assert ask(url, "SELECT similarity('Čž', 'Šř')") == 0.0
        assert ask(url, "SELECT unaccent('Čapek')") == "Capek"
        assert ask(url, "SHOW server_encoding") == "UTF8"


def test_a_path_too_long_for_a_socket_is_no_matter(tmp_path):
    folder = tmp_path / ("long " * 30) / "database"

    with postgres.serving(folder, throwaway=True) as url:
        assert ask(url, "SELECT 1") == 1


def test_a_temporary_folder_with_a_long_path_is_no_matter(folder, tmp_path, monkeypatch):
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))

    with postgres.serving(folder, throwaway=True) as url:
        assert ask(url, "SELECT 1") == 1


def test_serves_data_once(folder, elsewhere):
    with pytest.raises(postgres.InUse), postgres.serving(folder):
        pass


def test_ends_when_its_command_is_killed(folder, elsewhere, wait_until):
    command, guard, server = elsewhere

    command.kill()

    wait_until(lambda: is_gone(server) and is_gone(guard))
    with postgres.serving(folder, throwaway=True) as url:
        assert ask(url, "SELECT 1") == 1


def test_starts_after_everything_was_killed(folder, elsewhere, wait_until):
    for process in reversed(elsewhere):
        process.kill()
    elsewhere[0].wait()
    wait_until(lambda: is_gone(elsewhere[2]))

    with postgres.serving(folder, throwaway=True) as url:
        assert ask(url, "SELECT 1") == 1


def test_takes_over_from_a_server_that_lost_its_guard(folder, elsewhere):
    command, guard, server = elsewhere
    guard.kill()
    command.kill()
    command.wait()
    assert not is_gone(server)

    with postgres.serving(folder, throwaway=True) as url:
        assert ask(url, "SELECT 1") == 1
        assert is_gone(server)


def test_a_pid_file_with_the_number_of_another_program_is_no_matter(folder):
    with postgres.serving(folder, throwaway=True):
        text = (folder / "postmaster.pid").read_text()
    with subprocess.Popen(
        ["/bin/cat"],
        stdin=subprocess.PIPE,
        user=folder.stat().st_uid if os.geteuid() == 0 else None,
    ) as other:
        pid_file = folder / "postmaster.pid"
        pid_file.write_text(text.replace(text.partition("\n")[0], str(other.pid), 1))
        os.chown(pid_file, folder.stat().st_uid, folder.stat().st_gid)

        with postgres.serving(folder, throwaway=True) as url:
            assert ask(url, "SELECT 1") == 1
        assert other.poll() is None
        other.stdin.close()


def test_begins_anew_where_the_first_start_was_cut_short(folder):
    unfinished = folder.with_name("database.unfinished")
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18")

    with postgres.serving(folder, throwaway=True) as url:
        assert ask(url, "SELECT 1") == 1


def test_touches_no_folder_with_something_else_in_it(folder):
    folder.mkdir()
    (folder / "novel.txt").write_text("Call me Ishmael.")

    with pytest.raises(postgres.NotServed, match="something other"), postgres.serving(folder):
        pass
    assert (folder / "novel.txt").exists()


def test_says_why_it_does_not_start(folder):
    with postgres.serving(folder, throwaway=True):
        pass
    (folder / "PG_VERSION").write_text("9\n")

    with (
        pytest.raises(postgres.NotServed, match=r"incompatible.*database\.log"),
        postgres.serving(folder, throwaway=True),
    ):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account")
def test_root_in_a_closed_folder_opens_it_to_nobody(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    with postgres.running(closed / "database", throwaway=True) as server:
        assert ask(server.url, "SELECT 1") == 1
        assert psutil.Process(server.process.pid).uids().effective != 0
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_stops_though_a_reader_is_in_the_middle_of_a_question(folder):
    with postgres.serving(folder, throwaway=True) as url:
        connection = psycopg2.connect(url)
        connection.cursor().execute("SELECT 1")

    with pytest.raises(psycopg2.OperationalError):
        connection.cursor().execute("SELECT 1")


def test_ctrl_c_ends_the_command_and_the_server(elsewhere, wait_until):
    command, guard, server = elsewhere

    os.killpg(command.pid, signal.SIGINT)

    command.wait(10)
    wait_until(lambda: is_gone(server) and is_gone(guard))
