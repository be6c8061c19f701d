"""Structured logs: one JSON object a line with request, user and schema, and no personal data."""

import logging
import logging.config
import sys
import time
import uuid
from collections.abc import Callable, MutableMapping
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse

from kit.scrubbing import scrubbed

log = structlog.get_logger("sct.request")
# Values that are ours from end to end; everything else is scrubbed.
_OURS = frozenset("timestamp level logger request user schema job task method route status milliseconds".split())


def configure(options: dict[str, Any]) -> None:
    """Django's LOGGING_CONFIG: everything goes to stderr as JSON, through structlog."""
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],  # type: ignore[list-item]
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,  # type: ignore[arg-type]
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _without_personal_data,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(options["level"])
    # Their INFO lines carry arguments of jobs and addresses of visitors.
    for name in ("procrastinate", "django.server", "gunicorn.access", "django.request", "stripe"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _without_personal_data(logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Texts of errors can quote what somebody typed, or a whole row of the database; an address can be an invitation's."""
    if event.get("logger") == "django.request":
        event["event"] = str(event.get("event")).partition(":")[
            0
        ]  # "Not Found: /path" is told by the request's own line
    return {key: value if key in _OURS else scrubbed(value) for key, value in event.items()}


class RequestLog:
    """First middleware: gives the request an id and writes one line when it is done: the route, never the address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=uuid.uuid4().hex[:12], schema="public")
        started = time.perf_counter()
        response = self.get_response(request)
        response["X-Request-Id"] = structlog.contextvars.get_contextvars()["request"]
        match = getattr(request, "resolver_match", None)
        log.info(
            "request",
            method=request.method,
            route=match.view_name if match else "",
            status=response.status_code,
            milliseconds=round((time.perf_counter() - started) * 1000),
        )
        return response
