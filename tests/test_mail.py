"""The folder in which a demo keeps its mails."""

from email import message_from_bytes

from django.core.mail import EmailMultiAlternatives, get_connection


def test_a_mail_is_kept_as_a_file_that_mail_programs_open(settings, tmp_path):
    settings.EMAIL_OUTBOX = tmp_path / "outbox"
    mail = EmailMultiAlternatives("Your order: Ünïcode / slash", "Text", to=["ada@example.org"])
    mail.attach_alternative("<p>HTML</p>", "text/html")

    sent = get_connection("bookstore.mail.OutboxBackend").send_messages([mail])

    (path,) = settings.EMAIL_OUTBOX.iterdir()
    kept = message_from_bytes(path.read_bytes())
    assert sent == 1
    assert kept["To"] == "ada@example.org"
    assert [part.get_content_type() for part in kept.walk()][1:] == ["text/plain", "text/html"]
