"""Logs: one JSON object a line; every request has one, and nothing in them is about a person."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from django.db import IntegrityError, transaction

from kit.scrubbing import scrubbed
from tenants.isolation.context import inside
from tenants.people.models import User
from tenants.people.rules import Role

KEYS = {"event", "level", "logger", "timestamp", "request", "schema", "method", "route", "status", "milliseconds"}


@pytest.fixture
def logged() -> Iterator[Callable[[str], list[dict[str, Any]]]]:
    """The lines the product writes, as it writes them; ask for those of one event."""
    root, written = logging.getLogger(), io.StringIO()
    ours = next(h for h in root.handlers if isinstance(h.formatter, structlog.stdlib.ProcessorFormatter))
    handler = logging.StreamHandler(written)
    handler.setFormatter(ours.formatter)
    root.addHandler(handler)

    def lines(event: str) -> list[dict[str, Any]]:
        told = [json.loads(line) for line in written.getvalue().splitlines()]
        return [one for one in told if one["event"] == event]

    yield lines
    root.removeHandler(handler)


def test_a_public_request_is_one_line_with_route_and_without_the_address_asked_for(towns, browse, logged):
    browse("").get("/?number=612345678")
    (line,) = logged("request")
    assert set(line) == KEYS
    assert (line["schema"], line["method"], line["status"]) == ("public", "GET", 200)
    assert line["route"].startswith("public:")
    assert "612345678" not in json.dumps(line)


def test_a_request_of_somebody_names_them_by_number_and_their_schema(caldes, browse, person, logged):
    browser = browse("caldes", person(caldes, Role.SUPERVISOR, "anna.puig@example.org"))
    browser.get("/calls/?text=612345678")
    line = logged("request")[-1]
    assert set(line) == KEYS | {"user"}
    with inside(caldes):
        assert line["user"] == User.objects.get().pk
    assert (line["schema"], line["route"]) == (caldes.schema_name, "calls:calls")
    told = json.dumps(logged("request"))
    for personal in ("612345678", "anna", "text="):
        assert personal not in told


def test_an_unknown_host_and_a_page_that_is_not_there_are_lines_too(towns, browse, logged):
    browse("enlloc").get("/calls/")
    browse("").get("/no-such-page/")
    assert [(line["status"], line["route"], line["schema"]) for line in logged("request")] == [
        (404, "", "public"),
        (404, "", "public"),
    ]


def test_one_requests_user_does_not_stay_for_the_next(caldes, browse, person, logged):
    browse("caldes", person(caldes, Role.SUPERVISOR)).get("/calls/")
    browse("").get("/")
    assert "user" not in logged("request")[-1]


def test_an_error_of_the_database_tells_no_row(caldes, person, logged):
    person(caldes, Role.SUPERVISOR, "anna.puig@example.org")
    with inside(caldes):
        try:
            with transaction.atomic():
                User.objects.create_user("anna.puig@example.org", "x", name="Anna", role=Role.SUPERVISOR.value)
        except IntegrityError:
            structlog.get_logger("sct.test").exception("it failed", number="+34 612 345 678")
    (line,) = logged("it failed")
    assert "duplicate key" in line["exception"]
    for personal in ("anna.puig", "612"):
        assert personal not in json.dumps(line)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("caller +34 612 345 678 waits", "caller [number] waits"),
        ("DETAIL:  Failing row contains (1, Anna Puig, null).", "DETAIL: [row]"),
        ('CONTEXT:  COPY pbx_rawrecord, line 1, column payload: "1|Anna"', "CONTEXT: [row]"),
        ("DETAIL:  Key (name)=(Anna\n Puig) already exists.\nnext line", "DETAIL: [row]\nnext line"),
        ("mail to anna@example.org.", "mail to [mail]."),
        ("3 rows, 12.5 s", "3 rows, 12.5 s"),
    ],
)
def test_texts_lose_what_is_personal_and_nothing_else(text, kept):
    assert scrubbed({"a": [text]}) == {"a": [kept]}
