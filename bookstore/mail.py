"""Write a mail from two templates and send it, or keep it in the outbox folder."""

import logging
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import css_inline
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string


def send(
    *,
    to: str,
    template: str,
    context: Mapping[str, Any],
    headers: Mapping[str, str] | None = None,
) -> None:
    """Send `email/<template>.txt` and `.html` to one reader.

    The first line of the text template is the subject. CSS is moved into the
    elements, because mail programs drop style sheets.

    :raises OSError: if the mail server cannot be reached or refuses.
    """
    full = {
        "shop_name": settings.SHOP_NAME,
        "shop_email": settings.SHOP_EMAIL,
        "site_url": settings.SITE_URL,
        **context,
    }
    subject, _, text = render_to_string(f"email/{template}.txt", full).partition("\n")
    html = css_inline.inline(render_to_string(f"email/{template}.html", full))
    message = EmailMultiAlternatives(
        subject.strip(), text.lstrip(), to=[to], headers=dict(headers or {})
    )
    message.attach_alternative(html, "text/html")
    message.send()


logger = logging.getLogger(__name__)


class OutboxBackend(BaseEmailBackend):
    """Keep every mail as a file that a mail program opens, and name it on the console."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the messages to the outbox; return how many."""
        settings.EMAIL_OUTBOX.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
            about = re.sub(r"[^a-z0-9]+", "-", message.subject.lower()).strip("-")[:60]
            path = settings.EMAIL_OUTBOX / f"{stamp}-{about}.eml"
            path.write_bytes(message.message().as_bytes())
            logger.info("Mail to %s kept in %s", ", ".join(message.to), path)
        return len(email_messages)
