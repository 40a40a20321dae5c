"""How the hosted payment page looks."""

from http import HTTPStatus
from typing import Any

from bookstore.demo.stripe import cards, checkout, money, sessions
from bookstore.demo.stripe.markup import Markup, fill, join
from bookstore.demo.stripe.pages import page
from bookstore.demo.stripe.payment_form import PaymentForm
from bookstore.demo.stripe.web import Answer

Body = dict[str, Any]

_FORM = """
<h1 class="visually-hidden">Pay {amount}</h1>
{summary}
<div class="pay">
<section class="sheet order" aria-labelledby="order">
<h2 id="order" class="order__title">Your order</h2>
<ul class="order__items">{items}</ul>
<p class="order__total"><span>Total</span> <strong>{amount}</strong></p>
{back}
</section>
<div class="ways">
{ways}
</div>
{hints}
</div>
"""

_CARD = """
<section class="sheet" aria-labelledby="card">
<h2 id="card">Pay by card</h2>
<form method="post" action="{url}" novalidate class="fields">
{email}
{number}
<div class="fields__pair">{expiry}{cvc}</div>
{name}
<button class="button">Pay {amount}</button>
</form>
</section>
"""

_HINTS = """
<details class="hints" open>
<summary>Test cards</summary>
<p>Any month to come and any security code will do.</p>
<dl>{cards}</dl>
</details>
"""

_DEBIT = """
<details class="sheet"{open}>
<summary><h2>Pay by bank debit</h2></summary>
<p class="quiet">The bank answers days later. The order waits until then.</p>
<form method="post" action="{url}/debit" novalidate class="fields">
{email}
{name}
<fieldset>
<legend>Test account</legend>
{error}
<label class="choice"><input type="radio" name="account" value="{pays}"{pays_checked}>
{pays} <span class="quiet">the bank pays</span></label>
<label class="choice"><input type="radio" name="account" value="{refuses}"{refuses_checked}>
{refuses} <span class="quiet">the bank refuses</span></label>
</fieldset>
<button class="button button--quiet">Pay {amount} by bank debit</button>
</form>
</details>
"""

_FREE = """
<section class="sheet" aria-labelledby="free">
<h2 id="free">Nothing to pay</h2>
<form method="post" action="{url}/free" novalidate class="fields">
{email}
<button class="button">Complete the order</button>
</form>
</section>
"""

_FIELD = """
<div class="field">
<label for="{id}">{label}</label>
<input id="{id}" name="{name}" value="{value}" type="{type}" autocomplete="{autocomplete}"
{attributes}>
{error}
</div>
"""

_BANK = """
<div class="sheet sheet--narrow">
<p class="quiet">3-D Secure</p>
<h1>Your bank asks: is it you?</h1>
<p>The test bank wants to know that you are the cardholder before it pays
<strong>{amount}</strong>.</p>
<form method="post" action="{url}/bank" class="answers">
<button class="button" name="answer" value="complete">Complete</button>
<button class="button button--quiet" name="answer" value="fail">Fail</button>
</form>
</div>
"""

_ENDED = """
<div class="sheet sheet--narrow">
<h1>{title}</h1>
<p>{text}</p>
{back}
</div>
"""


def form(
    session: Body, form: PaymentForm, *, items: list[Body], form_action: str, status: int
) -> Answer:
    """Show what is bought, what it costs and the ways to pay it."""
    amount = money.shown(session["amount_total"], session["currency"])
    body = fill(
        _FORM,
        amount=amount,
        summary=_summary(form),
        items=join(_item(item) for item in items),
        back=_way_back(session),
        ways=join(_ways(session, form, amount)),
        hints=_hints(session),
    )
    title = f"{'Error: ' if form.errors else ''}Pay {amount}"
    return page(title, body, status=status, form_action=form_action)


def bank_question(session: Body, *, form_action: str) -> Answer:
    """Show the bank's question to the cardholder."""
    amount = money.shown(session["amount_total"], session["currency"])
    body = fill(_BANK, amount=amount, url=_path(session))
    return page("Your bank asks", body, form_action=form_action)


def ended(session: Body) -> Answer:
    """Show that a session can no longer be paid."""
    if session["status"] == "complete":
        title, text = "This order is complete", "There is nothing more to pay here."
        url = sessions.success_url(session)
        back = fill('<p><a class="button" href="{url}">To your order</a></p>', url=url)
    else:
        title = "This payment page has expired"
        text = "Nothing was charged. Go back to the shop to try again."
        back = _way_back(session)
    body = fill(_ENDED, title=title, text=text, back=back)
    return page(title, body, status=HTTPStatus.OK)


