"""How payments look on the control page: one card each, with what can be done to it."""

from typing import Any

from bookstore.demo.stripe import disputes, money
from bookstore.demo.stripe.control_parts import action, hidden, note
from bookstore.demo.stripe.control_state import Payment, State
from bookstore.demo.stripe.markup import Markup, fill, join

Body = dict[str, Any]

_SECTION = """
<section class="sheet" id="payments" aria-labelledby="payments-title">
<h2 id="payments-title">Payments</h2>
{said}
{found}
{pages}
</section>
"""

_CARD = """
<article class="payment" id="{anchor}" aria-labelledby="{anchor}-title">
<header class="payment__head">
<h3 id="{anchor}-title">{order}</h3>
<p class="payment__amount">{amount}</p>
<p><span class="badge {tone}">{state}</span> <span class="quiet">{how}</span></p>
</header>
{said}
{parts}
<div class="payment__actions">{actions}</div>
<details class="payment__ids"><summary class="quiet">Ids</summary><ul>{ids}</ul></details>
</article>
"""

_PART = """
<div class="payment__part"><p><strong>{what} of {amount}</strong>
<span class="badge {tone}">{state}</span></p>{actions}</div>
"""

_SUM = """
<form method="post" action="/_control/refunds" class="row">{hidden}
<label>Amount <input name="sum" placeholder="all: {held}" inputmode="decimal" size="11"></label>
<button class="button button--quiet button--small">Refund
<span class="visually-hidden">{order}</span></button>
<button class="button button--quiet button--small" formaction="/_control/disputes">
Open a dispute <span class="visually-hidden">over {order}</span></button>
<button class="button button--quiet button--small" formaction="/_control/inquiries">
Inquire <span class="visually-hidden">about {order}</span></button></form>
"""

_BAD, _GOOD, _WARN, _PLAIN = "badge--bad", "badge--good", "badge--warn", ""
_OF_REFUND = {"succeeded": _GOOD, "failed": _BAD, "pending": _WARN}
_OF_DISPUTE = {
    "needs_response": ("open", _BAD),
    "under_review": ("with the bank", _WARN),
    "warning_needs_response": ("inquiry", _WARN),
    "warning_under_review": ("inquiry, with the bank", _WARN),
    "warning_closed": ("inquiry closed", _GOOD),
    "won": ("won", _GOOD),
    "lost": ("lost", _BAD),
}

_UNPAID = {
    ("open", "requires_action"): ("the bank asks the cardholder", _WARN),
    ("complete", "processing"): ("the bank is asked", _WARN),
    ("complete", "requires_payment_method"): ("the bank refused", _BAD),
}


def section(state: State, *, did: str, at: str) -> Markup:
    """Show the payments of one page, newest first."""
    cards = join(_card(payment, did=did, at=at) for payment in state.payments)
    nothing = Markup('<p class="quiet">The shop has asked for no payment yet.</p>')
    return fill(
        _SECTION,
        said=note(did if at == "payments" else ""),
        found=cards if state.payments else nothing,
        pages=_pages(state),
    )


def _card(payment: Payment, *, did: str, at: str) -> Markup:
    session = payment.session
    anchor = f"p-{session['id'][-12:]}"
    order = f"Order {session['client_reference_id'] or 'without a number'}"
    words, tone = _state(payment)
    ids = [session["id"], session["payment_intent"], payment.charge and payment.charge["id"]]
    ids += [each["id"] for each in [*payment.refunds, *payment.disputes]]
    return fill(
        _CARD,
        anchor=anchor,
        order=order,
        amount=money.shown(session["amount_total"], session["currency"]),
        state=words,
        tone=tone,
        how=_how(payment),
        said=note(did if at == anchor else ""),
        parts=join([*_refunds(payment, anchor), *_disputes(payment, anchor)]),
        actions=join(_actions(payment, anchor, order)),
        ids=join(fill("<li><code>{id}</code></li>", id=each) for each in ids if each),
    )


def _state(payment: Payment) -> tuple[str, str]:
    """Return what one would call the payment's state, and its tone."""
    session = payment.session
    if session["status"] == "expired":
        return "expired, not paid", _PLAIN
    if session["status"] == "complete" and session["payment_status"] != "unpaid":
        if any(map(_is_open, payment.disputes)):
            return "disputed", _BAD
        is_paid = session["payment_status"] == "paid"
        return ("paid" if is_paid else "nothing to pay"), _GOOD
    waits_for = payment.intent["status"] if payment.intent else ""
    return _UNPAID.get((session["status"], waits_for), ("page is open", _WARN))


