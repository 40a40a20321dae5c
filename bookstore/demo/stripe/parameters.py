"""Request parameters: decoded from a form body, checked against Stripe's own types.

The TypedDicts of `stripe.params` say what the pinned API version knows, so a parameter
that is misspelt, misplaced or gone is refused here as Stripe would refuse it.
"""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl

from stripe import RequestOptions
from typing_extensions import is_typeddict

from bookstore.demo.stripe.refusals import Refused

_NAME = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
_METADATA_KEYS, _METADATA_KEY_LENGTH, _METADATA_VALUE_LENGTH = 50, 40, 500


def read(encoded: str, *, shape: Any) -> dict[str, Any]:
    """Decode a form body or query string and check it against a TypedDict.

    :raises Refused: when a parameter is unknown, missing, or not of its type.
    """
    return _fields(_nested(encoded), shape=shape, path="")


def names(shape: Any) -> frozenset[str]:
    """Return the names of the parameters that a TypedDict knows."""
    return frozenset(_hints(shape))


def _nested(encoded: str) -> dict[str, Any]:
    """Decode `a[b][0]=c` into dictionaries; a list is a dictionary of its positions."""
    result: dict[str, Any] = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True):
        match = _NAME.match(name)
        if not match:
            message = f"Invalid parameter name: {name}"
            raise Refused(message, param=name)
        steps = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
        here = result
        for step in steps[:-1]:
            below = here.setdefault(step or str(len(here)), {})
            if not isinstance(below, dict):
                raise _invalid(kind="object", path=name)
            here = below
        here[steps[-1] or str(len(here))] = value
    return result


@cache
def _hints(shape: Any) -> dict[str, Any]:
    """Return the fields of a TypedDict and their types, without the SDK's own options."""
    # The SDK leaves these two names undefined at run time.
    names = {"StripeContext": str, "Mapping": Mapping}
    hints = get_type_hints(shape, localns=names)
    options = RequestOptions.__annotations__.keys()
    if options <= hints.keys():
        return {name: hint for name, hint in hints.items() if name not in options}
    return hints


def _fields(given: Any, *, shape: Any, path: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise _invalid(kind="object", path=path)
    hints = _hints(shape)
    for name in given:
        if name not in hints:
            full = _join(path, name)
            message = f"Received unknown parameter: {full}"
            raise Refused(message, code="parameter_unknown", param=full)
    for name in sorted(shape.__required_keys__):
        if name in hints and name not in given:
            raise missing(path=_join(path, name))
    return {
        name: _value(value, hint=hints[name], path=_join(path, name))
        for name, value in given.items()
    }


def _value(given: Any, *, hint: Any, path: str) -> Any:
    """Return one parameter in the type its hint asks for."""
    origin = get_origin(hint)
    if origin in {Union, UnionType}:
        return _one_of(given, options=get_args(hint), path=path)
    if origin is Literal:
        return _listed(given, allowed=get_args(hint), path=path)
    if origin is list:
        if not isinstance(given, dict):
            message = "Invalid array"
            raise Refused(message, param=path)
        (inner,) = get_args(hint)
        return [
            _value(item, hint=inner, path=f"{path}[{index}]")
            for index, item in enumerate(given.values())
        ]
    if origin is dict:
        return _metadata(given, path=path)
    if is_typeddict(hint):
        return _fields(given, shape=hint, path=path)
    return _scalar(given, hint=hint, path=path)


def _one_of(given: Any, *, options: tuple[Any, ...], path: str) -> Any:
    """Choose among a union's members by the form of what was given."""
    if isinstance(given, dict):
        for option in options:
            if is_typeddict(option) or get_origin(option) in {list, dict}:
                return _value(given, hint=option, path=path)
        raise _invalid(kind="string", path=path)
    literals = [
        value
        for option in options
        if get_origin(option) is Literal
        for value in get_args(option)
    ]
    if given == "" and "" in literals:
        return ""
    if closed := [value for value in literals if value]:
        # The SDK adds `str` so that old programs may read new values; what the API
        # accepts at this version is the list.
        return _listed(given, allowed=tuple(closed), path=path)
    scalars = [option for option in options if option in {int, float, bool, str, Decimal}]
    if not scalars:
        raise _invalid(kind="object", path=path)
    return _scalar(given, hint=scalars[0], path=path)


def _listed(given: Any, *, allowed: tuple[Any, ...], path: str) -> Any:
    if given not in allowed:
        message = f"Invalid {path}: must be one of {', '.join(map(str, allowed))}"
        raise Refused(message, param=path)
    return given


def _scalar(given: Any, *, hint: Any, path: str) -> Any:
    if isinstance(given, dict):
        raise _invalid(kind="string", path=path)
    if hint is int:
        if not re.fullmatch(r"-?\d{1,15}", given):
            message = f"Invalid integer: {given}"
            raise Refused(message, code="parameter_invalid_integer", param=path)
        return int(given)
    if hint is bool:
        if given not in {"true", "false"}:
            message = f"Invalid boolean: {given}"
            raise Refused(message, param=path)
        return given == "true"
    if hint in {float, Decimal}:
        try:
            return str(Decimal(given))
        except InvalidOperation:
            message = f"Invalid decimal: {given}"
            raise Refused(message, param=path) from None
    return given


def _metadata(given: Any, *, path: str) -> dict[str, str]:
    """Check a free-form dictionary against Stripe's limits for metadata."""
    if not isinstance(given, dict) or any(isinstance(value, dict) for value in given.values()):
        raise _invalid(kind="object", path=path)
    if len(given) > _METADATA_KEYS:
        message = f"Metadata can have up to {_METADATA_KEYS} keys"
        raise Refused(message, param=path)
    for key, value in given.items():
        if len(key) > _METADATA_KEY_LENGTH or len(value) > _METADATA_VALUE_LENGTH:
            message = (
                f"Metadata keys have up to {_METADATA_KEY_LENGTH} characters"
                f" and values up to {_METADATA_VALUE_LENGTH}"
            )
            raise Refused(message, param=f"{path}[{key}]")
    return {key: value for key, value in given.items() if value != ""}


def missing(*, path: str) -> Refused:
    """Build the answer to a required parameter that is not there."""
    return Refused(f"Missing required param: {path}.", code="parameter_missing", param=path)


def _invalid(*, kind: str, path: str) -> Refused:
    return Refused(f"Invalid {kind}", param=path)


def _join(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name
