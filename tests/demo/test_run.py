import http.client
import os
import re
import signal
import socket
import stat
import sys

import psutil
import pytest

from bookstore.demo import STAFF

OPEN = "Ctrl-C stops it."


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def run(command, project, port):
    """Start the shop; by itself, or with a management command."""

    def start(*arguments, **env):
        env = {"PORT": str(port), "DATABASE_URL": None, "MAKELEVEL": None} | env
        return command("-m", "bookstore.demo.run", *arguments, cwd=project, **env)

    return start


def page(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", "/")
    return connection.getresponse().read().decode()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_opens_the_shop_and_closes_it_when_asked(run, project, port, how, processes_of):
    shop = run()
    shop.wait_for(OPEN)

    assert page(port).startswith("postgresql://")
    assert shop.end(how) == 0
    assert "Traceback" not in shop.text
    assert processes_of(project) == []


def test_says_where_everything_is_and_who_signs_in(run, port):
    shop = run()
    shop.wait_for(OPEN)

    assert f"http://127.0.0.1:{port}/\n" in shop.text
    assert f"/admin/  user: {STAFF}  password: " in shop.text
    assert re.search(
        r"a stand-in, no money moves: http://127\.0\.0\.1:\d+/_control\n", shop.text
    )
    assert ".data/demo/outbox\n" in shop.text
    assert ".data/demo/log\n" in shop.text


def test_opens_again_on_the_same_data_and_secrets(run):
    values = []
    for _ in range(2):
        shop = run()
        shop.wait_for(OPEN)
        secret = run("manage", "show", "SECRET_KEY")
        assert secret.process.wait(20) == 0
        values.append(secret.text)
        shop.end()

    assert values[0] == values[1] != ""


def test_leaves_nothing_behind_when_it_is_killed(run, project, processes_of, wait_until):
    shop = run()
    shop.wait_for(OPEN)

    shop.end(signal.SIGKILL)

    wait_until(lambda: processes_of(project) == [])
    again = run()
    again.wait_for(OPEN)


def test_stops_when_the_make_that_runs_it_is_killed(
    command, project, port, processes_of, wait_until
):
    make = "import subprocess, sys; subprocess.run(sys.argv[1:])"
    env = {"PORT": str(port), "DATABASE_URL": None, "MAKELEVEL": "1"}
    words = [sys.executable, "-m", "bookstore.demo.run"]
    shop = command("-c", make, *words, cwd=project, **env)
    shop.wait_for(OPEN)

    shop.end(signal.SIGKILL)

    wait_until(lambda: processes_of(project) == [])


@pytest.mark.parametrize("part", ["gunicorn", "bookstore.demo.stripe", "postgres -D"])
def test_closes_and_says_why_when_a_part_dies(run, project, part, processes_of, wait_until):
    shop = run()
    shop.wait_for(OPEN)
    parts = [p for p in processes_of(project) if part in " ".join(p.cmdline())]

    min(parts, key=lambda process: process.create_time()).kill()

    assert shop.process.wait(20) == 1
    assert "ended (status -9):" in shop.text
    wait_until(lambda: processes_of(project) == [])


@pytest.mark.parametrize("step", ["migrate", "demo", "collectstatic"])
def test_says_why_when_a_step_fails(run, project, step, processes_of):
    shop = run(FAILS=step)

    assert shop.process.wait(20) == 1
    assert f"{step} ended (status 1):\n    {step} went wrong" in shop.text
    assert processes_of(project) == []


def test_a_taken_port_is_told_before_anything_is_made(run, project, port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        shop = run()

        assert shop.process.wait(10) == 1
    assert (
        shop.text == f"Another program has port {port}: choose one with `make run PORT=9000`\n"
    )
    assert not (project / ".data").exists()


@pytest.mark.parametrize("port", ["nine", "80", "70000", "-1"])
def test_a_port_that_is_none_is_told(run, port):
    shop = run(PORT=port)

    assert shop.process.wait(10) == 1
    assert shop.text == f"PORT={port} is not a port from 1024 to 65000\n"


def test_a_second_start_says_where_the_shop_is(run, port):
    shop = run()
    shop.wait_for(OPEN)

    second = run(PORT=str(port + 100))

    assert second.process.wait(10) == 1
    assert second.text.startswith(f"The shop is running already: http://127.0.0.1:{port}/ ")
    assert shop.end() == 0


def test_management_commands_reach_the_database_of_the_running_shop(run, port):
    shop = run()
    shop.wait_for(OPEN)

    manage = run("manage", "show", "DATABASE_URL")

    assert manage.process.wait(20) == 0
    assert manage.text.strip() == page(port)


def test_management_commands_start_a_database_when_the_shop_is_closed(
    run, project, processes_of
):
    manage = run("manage", "show", "DATABASE_URL")

    assert manage.process.wait(20) == 0
    assert manage.text.startswith("postgresql://")
    assert processes_of(project) == []


def test_ctrl_c_is_for_the_management_command(run, project, processes_of):
    manage = run("manage", "wait")
    manage.wait_for("waiting")

    os.killpg(manage.process.pid, signal.SIGINT)

    assert manage.process.wait(20) == 0
    assert manage.text == "waiting\nCtrl-C came here\n"
    assert processes_of(project) == []


@pytest.fixture
def hurried(project):
    """Make minutes pass quickly."""
    source = project / "bookstore" / "demo" / "run.py"
    source.write_text(source.read_text().replace("TIMER_SECONDS = 60.0", "TIMER_SECONDS = 0.1"))


def test_settles_payments_every_minute(run, project, hurried, wait_until):
    shop = run()
    shop.wait_for(OPEN)

    wait_until((project / "settled").exists)
    wait_until(lambda: len((project / "settled").read_text()) > 1)
    assert shop.end() == 0


def test_payments_that_cannot_be_settled_are_told_and_the_shop_stays(run, port, hurried):
    shop = run(FAILS="settle_payments")

    shop.wait_for("payments ended (status 1):\n    settle_payments went wrong")
    assert page(port)
    assert shop.end() == 0


def test_a_database_of_the_users_own_is_used_as_it_is(run, project, port):
    shop = run(DATABASE_URL="postgresql://elsewhere/shop")
    shop.wait_for(OPEN)

    assert page(port) == "postgresql://elsewhere/shop"
    assert not (project / ".data" / "demo" / "database").exists()


def test_a_test_account_at_stripe_takes_the_place_of_the_stand_in(run, processes_of, project):
    account = {"STRIPE_TEST_KEY": "sk_test_1", "STRIPE_TEST_WEBHOOK_SECRET": "whsec_1"}
    shop = run(**account)
    shop.wait_for(OPEN)

    assert "Payments  a test account at Stripe, no money moves\n" in shop.text
    for name, value in (
        ("STRIPE_SECRET_KEY", "sk_test_1"),
        ("STRIPE_WEBHOOK_SECRET", "whsec_1"),
        ("STRIPE_API_BASE", ""),
    ):
        shown = run("manage", "show", name)
        shown.process.wait(20)
        assert shown.text == f"{value}\n"
    assert not any(
        "bookstore.demo.stripe" in " ".join(each.cmdline()) for each in processes_of(project)
    )


def test_a_key_that_moves_money_is_refused_by_the_demo(run):
    shop = run(STRIPE_TEST_KEY="sk_live_1")

    assert shop.process.wait(20) == 1
    assert "STRIPE_TEST_KEY must begin with sk_test_" in shop.text


def test_a_key_in_the_shell_is_not_used_unasked(run):
    shop = run(STRIPE_SECRET_KEY="sk_live_of_a_careless_developer")
    shop.wait_for(OPEN)

    assert "a stand-in, no money moves" in shop.text
    shown = run("manage", "show", "STRIPE_SECRET_KEY")
    shown.process.wait(20)
    assert shown.text.startswith("sk_test_")


def test_secrets_are_for_their_owner(run, project):
    run("manage", "show", "SECRET_KEY").process.wait(20)

    for name in ["secrets.json", "running.json"]:
        mode = (project / ".data" / "demo" / name).stat().st_mode
        assert stat.S_IMODE(mode) == 0o600


def test_starts_nothing_in_the_terminals_own_session(run, project):
    """Ctrl-C must reach the supervisor alone, or the database goes before the shop."""
    shop = run()
    shop.wait_for(OPEN)

    for child in psutil.Process(shop.process.pid).children():
        assert os.getsid(child.pid) != os.getsid(shop.process.pid)
