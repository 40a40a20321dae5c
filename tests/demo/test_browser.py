import pytest

from bookstore.demo import browser


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Make a machine without a browser, and return what puts one on it."""
    monkeypatch.delenv("BROWSER_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "MAC_PROGRAMS", [])
    monkeypatch.setattr(browser, "_playwright_path", lambda: str(tmp_path / "playwright's own"))
    monkeypatch.setattr(browser, "_installers", list)

    def put(name, *, status=0):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\nexit {status}\n")
        program.chmod(0o755)
        return str(program)

    return put


def test_takes_the_browser_of_the_machine(machine):
    path = machine("chromium")

    assert browser.find_browser() == path


def test_passes_over_a_browser_that_does_not_start(machine):
    machine("chromium-browser", status=1)

    assert machine("google-chrome") == browser.find_browser()


def test_takes_playwrights_own_last(machine):
    own = machine("playwright's own")

    assert browser.find_browser() == own


def test_installs_one_where_there_is_none(machine, monkeypatch, capfd):
    def installers():
        yield "a broken installer", ["/bin/false"]
        machine("chromium")
        yield "a good one", ["/bin/echo", "installed"]

    monkeypatch.setattr(browser, "_installers", installers)

    assert browser.find_browser().endswith("/chromium")
    assert capfd.readouterr().out == ""


def test_says_what_helps_where_none_can_be_installed(machine):
    with pytest.raises(browser.NoBrowser, match="apt install chromium"):
        browser.find_browser()


def test_the_users_choice_is_taken_or_refused(machine, monkeypatch):
    machine("chromium")
    chosen = machine("my browser")
    monkeypatch.setenv("BROWSER_PATH", chosen)
    assert browser.find_browser() == chosen

    machine("my browser", status=1)
    with pytest.raises(browser.NoBrowser, match="BROWSER_PATH="):
        browser.find_browser()
