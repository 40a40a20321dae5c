"""Read a message once to check it and to learn which editions belong together."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from catalog.isbn import clean_isbn
from catalog.onix import codes
from catalog.onix.composite import Composite
from catalog.onix.market import Defaults
from catalog.onix.message import Message, is_product
from catalog.onix.reader import read_isbn, read_relations
from catalog.onix.record import BadRecord, WorkKey

Node = str | WorkKey
"""An ISBN or a work's identifier."""


class Groups:
    """Editions joined by the relations that records state (a union-find)."""

    def __init__(self) -> None:
        """Start with every edition by itself."""
        self._parents: dict[Node, Node] = {}
        self._members: dict[Node, list[Node]] = {}

    def root(self, node: Node) -> Node:
        """Return the node that stands for the group of this one."""
        found = node
        while (parent := self._parents.get(found, found)) != found:
            found = parent
        while self._parents.get(node, node) != found:
            self._parents[node], node = found, self._parents[node]
        return found

    def join(self, one: Node, other: Node) -> None:
        """Put two nodes, and all that are with them, in one group."""
        kept, given_up = self.root(one), self.root(other)
        if kept == given_up:
            return
        if len(self._list(kept)) < len(self._list(given_up)):
            kept, given_up = given_up, kept
        self._parents[given_up] = kept
        self._members[kept] = self._list(kept) + self._list(given_up)
        self._members.pop(given_up, None)

    def isbns(self, root: Node) -> list[str]:
        """Return the ISBNs in a group, also those without a record in the message."""
        return sorted(node for node in self._list(root) if isinstance(node, str))

    def work_keys(self, root: Node) -> list[WorkKey]:
        """Return the work identifiers in a group."""
        return sorted(node for node in self._list(root) if not isinstance(node, str))

    def _list(self, root: Node) -> list[Node]:
        return self._members.get(root, [root])


@dataclass
class Survey:
    """What the first pass found; records are counted from 0."""

    defaults: Defaults = field(default_factory=Defaults)
    isbns: list[str] = field(default_factory=list)
    duplicates: dict[int, str] = field(default_factory=dict)
    groups: Groups = field(default_factory=Groups)
    last: dict[Node, int] = field(default_factory=dict)
    """The last record that each group waits for, by its root."""
    recommended: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """The editions that a record recommends, by their ISBNs."""


def survey(message: Message, *, on_record: Callable[[int], None] = lambda seen: None) -> Survey:
    """Read the message to its end without writing anything.

    Of records with the same reference or ISBN the first counts. What is kept of each
    is little enough for messages of some hundred thousand records.

    :raises UnreadableMessage: if it is not a readable ONIX message.
    """
    found = Survey()
    references: dict[str, int] = {}
    isbns: dict[str, int] = {}
    for element in message.elements():
        if is_product(element):
            _record(element, found, references, isbns)
            on_record(len(found.isbns))
        else:
            found.defaults = Defaults(
                language=element.text("DefaultLanguageOfText"),
                currency=element.text("DefaultCurrencyCode"),
                price_type=element.text("DefaultPriceType"),
            )
    for index, isbn in enumerate(found.isbns):
        if isbn and index not in found.duplicates:
            found.last[found.groups.root(isbn)] = index
    return found


def _record(
    product: Composite, found: Survey, references: dict[str, int], isbns: dict[str, int]
) -> None:
    index, reference = len(found.isbns), product.text("RecordReference")
    try:
        isbn = sys.intern(read_isbn(product))
    except BadRecord:
        isbn = ""
    found.isbns.append(isbn)
    for what, value, lines in (
        ("RecordReference", reference, references),
        ("ISBN", isbn, isbns),
    ):
        if value and value in lines:
            text = f"{what} {value} was already used on line {lines[value]}"
            found.duplicates.setdefault(index, text)
        elif value:
            lines[value] = product.line
    if not isbn or index in found.duplicates:
        return
    notification = product.text("NotificationType")
    if notification not in {*codes.FULL_RECORDS, codes.UPDATE}:
        return
    relations = read_relations(product)
    if relations.recommended:
        found.recommended[index] = tuple(map(sys.intern, relations.recommended))
    if notification == codes.UPDATE:
        # Its edition is in a work already, or is not known at all.
        return
    for other in relations.same_work:
        found.groups.join(isbn, other)
    for key in relations.work_keys:
        found.groups.join(isbn, _node(key))


def _node(key: WorkKey) -> Node:
    """Return what stands for a work identifier: an edition's ISBN is that edition."""
    kind, _, value = key
    if kind in codes.ISBN_TYPES:
        try:
            return clean_isbn(value)
        except ValidationError:
            return key
    return key
