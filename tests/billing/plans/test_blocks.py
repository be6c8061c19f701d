"""Blocks of calls: ordered for a month at the price agreed, once, used before further calls, paid with the month."""

import re
from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError
from fixtures.contracts import TODAY

from billing.plans.actions import UnableToAgree, answer, order_block
from billing.plans.models import Block, Wish
from billing.plans.queries import blocks_from, blocks_of
from billing.plans.rules import Bought, block_for, months_for_blocks, terms_of
from billing.usage.models import ClosedMonth
from billing.usage.queries import quote_of
from tenants.audit.actions import actor_of_command
from tenants.audit.models import AuditEntry
from tenants.isolation.context import CONSOLE, inside
from tenants.people.rules import Role

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
TERMS = terms_of("attended", 18_567, TODAY)


def test_a_block_is_for_this_month_or_one_of_the_five_after_it():
    assert months_for_blocks(date(2026, 11, 30)) == [
        NOVEMBER, DECEMBER, *(date(2027, month, 1) for month in (1, 2, 3, 4)),
    ]  # fmt: skip


ASKED = [
    (TERMS, "overflow_block", NOVEMBER, Bought("overflow_block", 100, 9_800)),
    (TERMS, "campaign_block", date(2027, 4, 1), Bought("campaign_block", 500, 44_000)),
    (TERMS, "campaign_block", date(2027, 5, 1), "A block is ordered for this month"),
    (TERMS, "campaign_block", date(2026, 10, 1), "A block is ordered for this month"),
    (TERMS, "campaign_block", date(2026, 11, 2), "A block is ordered for this month"),
    (TERMS, "month_cents", NOVEMBER, "This plan has no such block"),
    (terms_of("tactical_advice", 18_567, TODAY), "overflow_block", NOVEMBER, "This plan has no such block"),
]


@pytest.mark.parametrize(("terms", "kind", "month", "found"), ASKED)
def test_its_price_is_the_one_agreed(terms, kind, month, found):
    if isinstance(found, Bought):
        assert block_for(terms, kind, month, TODAY) == found
    else:
        with pytest.raises(UnableToAgree, match=found):
            block_for(terms, kind, month, TODAY)


A, B = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"


def order(town, once=A, kind="overflow_block", month=NOVEMBER, today=TODAY):
    with inside(town):
        order_block(kind=kind, month=month, once=once, today=today, by=actor_of_command(), reason="test")


def blocks(town):
    with inside(town):
        return [(one.kind, one.starts_on, one.ends_before, one.calls, one.cents) for one in Block.objects.all()]


def test_sent_twice_it_is_ordered_once_and_two_orders_are_two(caldes, arrecife, agree):
    agree.whole(caldes, today=date(2026, 11, 1))
    for once in (A, A, B):
        order(caldes, once)
    assert blocks(caldes) == [("overflow_block", NOVEMBER, DECEMBER, 100, 9_800)] * 2
    assert blocks(arrecife) == []
    with inside(caldes):
        assert AuditEntry.objects.filter(verb="order_block").count() == 2


@pytest.mark.parametrize("other", [{"kind": "campaign_block"}, {"month": DECEMBER}])
def test_what_was_sent_for_another_block_or_month_is_not_told_to_be_ordered(caldes, agree, other):
    agree.whole(caldes, today=date(2026, 11, 1))
    order(caldes)
    with pytest.raises(UnableToAgree, match="was sent before for another block or month"):
        order(caldes, **other)
    assert blocks(caldes) == [("overflow_block", NOVEMBER, DECEMBER, 100, 9_800)]


@pytest.mark.parametrize("once", ["", "a", "a\0b", f"{A}\0", f"{A}1", "\ud800"])
def test_what_no_page_of_ours_sent_is_refused(caldes, agree, once):
    agree.whole(caldes, today=date(2026, 11, 1))
    with pytest.raises(UnableToAgree, match="cannot be read"):
        order(caldes, once)
    assert blocks(caldes) == []


def test_a_block_costs_nothing_once_its_contract_gave_way_to_another(caldes, arrecife, agree):
    contract = agree.whole(caldes, today=date(2026, 11, 1))
    order(caldes)
    order(caldes, B, month=DECEMBER)
    agree.change(caldes, contract, "tactical_advice")
    with inside(caldes):
        assert [one.kind for one in blocks_of(caldes.schema_name, NOVEMBER)] == ["overflow_block"]
        assert blocks_of(caldes.schema_name, DECEMBER) == []
        assert [one.starts_on for one in blocks_from(caldes.schema_name, NOVEMBER)] == [NOVEMBER]
        closed = ClosedMonth.objects.create(
            schema_name=caldes.schema_name, month=DECEMBER, calls=5, by_day={"2026-12-01": 5}
        )
        assert [line.kind for line in quote_of(closed, caldes.ine_code).lines] == ["base"]
    with inside(arrecife):
        assert blocks_from(caldes.schema_name, NOVEMBER) == []


def test_without_a_contract_in_that_month_nothing_is_ordered(caldes, agree):
    with pytest.raises(UnableToAgree, match="No contract in force"):
        order(caldes)
    agree.leave(caldes, agree.whole(caldes))
    with pytest.raises(UnableToAgree, match="No contract in force"):
        order(caldes, month=DECEMBER)
    order(caldes)
    assert len(blocks(caldes)) == 1


