"""Make the table of EDItEUR's code lists: `python -m tests.catalog.onix.code_table`.

Taken from the XML schemas that the package `onixcheck` carries. A test compares.
"""

import json
import re
from pathlib import Path

import onixcheck
from lxml import etree

from catalog.onix import code_lists

XS = "{http://www.w3.org/2001/XMLSchema}"
SCHEMAS = Path(onixcheck.__file__).parent / "schema"


def make_table():
    """Return the issue, the list of each element, and the codes of each list."""
    lists = etree.parse(SCHEMAS / "xsd3.1" / "ONIX_BookProduct_CodeLists.xsd")
    elements = {}
    for release in ("3.0", "3.1"):
        schema = SCHEMAS / f"xsd{release}" / f"ONIX_BookProduct_{release}_reference.xsd"
        for element in etree.parse(schema).iter(f"{XS}element"):
            base = next((e.get("base", "") for e in element.iter(f"{XS}extension")), "")
            if element.get("name") and (number := re.fullmatch(r"List(\d+)", base)):
                elements[element.get("name")] = int(number[1])
    codes = {
        number: " ".join(
            e.get("value")
            for e in lists.iterfind(f".//{XS}simpleType[@name='List{number}']//{XS}enumeration")
        )
        for number in sorted(set(elements.values()))
    }
    issue = re.search(r"ISSUE:\s*(\d+)", etree.tostring(lists, encoding="unicode"))
    return {
        "source": "EDItEUR, ONIX for Books code lists, from the XML schemas of 3.0 and 3.1",
        "issue": int(issue[1]),
        "elements": {name: each for name, each in sorted(elements.items()) if codes[each]},
        "lists": {str(number): found for number, found in codes.items() if found},
    }


def written(table):
    return json.dumps(table, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    code_lists.TABLE.write_text(written(make_table()), encoding="utf-8")
