"""A brace that is missing, or one too many, hides rules after it, and no browser complains."""

import re
from pathlib import Path

import pytest

SHEETS = sorted(Path("static/css").glob("*.css"))


def faults(text):
    """Return the lines at which a rule stands inside another, or closes what is not open."""
    blank = lambda comment: "\n" * comment.group().count("\n")  # noqa: E731
    bare = re.sub(r"/\*.*?\*/", blank, text, flags=re.DOTALL)
    is_open, number = [], 1
    for before, sign in re.findall(r"([^{}]*)([{}])", bare):
        number += before.count("\n")
        if sign == "{":
            if is_open and not is_open[-1].startswith("@"):
                yield number
            is_open.append(before.rpartition(";")[2].strip())
        elif not is_open or not is_open.pop():
            yield number
    if is_open:
        yield number


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_rule_stands_inside_another(sheet):
    assert list(faults(sheet.read_text())) == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a { b: c; }\n@media x {\n a { b: c; }\n}", []),
        ("a { b: c;\nd { e: f; }", [2, 2]),
        ("a { b: c; } }\nd { e: f; }", [1]),
        ("@media x {\n a { b: c; }\nd { e: f; }", [3]),
    ],
)
def test_a_brace_too_few_or_too_many_is_found(text, lines):
    assert list(faults(text)) == lines
