"""Receive Stripe's deliveries."""

import logging
from http import HTTPStatus

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from checkout import gateway, inbox, locks

logger = logging.getLogger(__name__)

LARGEST = 1_000_000


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """Answer 204 once the effect is committed, 400 if it is not Stripe's, 503 to be retried."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        event = gateway.read_event(
            payload=request.body, signature=request.headers.get("Stripe-Signature", "")
        )
    except gateway.InvalidWebhook:
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    try:
        inbox.receive(event=event, now=timezone.now())
    except (gateway.Unreachable, locks.Busy, OperationalError) as reason:
        logger.warning("Stripe's event %s will be retried: %r", event.id, reason)
        return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
