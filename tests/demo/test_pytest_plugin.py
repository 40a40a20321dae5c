import signal
from pathlib import Path

import pytest

SUITE = """
import os, pathlib, time
import psycopg2, pytest

@pytest.mark.parametrize("number", range(4))
def test_database(number):
    with psycopg2.connect(os.environ["DATABASE_URL"]) as connection:
        connection.cursor().execute("SELECT 1")
    pathlib.Path(f"seen-{number}").write_text(os.environ["DATABASE_URL"])

def test_environment():
    assert os.environ["STRIPE_SECRET_KEY"].startswith("sk_test_")
    assert "REDIS_URL" not in os.environ

@pytest.mark.skipif("WAITS" not in os.environ, reason="only where a test waits")
def test_waiting():
    pathlib.Path("waiting").write_text(os.environ["DATA_DIR"])
    time.sleep(600)
"""


@pytest.fixture
def suite(command, project):
    """Run a few tests of another project with the plugin."""
    (project / "test_suite.py").write_text(SUITE)
    (project / "pytest.ini").write_text("[pytest]\naddopts = -p bookstore.demo.pytest_plugin\n")

    def start(*arguments, **env):
        quiet = ["-p", "no:django", "-p", "no:cacheprovider"]
        env = {"DATABASE_URL": None, "REDIS_URL": "redis://x", "PYTEST_ADDOPTS": ""} | env
        env |= {"STRIPE_SECRET_KEY": "sk_live_of_a_careless_developer"}
        return command("-m", "pytest", *quiet, *arguments, cwd=project, **env)

    return start


def databases(project):
    return {file.read_text() for file in project.glob("seen-*")}


@pytest.mark.parametrize("workers", [[], ["-n2"]], ids=["one process", "two"])
def test_all_tests_share_a_database_that_ends_with_them(suite, project, workers, processes_of):
    run = suite(*workers)

    assert run.process.wait(60) == 0, run.text
    (url,) = databases(project)
    assert processes_of(url.partition("host=")[2]) == []


def test_a_database_of_the_users_own_is_used_as_it_is(suite, project, processes_of):
    own = suite("-k", "environment", DATABASE_URL="postgresql://elsewhere/shop")

    assert own.process.wait(60) == 0, own.text
    assert processes_of(project) == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_database_ends_however_the_tests_do(suite, project, how, processes_of, wait_until):
    run = suite(WAITS="1")
    wait_until(lambda: (project / "waiting").exists() and databases(project), 30)
    (url,) = databases(project)
    sockets = url.partition("host=")[2]
    assert processes_of(sockets)
    folder = Path((project / "waiting").read_text()).parent
    assert folder.is_dir()

    run.end(how)

    wait_until(lambda: processes_of(sockets) == [] and not folder.exists())


def test_the_database_is_kept_on_request(suite, project):
    # pytest-django's option, in a project without Django.
    add = "parser.addoption('--reuse-db', action='store_true')"
    (project / "conftest.py").write_text(f"def pytest_addoption(parser): {add}\n")
    for _ in range(2):
        run = suite("--reuse-db")
        assert run.process.wait(60) == 0, run.text

    assert (project / ".data" / "test" / "database" / "PG_VERSION").exists()
