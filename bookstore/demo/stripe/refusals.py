"""The errors Stripe answers with, as exceptions."""

from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import Any


class Refused(Exception):
    """Stripe would not do it: an HTTP status and the body's `error` member."""

    def __init__(
        self,
        message: str,
        *,
        status: int = HTTPStatus.BAD_REQUEST,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
    ) -> None:
        """Keep what the answer's body will say."""
        super().__init__(message)
        self.status = int(status)
        self.error: dict[str, Any] = {"message": message, "type": kind}
        if code:
            self.error["code"] = code
            self.error["doc_url"] = (
                f"https://docs.stripe.com/error-codes#{code.replace('_', '-')}"
            )
        if param:
            self.error["param"] = param


def no_such(noun: str, object_id: str, *, param: str = "id") -> Refused:
    """Build the answer to an unknown id (404 in a path, 400 in a parameter)."""
    status = HTTPStatus.NOT_FOUND if param == "id" else HTTPStatus.BAD_REQUEST
    return Refused(
        f"No such {noun}: '{object_id}'", status=status, code="resource_missing", param=param
    )


def not_spoken(name: str) -> Refused:
    """Build the answer to what Stripe knows and this stand-in does not act on."""
    message = f"Stripe knows {name}; this stand-in for Stripe does not speak it."
    return Refused(message, code="stand_in_limit", param=name)


def check_spoken(given: Mapping[str, Any], spoken: Collection[str], *, path: str = "") -> None:
    """Refuse parameters that would be taken and then ignored.

    :raises Refused: when there is one.
    """
    for name, value in given.items():
        if name not in spoken and value not in ("", False, {}, []):
            raise not_spoken(name=f"{path}[{name}]" if path else name)
