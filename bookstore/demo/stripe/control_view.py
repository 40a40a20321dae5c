"""How the control page looks: its frame, the clock and the events."""

from datetime import UTC, datetime

from bookstore.demo.stripe import control_view_faults, control_view_payments
from bookstore.demo.stripe.control_parts import action, note
from bookstore.demo.stripe.control_state import Happening, State
from bookstore.demo.stripe.markup import Markup, fill, join
from bookstore.demo.stripe.pages import page
from bookstore.demo.stripe.web import Answer

_BODY = """
<header class="control-head">
<h1>Control of the stand-in for Stripe</h1>
<p class="quiet">What banks, cardholders, Stripe's dashboard and bad luck do to the shop
is done here.</p>
<nav aria-label="On this page"><ul class="control-head__links">
<li><a href="#payments">Payments</a></li><li><a href="#clock">Clock</a></li>
<li><a href="#faults">What goes wrong</a></li><li><a href="#events">Events</a></li>
<li><a href="/_control">Look again</a></li></ul></nav>
</header>
{problem}
<div class="control">
<div class="control__main">{payments}{events}</div>
<div class="control__side">{clock}{faults}</div>
</div>
"""

_CLOCK = """
<section class="sheet" id="clock" aria-labelledby="clock-title">
<h2 id="clock-title">Clock</h2>
{said}
<p>{ahead}</p>
<p class="quiet">Moving it brings every deadline nearer: a page expires after its 31 minutes,
a bank answers a debit after 3 days and a refund after 2. It cannot be moved back.</p>
<form method="post" action="/_control/clock" class="row">
<label>Move on by <select name="advance">
<option value="60">a minute</option><option value="1860">31 minutes</option>
<option value="86400">a day</option><option value="259200">3 days</option>
<option value="2592000">30 days</option></select></label>
<button class="button button--small">Move the clock</button>
</form>
<h3>Deliveries</h3>
<p class="quiet">{deliveries}</p>
</section>
"""

_EVENTS = """
<section class="sheet" id="events" aria-labelledby="events-title">
<h2 id="events-title">Events</h2>
{said}
{found}
</section>
"""

_EVENT = """
<li class="happening">
<div><p class="happening__type">{type}</p>
<p class="quiet"><time datetime="{at}">{time}</time> UTC, about <code>{about}</code></p>
<p class="quiet">{deliveries}</p></div>
{again}
</li>
"""

_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"))


def show(
    state: State, *, did: str = "", at: str = "", problem: str = "", status: int = 200
) -> Answer:
    """Show everything that can be seen and done; `did` is a word on what was done at `at`."""
    said = fill('<p class="problem" role="alert">{text}</p>', text=problem)
    body = fill(
        _BODY,
        problem=said if problem else Markup(""),
        payments=control_view_payments.section(state, did=did, at=at),
        events=_events(state.happenings, did=did if at == "events" else ""),
        clock=_clock(state, did=did if at == "clock" else ""),
        faults=control_view_faults.section(state.faults, did=did if at == "faults" else ""),
    )
    title = f"{'Error: ' if problem else ''}Control: stand-in for Stripe"
    return page(title, body, width="page--wide", status=status)


def _clock(state: State, *, did: str) -> Markup:
    ahead = _duration(state.ahead)
    url = state.webhook_url
    waiting = "1 waits" if state.waiting == 1 else f"{state.waiting} wait"
    where = f"Events go to {url}." if url else "The shop takes no events yet."
    return fill(
        _CLOCK,
        said=note(did),
        ahead=f"Deadlines run {ahead} ahead." if ahead else "Deadlines run on real time.",
        deliveries=f"{where} {waiting} to be delivered.",
    )


def _events(happenings: list[Happening], *, did: str) -> Markup:
    found = join(_event(happening) for happening in happenings)
    shown = fill('<ul class="happenings">{found}</ul>', found=found)
    nothing = Markup('<p class="quiet">Nothing has happened yet.</p>')
    return fill(_EVENTS, said=note(did), found=shown if happenings else nothing)


def _event(happening: Happening) -> Markup:
    event = happening.event
    at = datetime.fromtimestamp(event["created"], tz=UTC)
    made = [f"{each['state']}: {each['result']}" for each in happening.deliveries]
    made = [words.removesuffix(": ") for words in made]
    label = "Deliver again"
    return fill(
        _EVENT,
        type=event["type"],
        at=at.isoformat(),
        time=f"{at:%d %b %H:%M:%S}",
        about=_short(event["data"]["object"]["id"]),
        deliveries="; ".join(made) or "not sent: the shop does not ask for this type",
        again=action(f"/_control/events/{event['id']}/deliver", label, about=event["type"]),
    )


def _short(object_id: str) -> str:
    """Return enough of an id to tell it from its neighbours."""
    prefix = object_id.rpartition("_")[0]
    return f"{prefix}_…{object_id[-6:]}"


def _duration(seconds: float) -> str:
    """Return a length of time in words, to the minute."""
    parts, left = [], round(seconds)
    for size, name in _UNITS:
        number, left = divmod(left, size)
        if number:
            parts.append(f"{number} {name}{'s' if number > 1 else ''}")
    return " ".join(parts)
