"""A brace that is missing hides all rules after it, and no browser complains."""

import re
from pathlib import Path

import pytest

SHEETS = sorted(Path("static/css").glob("*.css"))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_stylesheet_closes_what_it_opens(sheet):
    rules = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)

    assert rules.count("{") == rules.count("}")
