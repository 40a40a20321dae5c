"""How the faults look on the control page: each with a sentence and a switch."""

from bookstore.demo.stripe import faults
from bookstore.demo.stripe.control_parts import action, hidden, note
from bookstore.demo.stripe.faults import Fault
from bookstore.demo.stripe.markup import Markup, fill, join

_SECTION = """
<section class="sheet" id="faults" aria-labelledby="faults-title">
<h2 id="faults-title">What goes wrong</h2>
{said}
{all_off}
<h3>On the way to the shop</h3>
<ul class="switches">{deliveries}</ul>
<h3>When the shop asks Stripe</h3>
<ul class="switches">{requests}</ul>
<datalist id="events-known">{events}</datalist>
<datalist id="requests-known">{paths}</datalist>
</section>
"""

_OFF = """
<li class="switch"><details>
<summary><strong>{title}</strong> <span class="badge">off</span>
<span class="switch__what quiet">{what}</span></summary>
<form method="post" action="/_control/faults" class="row">{hidden}
<label>How often <select name="count"><option value="1">once</option>
<option value="3">3 times</option><option value="10">10 times</option>
<option value="always">until switched off</option></select></label>
{seconds}
<label>Only <input name="only" list="{known}" placeholder="everything" size="20"></label>
<button class="button button--small">Switch on<span class="visually-hidden"> {title}</span>
</button>
</form></details></li>
"""

_ON = """
<li class="switch switch--on">
<p><strong>{title}</strong> <span class="badge badge--warn">on</span></p>
<p>{what}</p>
<ul class="quiet">{planned}</ul>
{off}
</li>
"""

_SECONDS = """
<label>Seconds <input name="seconds" value="{seconds}" inputmode="decimal" size="5"></label>
"""

_TITLES = {
    "drop": "Lost event",
    "duplicate": "Event twice",
    "delay": "Late event",
    "reorder": "Events out of order",
    "wrong_secret": "Wrong signature",
    "old_timestamp": "Old signature",
    "fail_before": "Failure before the work",
    "fail_after": "Failure after the work",
    "lose_response": "Lost answer",
    "rate_limit": "Too many requests",
    "slow": "Slow answer",
}
_USUAL_SECONDS = {"delay": 60, "slow": 15}
_EVENTS = (
    "checkout.session.*",
    "checkout.session.completed",
    "checkout.session.expired",
    "checkout.session.async_payment_*",
    "refund.*",
    "charge.refunded",
    "charge.dispute.*",
)
_REQUESTS = (
    "POST /v1/checkout/sessions",
    "GET /v1/checkout/sessions/*",
    "POST /v1/checkout/sessions/*/expire",
    "POST /v1/refunds",
    "GET /v1/*",
    "POST *",
)


def section(planned: list[Fault], *, did: str) -> Markup:
    """Show each fault, on or off."""
    all_off = action("/_control/faults/clear", "Let all go well", style="", at="faults")
    return fill(
        _SECTION,
        said=note(did),
        all_off=all_off if planned else Markup('<p class="quiet">All goes well now.</p>'),
        deliveries=join(_switch(kind, planned) for kind in faults.of_deliveries),
        requests=join(_switch(kind, planned) for kind in faults.of_requests),
        events=_options(_EVENTS),
        paths=_options(_REQUESTS),
    )


def _switch(kind: str, planned: list[Fault]) -> Markup:
    title, what = _TITLES[kind], faults.kinds[kind]
    if on := [fault for fault in planned if fault.kind == kind]:
        off = action(
            "/_control/faults/clear", "Switch off", about=title, kind=kind, at="faults"
        )
        rows = join(fill("<li>{words}</li>", words=_words(fault)) for fault in on)
        return fill(_ON, title=title, what=what, planned=rows, off=off)
    seconds = fill(_SECONDS, seconds=_USUAL_SECONDS[kind]) if kind in faults.timed else ""
    return fill(
        _OFF,
        title=title,
        what=what,
        hidden=hidden(kind=kind, at="faults"),
        seconds=seconds if isinstance(seconds, Markup) else Markup(""),
        known="events-known" if kind in faults.of_deliveries else "requests-known",
    )


def _words(fault: Fault) -> str:
    if fault.count is None:
        often = "Until switched off"
    else:
        often = "Once more" if fault.count == 1 else f"{fault.count} times more"
    late = f", {fault.seconds:g} seconds late" if fault.kind in faults.timed else ""
    only = f", only {fault.only}" if fault.only else ""
    return f"{often}{late}{only}"


def _options(values: tuple[str, ...]) -> Markup:
    return join(fill('<option value="{value}"></option>', value=value) for value in values)
