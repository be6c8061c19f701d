"""Where Stripe tells us what happened. Believed by its signature alone; stored, answered, and worked on afterwards."""

import json
import time
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from billing.payments.actions import count_refusal, receive
from billing.payments.rules import LARGEST_EVENT, Refused, why_not_believed
from billing.payments.tasks import ask_for_processing
from tenants.people.access import PUBLIC, access

log = structlog.get_logger("sct.payments")


@access(PUBLIC)
@csrf_exempt  # there is no session here to abuse: the signature stands in its place
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """Takes an event in. Whatever is not signed with one of our secrets, now, is refused and counted."""
    why, event = _read(request)
    if why is not None:
        count_refusal(why=why)
        log.warning("a delivery to the webhook was refused", why=why.value)
        return HttpResponseBadRequest("refused", content_type="text/plain")
    if receive(event=event):
        ask_for_processing(event_id=event["id"])
    return HttpResponse("received", content_type="text/plain")


def _read(request: HttpRequest) -> tuple[Refused | None, dict[str, Any]]:
    if not settings.STRIPE_WEBHOOK_SECRETS:
        return Refused.NOT_CONFIGURED, {}
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LARGEST_EVENT:
        return Refused.TOO_LARGE, {}
    header = request.headers.get("Stripe-Signature", "")
    why = why_not_believed(header, request.body, settings.STRIPE_WEBHOOK_SECRETS, time.time())
    if why is not None:
        return why, {}
    try:
        event = json.loads(request.body)
        is_event = event["object"] == "event" and isinstance(event["data"]["object"], dict)
        is_whole = isinstance(event["id"], str) and isinstance(event["type"], str) and isinstance(event["created"], int)
    except (ValueError, KeyError, TypeError, RecursionError):
        return Refused.UNREADABLE, {}
    return (None, event) if is_event and is_whole else (Refused.UNREADABLE, {})
