"""Write a large ONIX message: `python -m tests.catalog.onix.large 100000 FILE`.

Two editions a work, three works an author, a description, subjects, a series now and then:
about 2.5 kB a record, as publishers' messages have them.
"""

import sys
from pathlib import Path

from stdnum import ean

from tests.catalog.onix.messages import contributor, price, product, published, related_product

WORDS = ["liberty", "harbour", "winter", "letters", "orchard"]
WORDS += ["engine", "silence", "republic", "river", "archive"]
TEXT = (
    "A study of how people lived, worked and argued, drawn from letters, minutes and the "
    "memories of those who were there, with notes, a chronology and an index. "
)


def large_isbn(number):
    digits = f"979{number:09d}"
    return digits + ean.calc_check_digit(digits)


def record(number):
    """Return a record; an odd number is the e-book of the work before it."""
    work, is_digital = divmod(number, 2)
    words = [WORDS[(work // 10**place) % 10] for place in range(5)]
    title = f"The {' '.join(words)}"
    subjects = "".join(
        "<Subject><SubjectSchemeIdentifier>93</SubjectSchemeIdentifier>"
        f"<SubjectCode>{code}</SubjectCode><SubjectHeadingText>Heading {code}"
        "</SubjectHeadingText></Subject>"
        for code in ("NH" + "ABCDEFGHIJ"[work % 10], "JP" + "ABCDEFGHIJ"[work // 10 % 10])
    )
    author = contributor(
        f"Author Number {work // 3}",
        extra=f"<BiographicalNote>{TEXT}{TEXT}</BiographicalNote>",
    )
    return product(
        large_isbn(number),
        form="ED" if is_digital else "BC",
        details="<ProductFormDetail>E101</ProductFormDetail>" if is_digital else "",
        title=title,
        descriptive=author + subjects,
        collateral="<TextContent><TextType>03</TextType><ContentAudience>00</ContentAudience>"
        f"<Text>{TEXT * 4}</Text></TextContent>",
        publishing=published("20210501"),
        related=related_product(large_isbn(number ^ 1)),
        stock="" if is_digital else "<Stock><OnHand>10</OnHand></Stock>",
        prices=price("9.95" if is_digital else "24.95"),
    )


def write_message(path, records):
    """Write a message of that many records, one at a time."""
    with path.open("w", encoding="utf-8") as file:
        file.write('<ONIXMessage release="3.0">\n<Header></Header>\n')
        for number in range(records):
            file.write(record(number))
        file.write("</ONIXMessage>\n")


if __name__ == "__main__":
    write_message(Path(sys.argv[2]), int(sys.argv[1]))