def _ways(session: Body, form: PaymentForm, amount: str) -> list[Markup]:
    """Return a form for each way to pay."""
    url = _path(session)
    if not session["amount_total"]:
        return [fill(_FREE, url=url, email=_email(session, form, "free"))]
    found = []
    is_debit = "account" in form.values or "holder" in form.errors
    if "card" in session["payment_method_types"]:
        shown = PaymentForm({"email": form.value("email")}) if is_debit else form
        found.append(_card(session, shown, amount))
    if sessions.debits & set(session["payment_method_types"]):
        shown = form if is_debit else PaymentForm({"email": form.value("email")})
        found.append(_debit(session, shown, amount, is_open=is_debit or not found))
    return found


def _card(session: Body, form: PaymentForm, amount: str) -> Markup:
    digits = Markup('inputmode="numeric" required')
    return fill(
        _CARD,
        url=_path(session),
        amount=amount,
        email=_email(session, form, "card"),
        number=_field(form, "number", "Card number", "cc-number", digits),
        expiry=_field(form, "expiry", "Expires (MM / YY)", "cc-exp", digits),
        cvc=_field(form, "cvc", "Security code (CVC)", "cc-csc", digits),
        name=_field(form, "name", "Name on card", "cc-name", Markup("required")),
    )


def _hints(session: Body) -> Markup:
    """Return the list of test cards, where cards are taken."""
    if not session["amount_total"] or "card" not in session["payment_method_types"]:
        return Markup("")
    grouped = "{} {} {} {}"
    known = join(
        fill(
            "<div><dt>{number}</dt><dd>{does}</dd></div>",
            number=grouped.format(*(card.number[i : i + 4] for i in range(0, 16, 4))),
            does=card.does,
        )
        for card in cards.test_cards
    )
    return fill(_HINTS, cards=known)


def _debit(session: Body, form: PaymentForm, amount: str, *, is_open: bool) -> Markup:
    chosen = form.value("account") or checkout.PAYS
    checked, nothing = Markup(" checked"), Markup("")
    return fill(
        _DEBIT,
        open=Markup(" open") if is_open else nothing,
        url=_path(session),
        amount=amount,
        email=_email(session, form, "debit"),
        name=_field(form, "name", "Account holder", "name", Markup("required"), error="holder"),
        error=_error(form, "account", "account"),
        pays=checkout.PAYS,
        refuses=checkout.REFUSES,
        pays_checked=checked if chosen != checkout.REFUSES else nothing,
        refuses_checked=checked if chosen == checkout.REFUSES else nothing,
    )


def _email(session: Body, form: PaymentForm, way: str) -> Markup:
    """Return the e-mail field, or the address that the shop has given."""
    if session["customer_email"]:
        return fill('<p class="quiet">Receipt to {email}</p>', email=session["customer_email"])
    required = Markup("required")
    return _field(form, "email", "E-mail", "email", required, type_="email", way=way)


def _field(  # noqa: PLR0913
    form: PaymentForm,
    name: str,
    label: str,
    autocomplete: str,
    attributes: Markup,
    *,
    type_: str = "text",
    error: str = "",
    way: str = "",
) -> Markup:
    """Return a labelled input with its error beside it."""
    field_id = f"{way}-{name}" if way else error or name
    wrong = form.errors.get(error or name)
    if wrong:
        said = fill(' aria-invalid="true" aria-describedby="{id}-error"', id=field_id)
        attributes = Markup(attributes + said)
    return fill(
        _FIELD,
        id=field_id,
        label=label,
        name=name,
        value=form.values.get(name, ""),
        type=type_,
        autocomplete=autocomplete,
        attributes=attributes,
        error=_error(form, error or name, field_id),
    )


def _error(form: PaymentForm, name: str, field_id: str) -> Markup:
    if name not in form.errors:
        return Markup("")
    return fill(
        '<span class="error" id="{id}-error">{text}</span>', id=field_id, text=form.errors[name]
    )


def _summary(form: PaymentForm) -> Markup:
    if not form.errors:
        return Markup("")
    first = next(iter(form.errors.values()))
    rest = len(form.errors) - 1
    text = first if not rest else f"Please check {rest + 1} fields below."
    return fill('<p class="problem" role="alert">{text}</p>', text=text)


def _item(item: Body) -> Markup:
    copies = f"{item['quantity']} \N{MULTIPLICATION SIGN} " if item["quantity"] > 1 else ""
    return fill(
        "<li><span>{copies}{name}</span> <span>{amount}</span></li>",
        copies=copies,
        name=item["description"],
        amount=money.shown(item["amount_total"], item["currency"]),
    )


def _way_back(session: Body) -> Markup:
    if not session["cancel_url"]:
        return Markup("")
    return fill(
        '<p class="back"><a href="{url}">Back to the shop</a></p>', url=session["cancel_url"]
    )


def _path(session: Body) -> str:
    return f"/c/pay/{session['id']}"
