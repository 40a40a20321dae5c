"""The hosted payment page: show it, take what is sent, lead back to the shop."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from bookstore.demo.stripe import checkout, hosted_view, pages, sessions, web
from bookstore.demo.stripe.payment_form import PaymentForm
from bookstore.demo.stripe.store import Store

Body = dict[str, Any]


@dataclass(frozen=True)
class HostedPage:
    """The pages below `/c/pay/`."""

    store: Store

    def answer(self, request: web.Request, session_id: str, step: str) -> web.Answer:
        """Answer for one session; `step` is empty, `debit`, `bank` or `free`."""
        session = self.store.find("checkout.session", session_id)
        if session is None:
            return pages.message(
                "No such payment",
                "This payment page does not exist. Go back to the shop and try again.",
                status=HTTPStatus.NOT_FOUND,
            )
        if request.method == "GET":
            return self._show(session, step)
        if session["status"] != "open":
            return self._after(session_id)
        try:
            return self._take(session, step, PaymentForm(request.form))
        except checkout.Ended:
            # The second of two presses: the first one paid.
            return self._after(session_id)

    def _show(self, session: Body, step: str) -> web.Answer:
        if session["status"] != "open":
            return hosted_view.ended(session)
        if checkout.is_asked(self.store, session):
            return hosted_view.bank_question(session, form_action=_leads_to(session))
        if step:
            return web.see_other(f"/c/pay/{session['id']}")
        return self._form(session, PaymentForm({"email": session["customer_email"] or ""}))

    def _take(self, session: Body, step: str, form: PaymentForm) -> web.Answer:
        if session["customer_email"]:
            form.values["email"] = session["customer_email"]
        if step == "bank":
            return self._take_answer(session, form)
        if step == "debit" and sessions.debits & set(session["payment_method_types"]):
            if not form.check_debit():
                return self._form(session, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
            account = form.value("account")
            checkout.pay_by_debit(self.store, session["id"], account=account, payer=form.payer)
            return self._after(session["id"])
        if step == "free" and not session["amount_total"]:
            if not form.check_email():
                return self._form(session, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
            checkout.take_for_nothing(self.store, session["id"], payer=form.payer)
            return self._after(session["id"])
        return self._take_card(session, form)

    def _take_card(self, session: Body, form: PaymentForm) -> web.Answer:
        if not form.check_card(now=self.store.clock.now()):
            return self._form(session, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            checkout.pay_by_card(
                self.store, session["id"], number=form.value("number"), payer=form.payer
            )
        except checkout.OwnerAsked:
            return web.see_other(f"/c/pay/{session['id']}/bank")
        except checkout.Declined as declined:
            form.errors["number"] = str(declined)
            return self._form(session, form, status=HTTPStatus.PAYMENT_REQUIRED)
        return self._after(session["id"])

    def _take_answer(self, session: Body, form: PaymentForm) -> web.Answer:
        is_owner = form.value("answer") == "complete"
        try:
            checkout.answer_bank(self.store, session["id"], is_owner=is_owner)
        except checkout.Declined as declined:
            fresh = PaymentForm({"email": session["customer_email"] or ""})
            fresh.errors["number"] = str(declined)
            session = self.store.get("checkout.session", session["id"])
            return self._form(session, fresh, status=HTTPStatus.PAYMENT_REQUIRED)
        return self._after(session["id"])

    def _after(self, session_id: str) -> web.Answer:
        """Lead on: to the shop from a complete session, else to what there is to see."""
        session = self.store.get("checkout.session", session_id)
        if session["status"] == "complete":
            return web.see_other(sessions.success_url(session))
        return web.see_other(f"/c/pay/{session_id}")

    def _form(
        self, session: Body, form: PaymentForm, *, status: int = HTTPStatus.OK
    ) -> web.Answer:
        return hosted_view.form(
            session,
            form,
            items=self.store.aside(session["id"])["line_items"],
            form_action=_leads_to(session),
            status=status,
        )


def _leads_to(session: Body) -> str:
    """Return where the forms may lead: Chromium holds a form's redirects to the policy."""
    shop = urlsplit(session["success_url"])
    return f"'self' {shop.scheme}://{shop.netloc}"