def _how(payment: Payment) -> str:
    """Return how it was paid and what is left of it."""
    if not payment.charge:
        return ""
    details = payment.charge["payment_method_details"]
    last4 = details[details["type"]]["last4"]
    method = "card" if details["type"] == "card" else "bank account"
    words = f"{method} ending in {last4}"
    if payment.refunds or payment.disputes:
        words += f"; {money.shown(payment.held, payment.session['currency'])} held"
    return words


def _actions(payment: Payment, anchor: str, order: str) -> list[Markup]:
    session, intent = payment.session, payment.intent
    if session["status"] == "open":
        url = f"/_control/sessions/{session['id']}/expire"
        link = '<a class="button button--small" href="{url}">Open the page</a>'
        expire = action(url, "Let it expire", about=order, at=anchor)
        return [fill(link, url=session["url"]), expire]
    if not intent:
        return []
    if intent["status"] == "processing":
        path = f"/_control/intents/{intent['id']}/settle"
        return [
            action(path, "The bank pays", about=order, outcome="succeed", at=anchor),
            action(path, "The bank refuses", about=order, outcome="fail", at=anchor),
        ]
    is_held = payment.charge and payment.charge["paid"] and payment.held > 0
    if not is_held or any(map(disputes.has_taken, payment.disputes)):
        return []
    return [_sum(payment, anchor, order)]


def _sum(payment: Payment, anchor: str, order: str) -> Markup:
    """Return a form that takes an amount, all that is held if it is left empty."""
    currency = payment.session["currency"]
    intent_id = str(payment.session["payment_intent"])
    return fill(
        _SUM,
        order=order,
        held=money.shown(payment.held, currency),
        hidden=hidden(payment_intent=intent_id, currency=currency, at=anchor),
    )


def _refunds(payment: Payment, anchor: str) -> list[Markup]:
    parts = []
    for refund in payment.refunds:
        path = f"/_control/refunds/{refund['id']}/settle"
        actions = []
        if refund["status"] == "pending":
            actions.append(action(path, "The bank takes it", outcome="succeed", at=anchor))
        if refund["status"] in {"pending", "succeeded"}:
            actions.append(action(path, "The bank sends it back", outcome="fail", at=anchor))
        status = str(refund["status"])
        parts.append(_part("Refund", refund, status, _OF_REFUND.get(status, _PLAIN), actions))
    return parts


def _disputes(payment: Payment, anchor: str) -> list[Markup]:
    parts = []
    for dispute in payment.disputes:
        path = f"/_control/disputes/{dispute['id']}"
        if dispute["status"].startswith("warning_"):
            actions = [
                action(f"{path}/close", "The bank is content", outcome="won", at=anchor),
                action(f"{path}/escalate", "It becomes a dispute", at=anchor),
            ]
        else:
            actions = [
                action(f"{path}/close", "The shop wins", outcome="won", at=anchor),
                action(f"{path}/close", "The shop loses", outcome="lost", at=anchor),
            ]
        words, tone = _OF_DISPUTE[dispute["status"]]
        parts.append(
            _part("Dispute", dispute, words, tone, actions if _is_open(dispute) else [])
        )
    return parts


def _part(what: str, body: Body, state: str, tone: str, actions: list[Markup]) -> Markup:
    return fill(
        _PART,
        what=what,
        amount=money.shown(body["amount"], body["currency"]),
        state=state,
        tone=tone,
        actions=join(actions),
    )


def _is_open(dispute: Body) -> bool:
    return dispute["status"] not in {"won", "lost", "warning_closed"}


def _pages(state: State) -> Markup:
    """Return links to newer and older payments."""
    link = '<a href="/_control?page={number}#payments">{label}</a>'
    links = []
    if state.number > 1:
        links.append(fill(link, number=state.number - 1, label="Newer payments"))
    if not state.is_last:
        links.append(fill(link, number=state.number + 1, label="Older payments"))
    return fill('<p class="row">{links}</p>', links=join(links)) if links else Markup("")
