"""The control page changes things only for itself and for programs."""

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

import pytest

from bookstore.demo.stripe import shopper

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


def test_the_page_shows_what_can_be_done(open_session, stand_in):
    shopper.pay_by_card(open_session().url, number="4000000000000259")
    waiting = open_session()
    shopper.pay_by_debit(waiting.url)
    shopper.pay_by_card(open_session(metadata={"<b>": "<i>"}).url)

    page = shopper.look(f"{stand_in.base_url}/_control")

    assert page.status == 200
    for label in ("Deliver again", "Succeed", "Won", "Refund", "Advance", "No money moves"):
        assert label in page.text
    assert "<i>" not in page.text


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
