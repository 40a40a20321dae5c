import ast
import subprocess
import sys
from pathlib import Path

import pytest

from bookstore.demo import bootstrap

SOURCE = Path(bootstrap.__file__)

# What an old Python would see of the file.
AS_OLD = """
import runpy, sys
sys.version_info = (3, 8, 10)
runpy.run_path(sys.argv[1], run_name="__main__")
"""


@pytest.fixture
def prepare(command, project):
    """Run the bootstrap of a project that requires nothing."""

    def start(*arguments, **env):
        script = str(project / "bookstore" / "demo" / "bootstrap.py")
        return command(script, *arguments, cwd=project, **env)

    return start


def test_an_old_python_can_read_it():
    ast.parse(SOURCE.read_text(), feature_version=(3, 7))


def test_an_old_python_is_told_what_is_needed():
    answer = subprocess.run(
        [sys.executable, "-c", AS_OLD, str(SOURCE)], capture_output=True, text=True, check=False
    )

    assert answer.returncode == 1
    assert answer.stderr.startswith(
        "The bookstore needs Python 3.11 or newer, and this is 3.8:"
    )
    assert len(answer.stderr.splitlines()) == 1


def test_makes_the_environment_once_and_mends_it_when_broken(prepare, project):
    python = project / ".venv" / "bin" / "python"

    first = prepare()
    assert first.process.wait(120) == 0, first.text
    assert "Making .venv" in first.text
    assert python.exists()

    second = prepare()
    assert (second.process.wait(20), second.text) == (0, "")

    (project / "requirements-dev.txt").write_text("# still nothing\n")
    changed = prepare()
    assert changed.process.wait(60) == 0
    assert "Installing" in changed.text
    assert "Making .venv" not in changed.text

    python.unlink()
    mended = prepare()
    assert mended.process.wait(120) == 0, mended.text
    assert "Making .venv" in mended.text


def test_two_commands_on_a_fresh_clone_make_one_environment(prepare):
    both = [prepare(), prepare()]

    assert [one.process.wait(120) for one in both] == [0, 0]
    assert sorted("Making .venv" in one.text for one in both) == [False, True]


def test_an_environment_cut_short_is_made_anew(prepare, project):
    half = project / ".venv" / "bin"
    half.mkdir(parents=True)
    (half / "python").symlink_to(sys.executable)

    again = prepare()

    assert again.process.wait(120) == 0, again.text
    assert "Making .venv" in again.text
    assert (project / ".venv" / "installed").exists()


def test_no_network_is_told_with_a_remedy(prepare, project):
    (project / "requirements-dev.txt").write_text(f"middlemarch==1 --hash=sha256:{'0' * 64}\n")

    offline = prepare(PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_RETRIES="0")

    assert offline.process.wait(120) == 1
    assert offline.text.splitlines()[-1].startswith(
        "The package index cannot be reached: check"
    )
    assert not (project / ".venv" / "installed").exists()


@pytest.mark.parametrize(
    ("complaint", "remedy"),
    [
        ("ERROR: [Errno 28] No space left on device", "make room"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM ...", "its hash differs"),
        ("WARNING: Retrying: Temporary failure in name resolution", "check the network"),
        ("ERROR: something new", "something new"),
        ("", "no reason"),
    ],
)
def test_says_what_helps_when_pip_fails(complaint, remedy):
    assert remedy in bootstrap.why_pip_failed(complaint)


def test_clean_goes_back_to_a_fresh_clone(prepare, project):
    (project / ".venv").mkdir()
    (project / ".data").mkdir()

    assert prepare("clean").process.wait(20) == 0
    assert not (project / ".venv").exists()
    assert not (project / ".data").exists()
