"""A request and an answer, apart from the server that carries them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class Request:
    """What a client sent."""

    method: str
    path: str
    query: str
    headers: Message
    body: bytes

    def header(self, name: str) -> str:
        """Return a header's value, or an empty string."""
        return str(self.headers.get(name, ""))

    @property
    def text(self) -> str:
        """The body as text; what is not UTF-8 is replaced."""
        return self.body.decode("utf-8", errors="replace")

    @property
    def form(self) -> dict[str, str]:
        """The fields of a submitted page, the last of each name."""
        return dict(parse_qsl(self.text, keep_blank_values=True))

    @property
    def is_json(self) -> bool:
        """Whether a program, not a page, is talking."""
        sent = self.header("Content-Type") or self.header("Accept")
        return sent.partition(";")[0].strip() == "application/json"

    @property
    def is_from_own_page(self) -> bool:
        """Whether a browser says that one of our own pages sent this.

        A page elsewhere cannot send JSON here without asking, and we never say yes, so a
        program without a browser's headers may send it.
        """
        if site := self.header("Sec-Fetch-Site"):
            return site == "same-origin"
        if origin := self.header("Origin"):
            return origin == f"http://{self.header('Host')}"
        return self.is_json


@dataclass(frozen=True)
class Answer:
    """What a client gets back."""

    body: bytes = b""
    status: int = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)


def as_json(body: Any, *, status: int = HTTPStatus.OK, **headers: str) -> Answer:
    """Answer with a JSON document; `Header_Name=` becomes a header."""
    text = body if isinstance(body, str) else json.dumps(body, indent=2)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    named["Content-Type"] = "application/json"
    return Answer(text.encode(), int(status), named)


def see_other(url: str) -> Answer:
    """Send the browser to another page with GET."""
    return Answer(b"", HTTPStatus.SEE_OTHER, {"Location": url})
