"""The control page changes things only for itself and for programs."""

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from html import escape

import pytest

from bookstore.demo.stripe import faults, shopper

COMPLETED = "checkout.session.completed"


def send(url, fields, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    data = urllib.parse.urlencode(fields).encode()
    request = urllib.request.Request(url, data=data, headers=named)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_faults_are_planned_listed_and_cleared(control, stand_in):
    control("faults", kind="drop", count=2, only=COMPLETED)

    assert control("faults") == {
        "faults": [{"kind": "drop", "count": 2, "seconds": 0, "only": COMPLETED}]
    }
    control("faults/clear", really=True)
    assert control("faults") == {"faults": []}


def test_a_fault_that_does_not_exist_is_refused(control):
    with pytest.raises(urllib.error.HTTPError) as refused:
        control("faults", kind="flood")

    with refused.value as error:
        assert error.code == 400


def test_another_site_cannot_press_the_buttons(stand_in):
    url = f"{stand_in.base_url}/_control/faults"
    fault = {"kind": "drop"}

    assert send(url, fault, Sec_Fetch_Site="cross-site")[0] == 403
    assert send(url, fault, Origin="http://127.0.0.1:8000")[0] == 403
    assert send(url, fault)[0] == 403
    assert send(url, fault, Sec_Fetch_Site="same-origin")[0] == 200
    assert send(url, fault, Origin=stand_in.base_url)[0] == 200


def test_another_name_for_this_machine_is_not_answered(stand_in):
    assert send(f"{stand_in.base_url}/_control/faults", {}, Host="evil.example")[0] == 421


@pytest.fixture
def press(stand_in):
    """Return a function that sends a form of the control page and returns what it shows."""

    def send_form(path, **fields):
        url = f"{stand_in.base_url}/_control/{path}"
        return send(url, fields, Sec_Fetch_Site="same-origin")

    return send_form


def test_the_page_shows_what_can_be_done(open_session, stand_in):
    shopper.pay_by_card(open_session().url, number="4000000000000259")
    shopper.pay_by_debit(open_session().url)
    shopper.pay_by_card(open_session(client_reference_id="<i>").url)
    open_session()

    page = shopper.look(f"{stand_in.base_url}/_control")

    assert page.status == 200
    labels = ["Deliver again", "The bank pays", "The shop wins", "Refund", "Open a dispute"]
    labels += ["Let it expire", "Open the page", "Move the clock", "No money moves"]
    assert [label for label in labels if label not in page.text] == []
    assert "<i>" not in page.text
    assert "<script" not in page.text


def test_each_fault_is_explained_and_switched_on_and_off(press, stand_in):
    off = shopper.look(f"{stand_in.base_url}/_control").text
    assert "All goes well now." in off

    for kind, sentence in faults.kinds.items():
        assert escape(sentence) in off
        _, on = press("faults", kind=kind, count="always", seconds="2", at="faults")
        assert "This will go wrong from now on." in on
        assert [(each.kind, each.count) for each in faults.planned(stand_in.store)] == [
            (kind, None)
        ]
        _, off_again = press("faults/clear", kind=kind, at="faults")
        assert "This will go well again." in off_again
        assert faults.planned(stand_in.store) == []


def test_switching_one_fault_off_leaves_the_others_on(press, stand_in):
    press("faults", kind="drop", count="3", only=COMPLETED)
    press("faults", kind="slow", count="always", seconds="2.5")

    _, page = press("faults/clear", kind="drop")

    assert [each.kind for each in faults.planned(stand_in.store)] == ["slow"]
    assert "Until switched off, 2.5 seconds late" in page
    press("faults/clear")
    assert faults.planned(stand_in.store) == []


def test_a_payment_is_refunded_and_disputed_in_dollars(client, pay, press, stand_in):
    intent = pay()

    _, page = press("refunds", payment_intent=intent.id, sum="10.00")
    assert "Refund of $10.00" in page
    assert "$20.45 held" in page
    _, page = press("disputes", payment_intent=intent.id, sum="")
    assert "Dispute of $20.45" in page
    (dispute,) = client.v1.disputes.list().data
    _, page = press(f"disputes/{dispute.id}/close", outcome="won")

    assert client.v1.disputes.retrieve(dispute.id).status == "won"
    assert stand_in.money_held(intent.id) == 2045


@pytest.mark.parametrize("written", ["30.46", "ten", "-1", "10.5", "0"])
def test_a_sum_that_cannot_be_refunded_is_refused_in_words(pay, press, stand_in, written):
    intent = pay()

    status, page = press("refunds", payment_intent=intent.id, sum=written)

    assert status == 400
    assert 'role="alert"' in page
    assert stand_in.money_held(intent.id) == 3045


def test_many_payments_are_shown_page_by_page(open_session, stand_in):
    for number in range(23):
        open_session(client_reference_id=f"N{number}N")

    newest = shopper.look(f"{stand_in.base_url}/_control").text
    older = shopper.look(f"{stand_in.base_url}/_control?page=2").text

    assert "N22N" in newest
    assert "N2N" not in newest
    assert "Older payments" in newest
    assert "N2N" in older
    assert "Newer payments" in older


@pytest.mark.parametrize("address", ["?page=0", "?page=x", "?did=<b>&at=<b>", "?page=999999"])
def test_a_strange_address_shows_the_page(stand_in, address):
    page = shopper.look(f"{stand_in.base_url}/_control{address}")

    assert page.status == 200
    assert "<b>" not in page.text


def test_where_to_go_back_to_is_not_taken_from_strangers(stand_in):
    request = urllib.request.Request(
        f"{stand_in.base_url}/_control/clock",
        data=urllib.parse.urlencode({"advance": "1", "at": "x\r\nSet-Cookie: a=b"}).encode(),
        headers={"Sec-Fetch-Site": "same-origin"},
    )

    with urllib.request.urlopen(request) as answer:
        assert answer.url.endswith("/_control?did=clock&at=clock#clock")


@pytest.mark.parametrize("advance", ["soon", "nan", "inf"])
def test_the_clock_moves_by_numbers_only(press, stand_in, advance):
    assert press("clock", advance=advance)[0] == 400
    assert stand_in.store.clock.ahead == 0


def test_a_bank_debit_is_settled_by_hand(client, open_session, shop, control):
    session = open_session()
    shopper.pay_by_debit(session.url)
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent

    control(f"intents/{intent}/settle", outcome="fail")

    shop.wait_for("checkout.session.async_payment_failed")


def test_the_clock_is_advanced_from_outside(client, open_session, control):
    session = open_session()

    control("clock", advance=1900)

    assert client.v1.checkout.sessions.retrieve(session.id).status == "expired"


def test_the_command_serves_until_it_is_told_to_end(tmp_path):
    command = [sys.executable, "-m", "bookstore.demo.stripe", "--secret-key", "sk_test_1"]
    command += ["--webhook-secret", "whsec_1", "--data", str(tmp_path / "stripe.sqlite3")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline()
        url = line.split()[-1]
        answer = json.loads(
            urllib.request.urlopen(
                urllib.request.Request(url, headers={"Accept": "application/json"})
            ).read()
        )
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=5)

    assert "no money moves" in line
    assert answer["sessions"] == []
    assert process.returncode == 0


def test_the_command_refuses_a_live_key():
    command = [sys.executable, "-m", "bookstore.demo.stripe", "--secret-key", "sk_live_1"]
    refused = subprocess.run(
        [*command, "--webhook-secret", "whsec_1"], capture_output=True, text=True, check=False
    )

    assert refused.returncode == 2
    assert "sk_test_" in refused.stderr
