"""Stream the records of an ONIX message, or say in one line why it cannot be read."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from catalog.onix.composite import Composite
from catalog.onix.tags import reference_name

RECORDS = ("{*}Header", "{*}header", "{*}Product", "{*}product")
ROOTS = {"ONIXMessage", "ONIXmessage"}
RELEASES = re.compile(r"3\.[01]")
POSITION = re.compile(r",? line \d+, column \d+.*$", re.DOTALL)


class UnreadableMessage(Exception):
    """The file is not an ONIX 3 message that can be read to its end."""


class Message:
    """A file with one ONIX message in it; each pass over it reads the file anew.

    Nothing outside the file is fetched and no entity is resolved; a file that
    declares entities of its own is refused. Memory stays flat: a record is freed
    when the next one is asked for.
    """

    def __init__(self, path: Path, *, name: str = "") -> None:
        """Open nothing yet; errors call the file by its name."""
        self.path = path
        self.name = name or str(path)

    def elements(self) -> Iterator[Composite]:
        """Yield the header, if there is one, and every record in order.

        :raises UnreadableMessage: with the reason and, where there is one, the line.
        """
        try:
            with self.path.open("rb") as file:
                _check_root(file)
                file.seek(0)
                yield from _stream(file)
        except OSError as error:
            message = f"{self.name}: {error.strerror or error}"
            raise UnreadableMessage(message) from error
        except UnreadableMessage as error:
            message = f"{self.name}: {error}"
            raise UnreadableMessage(message) from error

    def products(self) -> Iterator[Composite]:
        """Yield every product record in order.

        :raises UnreadableMessage: as `elements` does.
        """
        return (found for found in self.elements() if is_product(found))


def is_product(found: Composite) -> bool:
    """Whether an element of a message is a product record."""
    return reference_name(str(found.element.tag)) == "Product"


def _parse(
    file: BinaryIO, events: tuple[str, ...], tag: tuple[str, ...] | None = None
) -> Iterator[etree._Element]:
    context = etree.iterparse(
        file,
        events=events,  # type: ignore[arg-type]
        tag=tag,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
    )
    try:
        for _, element in context:
            yield element
    except etree.XMLSyntaxError as error:
        entry = next(iter(context.error_log), None)
        reason = POSITION.sub("", entry.message).strip() if entry else "the file is empty"
        line = error.lineno or (entry.line if entry else 0)
        place = f", line {line}" if line else ""
        message = f"not well-formed XML{place}: {reason}"
        raise UnreadableMessage(message) from error
    except LookupError as error:
        message = f"its encoding is not known: {error}"
        raise UnreadableMessage(message) from error


def _check_root(file: BinaryIO) -> None:
    parsed = _parse(file, ("start", "end"))
    root = next(parsed)
    # A tag that breaks off is known only by what follows it.
    next(parsed, None)
    line, name = root.sourceline, str(root.tag)
    document_type = root.getroottree().docinfo
    declared = document_type.internalDTD
    if declared is not None and next(iter(declared.iterentities()), None) is not None:
        message = f"line {line}: the document type above declares entities; refused"
        raise UnreadableMessage(message)
    release = str(root.get("release", ""))
    if name.rpartition("}")[2] not in ROOTS:
        message = f"line {line}: not ONIX, the root element is <{name.rpartition('}')[2]}>"
        raise UnreadableMessage(message)
    told = f"{name} {document_type.system_url or ''}"
    if release.startswith("2") or (not release and "onix/3." not in told):
        message = f"line {line}: ONIX 2.1 is not supported; ask the sender for 3.0 or 3.1"
        raise UnreadableMessage(message)
    if release and not RELEASES.match(release):
        message = f"line {line}: ONIX {release} is not supported; 3.0 and 3.1 are"
        raise UnreadableMessage(message)


def _stream(file: BinaryIO) -> Iterator[Composite]:
    for element in _parse(file, ("end",), RECORDS):
        yield Composite(element)
        element.clear()
        parent = element.getparent()
        while parent is not None and (before := element.getprevious()) is not None:
            parent.remove(before)
