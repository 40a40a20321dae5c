"""What happens around sending."""

import pytest
from django.core import mail

from newsletter import emails


def test_a_mail_that_could_not_leave_is_tried_again(newcomer, monkeypatch, mailoutbox):
    def refuse(**_):
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr(emails.mail, "send", refuse)
        with pytest.raises(ConnectionRefusedError):
            emails.answer_signup.call(newcomer.pk)

    emails.answer_signup.call(newcomer.pk)

    assert len(mail.outbox) == 1


def test_whoever_left_before_the_worker_came_gets_no_mail(leaver, mailoutbox):
    emails.answer_signup.call(leaver.pk)

    assert mailoutbox == []


def test_a_deleted_subscriber_gets_no_mail(newcomer, mailoutbox):
    key = newcomer.pk
    newcomer.delete()

    emails.answer_signup.call(key)

    assert mailoutbox == []


def test_the_text_is_plain_text(newcomer, mailoutbox, settings):
    settings.SHOP_NAME = "Brown & Daughter's"

    emails.answer_signup.call(newcomer.pk)

    assert mailoutbox[0].subject == "Confirm your subscription to Brown & Daughter's"
    assert "&amp;" not in mailoutbox[0].body
    assert "Brown &amp; Daughter" in mailoutbox[0].alternatives[0].content
