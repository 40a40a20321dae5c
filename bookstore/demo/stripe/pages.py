"""The frame of every page, and how a page is sent."""

from http import HTTPStatus
from pathlib import Path

from bookstore.demo.stripe.markup import Markup, fill
from bookstore.demo.stripe.web import Answer

_STYLE = Path(__file__).with_name("style.css")

_FRAME = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="stylesheet" href="/style.css">
<link rel="icon" href="data:,">
</head>
<body>
<header class="notice"><p><strong>Demonstration.</strong> No money moves. This page stands in
for Stripe; never enter a real card.</p></header>
<main class="page {width}">
{body}
</main>
</body>
</html>
"""


def page(
    title: str,
    body: Markup,
    *,
    status: int = HTTPStatus.OK,
    form_action: str = "'self'",
    width: str = "",
) -> Answer:
    """Answer with a page; `form_action` lists where its forms may lead (CSP)."""
    text = fill(_FRAME, title=title, body=body, width=width)
    policy = (
        "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none';"
        f" frame-ancestors 'none'; form-action {form_action}"
    )
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": policy,
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    return Answer(text.encode(), int(status), headers)


def fixed(path: str) -> Answer:
    """Answer with what does not depend on any state: style sheet, front page, or 404."""
    if path == "/style.css":
        return _style()
    if path == "/":
        text = "A demonstration payment service for the bookstore."
        way = Markup('<p><a href="/_control">Control page</a></p>')
        return message("Stand-in for Stripe", text, status=HTTPStatus.OK, way_back=way)
    text = "There is nothing at this address."
    return message("Not found", text, status=HTTPStatus.NOT_FOUND)


def _style() -> Answer:
    headers = {"Content-Type": "text/css; charset=utf-8", "Cache-Control": "max-age=60"}
    return Answer(_STYLE.read_bytes(), HTTPStatus.OK, headers)


def message(title: str, text: str, *, status: int, way_back: Markup | None = None) -> Answer:
    """Answer with a page that only says something."""
    body = fill(
        '<div class="sheet sheet--narrow"><h1>{title}</h1><p>{text}</p>{way_back}</div>',
        title=title,
        text=text,
        way_back=way_back or Markup(""),
    )
    return page(title, body, status=status)
