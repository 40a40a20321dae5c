"""How the control page looks."""

from typing import Any

from bookstore.demo.stripe import faults, money
from bookstore.demo.stripe.markup import Markup, fill, join
from bookstore.demo.stripe.pages import page
from bookstore.demo.stripe.web import Answer

Body = dict[str, Any]

_BODY = """
<h1>Control of the stand-in for Stripe</h1>
{problem}
<div class="panels">
<section class="sheet" aria-labelledby="faults"><h2 id="faults">What goes wrong next</h2>
<form method="post" action="/_control/faults" class="row">
<label>Fault <select name="kind">{kinds}</select></label>
<label>Times <input name="count" value="1" inputmode="numeric" size="5"></label>
<label>Seconds <input name="seconds" value="5" inputmode="decimal" size="5"></label>
<label>Only <input name="only" placeholder="checkout.session.*" size="24"></label>
<button class="button button--small">Plan it</button>
</form>
{planned}
</section>
<section class="sheet" aria-labelledby="clock"><h2 id="clock">Clock and deliveries</h2>
<p class="quiet">Deadlines run {ahead} minutes ahead. {waiting} deliveries wait to be made
to {webhook}.</p>
<form method="post" action="/_control/clock" class="row">
<label>Advance by <select name="advance">
<option value="1860">31 minutes</option><option value="86400">a day</option>
<option value="259200">3 days</option></select></label>
<button class="button button--small">Advance</button>
</form>
</section>
{tables}
</div>
"""

_TABLE = """
<section class="sheet" aria-labelledby="{id}"><h2 id="{id}">{title}</h2>
{found}</section>
"""

_ROWS = """
<div class="scroll" tabindex="0" role="group" aria-label="{title}, a table to scroll">
<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>
"""

_ACTION = """
<form method="post" action="{path}"><input type="hidden" name="outcome" value="{outcome}">
<button class="button button--quiet button--small">{label}</button></form>
"""

_REFUND = """
<form method="post" action="/_control/refunds">
<input type="hidden" name="payment_intent" value="{id}">
<label>Cents
<input name="amount" value="" placeholder="all" inputmode="numeric" size="6"></label>
<button class="button button--quiet button--small">Refund</button></form>
"""


def show(state: Body, *, problem: str = "") -> Answer:
    """Show everything that can be seen and done."""
    said = fill('<p class="problem" role="alert">{text}</p>', text=problem)
    body = fill(
        _BODY,
        problem=said if problem else Markup(""),
        kinds=join(
            fill('<option value="{kind}">{kind}: {what}</option>', kind=kind, what=what)
            for kind, what in faults.kinds.items()
        ),
        planned=_planned(state["faults"]),
        ahead=round(state["clock"]["ahead"] / 60),
        waiting=state["waiting"],
        webhook=state["webhook"]["url"] or "nowhere yet",
        tables=join(_tables(state)),
    )
    return page("Control: stand-in for Stripe", body, width="page--wide")


def _planned(planned: list[Body]) -> Markup:
    if not planned:
        return Markup('<p class="quiet">Nothing.</p>')
    rows = join(
        fill(
            "<li>{kind}, {count} times {only}</li>",
            kind=fault["kind"],
            count=fault["count"],
            only=f"for {fault['only']}" if fault["only"] else "",
        )
        for fault in planned
    )
    clear = _action("/_control/faults/clear", "Let all go well", "")
    return fill("<ul>{rows}</ul>{clear}", rows=rows, clear=clear)


def _tables(state: Body) -> list[Markup]:
    return [
        _table(
            "Sessions",
            ("Session", "Order", "Amount", "State", "Do"),
            state["sessions"],
            _session,
        ),
        _table(
            "Payments", ("Intent", "Order", "Amount", "State", "Do"), state["intents"], _intent
        ),
        _table(
            "Refunds", ("Refund", "Intent", "Amount", "State", "Do"), state["refunds"], _refund
        ),
        _table(
            "Disputes",
            ("Dispute", "Intent", "Amount", "State", "Do"),
            state["disputes"],
            _dispute,
        ),
        _table(
            "Events",
            ("Event", "Type", "About", "Delivery", "Do"),
            state["events"],
            lambda event: _event(event, state["deliveries"]),
        ),
    ]


def _table(title: str, heads: tuple[str, ...], found: list[Body], row: Any) -> Markup:
    cells = join(
        fill("<tr>{cells}</tr>", cells=join(fill("<td>{cell}</td>", cell=c) for c in row(body)))
        for body in found
    )
    table = fill(
        _ROWS,
        title=title,
        heads=join(fill('<th scope="col">{head}</th>', head=head) for head in heads),
        rows=cells,
    )
    nothing = Markup('<p class="quiet">None yet.</p>')
    return fill(_TABLE, id=title.lower(), title=title, found=table if found else nothing)


def _session(body: Body) -> tuple[object, ...]:
    do = Markup("")
    if body["status"] == "open":
        link = fill('<a href="{url}">Page</a>', url=body["url"])
        do = join([link, _action(f"/_control/sessions/{body['id']}/expire", "Expire", "")])
    state = f"{body['status']}, {body['payment_status']}"
    return (
        _id(body),
        body["client_reference_id"] or "",
        _amount(body, "amount_total"),
        state,
        do,
    )


def _intent(body: Body) -> tuple[object, ...]:
    do = Markup("")
    if body["status"] == "processing":
        do = _outcomes(f"/_control/intents/{body['id']}/settle", "succeed", "fail")
    elif body["status"] == "succeeded":
        do = fill(_REFUND, id=body["id"])
    about = ", ".join(body["metadata"].values())
    return _id(body), about, _amount(body), body["status"], do


def _refund(body: Body) -> tuple[object, ...]:
    do = Markup("")
    if body["status"] == "pending":
        do = _outcomes(f"/_control/refunds/{body['id']}/settle", "succeed", "fail")
    return _id(body), body["payment_intent"], _amount(body), body["status"], do


def _dispute(body: Body) -> tuple[object, ...]:
    do = Markup("")
    if body["status"] not in {"won", "lost"}:
        do = _outcomes(f"/_control/disputes/{body['id']}/close", "won", "lost")
    return _id(body), body["payment_intent"], _amount(body), body["status"], do


def _event(body: Body, deliveries: list[Body]) -> tuple[object, ...]:
    made = [each for each in deliveries if each["event_id"] == body["id"]]
    how = "; ".join(f"{each['state']} {each['result']}".strip() for each in made)
    do = _action(f"/_control/events/{body['id']}/deliver", "Deliver again", "")
    return _id(body), body["type"], body["data"]["object"]["id"], how, do


def _id(body: Body) -> Markup:
    return fill("<code>{id}</code>", id=body["id"])


def _amount(body: Body, name: str = "amount") -> str:
    return money.shown(body[name], body["currency"])


def _outcomes(path: str, *outcomes: str) -> Markup:
    return join(_action(path, outcome.capitalize(), outcome) for outcome in outcomes)


def _action(path: str, label: str, outcome: str) -> Markup:
    return fill(_ACTION, path=path, label=label, outcome=outcome)
