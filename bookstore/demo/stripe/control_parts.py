"""Pieces that several parts of the control page are made of."""

from bookstore.demo.stripe.markup import Markup, fill

_ACTION = """
<form method="post" action="{path}">{hidden}
<button class="button {style} button--small">{label}{about}</button></form>
"""

_DONE = {
    "clock": "The clock has moved.",
    "disputes": "The dispute is open, and the bank has taken the money.",
    "disputes close won": "The bank is content: the shop has the money.",
    "disputes escalate": "The inquiry is a dispute now, and the bank has taken the money.",
    "disputes close lost": "The shop has lost: the money is gone.",
    "events deliver": "The event is on its way again.",
    "faults": "This will go wrong from now on.",
    "faults clear": "This will go well again.",
    "inquiries": "The bank has inquired; no money has moved.",
    "intents settle succeed": "The bank has paid.",
    "intents settle fail": "The bank has refused.",
    "refunds": "The refund is made.",
    "refunds settle succeed": "The bank has taken the refund.",
    "refunds settle fail": "The bank has sent the refund back.",
    "sessions expire": "The page has expired.",
}


def note(did: str) -> Markup:
    """Say what was done; nothing for words that are not ours."""
    if did not in _DONE:
        return Markup("")
    return fill('<p class="done" role="status">{text}</p>', text=_DONE[did])


def hidden(**values: str) -> Markup:
    """Return hidden fields."""
    return Markup(
        "".join(
            fill('<input type="hidden" name="{name}" value="{value}">', name=name, value=value)
            for name, value in values.items()
        )
    )


def action(
    path: str, label: str, *, about: str = "", style: str = "button--quiet", **fields: str
) -> Markup:
    """Return a button that does one thing; `about` tells who cannot see what it is beside."""
    unseen = fill('<span class="visually-hidden"> {about}</span>', about=about)
    return fill(
        _ACTION,
        path=path,
        label=label,
        about=unseen if about else Markup(""),
        style=style,
        hidden=hidden(**fields),
    )
