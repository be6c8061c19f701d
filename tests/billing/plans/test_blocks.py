"""Blocks of calls: ordered for a month at the price agreed, once, used before further calls, paid with the month."""

import re
from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError
from fixtures.contracts import TODAY

from billing.plans.actions import UnableToAgree, answer, order_block
from billing.plans.models import Block, Wish
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


def order(town, once="a", kind="overflow_block", month=NOVEMBER, today=TODAY):
    with inside(town):
        order_block(kind=kind, month=month, once=once, today=today, by=actor_of_command(), reason="test")


def blocks(town):
    with inside(town):
        return [(one.kind, one.starts_on, one.ends_before, one.calls, one.cents) for one in Block.objects.all()]


def test_sent_twice_it_is_ordered_once_and_two_orders_are_two(caldes, arrecife, agree):
    agree.whole(caldes, today=date(2026, 11, 1))
    for once in ("a", "a", "b"):
        order(caldes, once)
    assert blocks(caldes) == [("overflow_block", NOVEMBER, DECEMBER, 100, 9_800)] * 2
    assert blocks(arrecife) == []
    with inside(caldes):
        assert AuditEntry.objects.filter(verb="order_block").count() == 2


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
    wrong = anna.post(path, {**form, "month": "2030-01-01", "order": "1", "once": "x"})
    assert (wrong.status_code, len(blocks(caldes))) == (422, 1)


def test_others_than_administrators_order_nothing(today, caldes, arrecife, agree, browse, person):
    agree.whole(caldes)
    form = {"kind": "overflow_block", "month": "2026-11-01", "order": "1", "once": "x"}
    assert browse("caldes", person(caldes, Role.SUPERVISOR)).post("/billing/contract/block/", form).status_code == 403
    other = browse("arrecife", person(arrecife, Role.ADMINISTRATOR, "aura@example.org"))
    assert other.post("/billing/contract/block/", form).status_code == 302
    with inside(CONSOLE):
        assert not Block.objects.exists()