def test_no_statement_of_a_municipality_writes_a_block_or_its_price(caldes, agree):
    contract = agree.whole(caldes)
    with inside(caldes), pytest.raises(DatabaseError, match="permission denied"):
        Block.objects.create(
            schema_name=caldes.schema_name, contract=contract.uuid, kind="overflow_block", starts_on=NOVEMBER,
            ends_before=DECEMBER, calls=9_999, cents=0,
        )  # fmt: skip
    said = {"contract": str(contract.uuid), "kind": "overflow_block", "month": "2026-11-01", "cents": 0, "calls": 9_999}
    with inside(caldes):
        wish = Wish.objects.create(schema_name=caldes.schema_name, kind="BLOCK", content=said).pk
    answer(wish=wish, today=TODAY)
    assert blocks(caldes) == [("overflow_block", NOVEMBER, DECEMBER, 100, 9_800)]


def test_its_calls_are_used_first_and_it_is_paid_with_its_month(caldes, agree):
    agree.whole(caldes, today=date(2026, 11, 1))
    order(caldes)
    with inside(caldes):
        closed = ClosedMonth.objects.create(
            schema_name=caldes.schema_name, month=NOVEMBER, calls=1_203, by_day={"2026-11-01": 1_203}
        )
        found = quote_of(closed, caldes.ine_code)
    # 1,090.00 with 1,100 calls; 98.00 for 100; 3 further ones at 1.15
    assert [(line.kind, line.net_cents) for line in found.lines] == [
        ("base", 109_000), ("overflow_block", 9_800), ("further_calls", 345),
    ]  # fmt: skip


@pytest.fixture
def today(monkeypatch, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    monkeypatch.setattr("tenants.directory.queries.timezone.now", lambda: datetime(2026, 11, 25, 10, tzinfo=UTC))


def told(response):
    return re.sub(r"\s+", " ", response.content.decode().replace("\u00a0", " "))


def test_on_the_page_the_price_is_told_before_it_is_ordered(today, anna, caldes, agree):
    path = "/billing/contract/block/"
    assert anna.get(path).status_code == 302
    agree.whole(caldes, today=date(2026, 11, 1))
    assert "Order a block of calls" in told(anna.get("/billing/"))
    form = {"kind": "campaign_block", "month": "2026-12-01", "cents": "1"}
    page = told(anna.post(path, form))
    for said in ("€440.00", "€92.40", "€532.40"):
        assert said in page
    assert blocks(caldes) == []
    once = re.search(r'name="once" value="([^"]+)"', page)[1]
    for _ in range(2):
        assert anna.post(path, {**form, "order": "1", "once": once}).status_code == 302
    assert blocks(caldes) == [("campaign_block", DECEMBER, date(2027, 1, 1), 500, 44_000)]
    page = told(anna.get("/billing/"))
    assert "December 2026" in page
    assert "€440.00" in page
    for change in ({"month": "2030-01-01"}, {"once": "x"}, {"once": "\0"}, {"once": once, "kind": "overflow_block"}):
        wrong = anna.post(path, {**form, "order": "1", "once": B, **change})
        assert (wrong.status_code, len(blocks(caldes))) == (422, 1), change


def test_the_page_takes_the_contract_of_the_month_that_is_chosen(today, anna, caldes, agree):
    path = "/billing/contract/block/"
    # Until the end of November calls are answered for the town hall; from then on it answers them itself.
    agree.change(caldes, agree.whole(caldes, today=date(2026, 11, 1)), "tactical_advice")
    assert "Order a block of calls" in told(anna.get("/billing/"))
    page = told(anna.get(path))
    assert "November 2026" in page
    assert "December 2026" not in page
    assert "€98.00" in told(anna.post(path, {"kind": "overflow_block", "month": "2026-11-01"}))
    send = {"kind": "overflow_block", "order": "1", "once": A}
    assert anna.post(path, {**send, "month": "2026-12-01"}).status_code == 422
    assert anna.post(path, {**send, "month": "2026-11-01"}).status_code == 302
    assert blocks(caldes) == [("overflow_block", NOVEMBER, DECEMBER, 100, 9_800)]


def test_a_contract_that_begins_later_has_blocks_from_its_first_month_on(today, anna, caldes, agree):
    agree.whole(caldes, starts_on=date(2027, 1, 10))
    assert "Order a block of calls" in told(anna.get("/billing/"))
    page = told(anna.get("/billing/contract/block/"))
    assert "January 2027" in page
    assert "December 2026" not in page


def test_others_than_administrators_order_nothing(today, caldes, arrecife, agree, browse, person):
    agree.whole(caldes)
    form = {"kind": "overflow_block", "month": "2026-11-01", "order": "1", "once": "x"}
    assert browse("caldes", person(caldes, Role.SUPERVISOR)).post("/billing/contract/block/", form).status_code == 403
    other = browse("arrecife", person(arrecife, Role.ADMINISTRATOR, "aura@example.org"))
    assert other.post("/billing/contract/block/", form).status_code == 302
    with inside(CONSOLE):
        assert not Block.objects.exists()
