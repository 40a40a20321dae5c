"""Find the codes of a record that are in none of EDItEUR's lists.

The table beside this module is made from EDItEUR's XML schemas; it says which issue.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from lxml import etree

from catalog.onix.tags import reference_name

TABLE = Path(__file__).with_name("code_lists.json")
LONGEST = 40


def faults(product: etree._Element) -> Iterator[str]:
    """Yield such as "ContributorRole Z77 is not in list 17", for a whole record."""
    lists, codes = _table()
    for element in product.iter(etree.Element):
        name = reference_name(str(element.tag))
        number = lists.get(name)
        if number is None or len(element):
            continue
        code = (element.text or "").strip()
        if code and code not in codes[number]:
            yield f"{name} {code[:LONGEST]} is not in list {number}"


@cache
def _table() -> tuple[dict[str, int], dict[int, frozenset[str]]]:
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    codes = {int(number): frozenset(text.split()) for number, text in table["lists"].items()}
    return table["elements"], codes
