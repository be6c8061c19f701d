"""Agreeing, changing and leaving: prices come from the plan, every act is recorded, and nobody sees another town's."""

import threading
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connections
from fixtures.contracts import BUYER

from billing.plans.actions import UnableToAgree, agreeing, answer, answer_waiting, end_contracts, withdraw_contract
from billing.plans.models import Contract, Wish
from billing.plans.queries import contract_after, contract_on, parts_between, proposal_of, wishes_waiting
from billing.plans.rules import Terms, month_quote, tax_of, terms_of
from tenants.audit.actions import actor_of_command
from tenants.audit.models import AuditEntry
from tenants.isolation.context import CONSOLE, PUBLIC_SITE, inside

TODAY, NOVEMBER, DECEMBER = date(2026, 11, 25), date(2026, 11, 1), date(2026, 12, 1)


def kept(town):
    with inside(town):
        return list(Contract.objects.all())


def verbs(town):
    with inside(town):
        return list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))


def test_what_is_agreed_is_the_plan_of_that_day_copied_into_the_contract(caldes, agree):
    contract = agree.whole(caldes)
    assert contract.state == "IN_FORCE"
    assert contract.population == caldes.population == 18_567
    assert contract.agreed == terms_of("attended", 18_567, TODAY)
    assert contract.terms["month_cents"] == 109_000
    assert verbs(caldes) == ["propose_contract", "accept_contract"]


def test_a_price_agreed_does_not_change_when_the_plan_does(caldes, agree, monkeypatch):
    contract = agree.whole(caldes)
    monkeypatch.setattr("billing.plans.rules.terms.book", lambda: pytest.fail("the plan was asked again"))
    with inside(caldes):
        (part,) = parts_between(caldes.schema_name, NOVEMBER, DECEMBER)
    assert part.terms == Terms.from_json(contract.terms)
    # 6 of 30 days
    assert month_quote([part], tax_of("08033", TODAY), calls=0).net_cents == 21_800


WRONG = [
    ({"plan": "gold"}, "There is no plan “gold”."),
    ({"term": "WEEKLY"}, "A contract is paid monthly or yearly"),
    ({"way": "CASH"}, "A contract is paid monthly or yearly"),
    ({"starts_on": date(2026, 11, 24)}, "A contract begins today or later, and after the one that was left."),
    ({"discount_percent": Decimal("100.5")}, "A discount is from 0 to 100 percent."),
    ({"buyer": {"tax_id": "P0803300D"}}, "would have to be C."),
    ({"buyer": {"og": "L01080334"}}, "would have to be 3."),
    ({"buyer": {"ut": ""}}, "needs the three DIR3 codes of FACe"),
]


@pytest.mark.parametrize(("asked", "sentence"), WRONG)
def test_what_cannot_be_agreed_is_refused_with_one_sentence_and_leaves_nothing(caldes, agree, asked, sentence):
    with pytest.raises(UnableToAgree) as refused:
        agree.propose(caldes, **asked)
    assert sentence in str(refused.value)
    assert kept(caldes) == []
    assert verbs(caldes) == []


def test_who_pays_by_card_needs_no_codes_of_face(caldes, agree):
    assert agree.propose(caldes, way="CARD", buyer={"oc": "", "og": "", "ut": ""}).oc == ""


def test_a_new_proposal_takes_the_place_of_the_one_before(caldes, agree):
    first = agree.propose(caldes, "attended")
    second = agree.propose(caldes, "tactical_advice")
    with inside(caldes):
        assert proposal_of(caldes.schema_name).pk == second.pk
    with pytest.raises(UnableToAgree, match="withdrawn"):
        agree.accept(caldes, first)
    with inside(caldes):
        withdraw_contract(today=TODAY, by=actor_of_command(), reason="test")
        assert proposal_of(caldes.schema_name) is None
        assert parts_between(caldes.schema_name, NOVEMBER, DECEMBER) == []
    assert verbs(caldes) == ["propose_contract", "propose_contract", "withdraw_contract"]
    with inside(CONSOLE):
        assert [one.kind for one in Wish.objects.filter(schema_name=caldes.schema_name).order_by("pk")] == [
            "PROPOSE", "PROPOSE", "WITHDRAW",
        ]  # fmt: skip


def test_accepted_twice_it_is_accepted_once_and_a_second_contract_is_refused(caldes, agree):
    contract = agree.whole(caldes)
    assert agree.accept(caldes, contract).pk == contract.pk
    assert verbs(caldes).count("accept_contract") == 1
    with pytest.raises(UnableToAgree, match="There is a contract in force"):
        agree.propose(caldes)


def test_two_who_accept_at_once_make_one_contract(caldes, agree):
    proposed = agree.propose(caldes)
    ended = []

    def accept():
        try:
            ended.append(agree.accept(caldes, proposed).state)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=accept) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert ended == ["IN_FORCE"] * 4
    assert verbs(caldes).count("accept_contract") == 1


def test_an_old_proposal_begins_on_the_day_it_is_accepted(caldes, agree):
    proposed = agree.propose(caldes)
    assert agree.accept(caldes, proposed, date(2026, 12, 3)).starts_on == date(2026, 12, 3)


def test_an_upgrade_holds_at_once_and_both_plans_pay_their_days(caldes, agree):
    old = agree.whole(caldes, "tactical_advice", today=date(2026, 11, 1))
    new = agree.change(caldes, old, "attended", today=date(2026, 11, 19))
    assert (new.starts_on, new.state, new.tax_id) == (date(2026, 11, 19), "IN_FORCE", "P0803300C")
    with inside(caldes):
        old.refresh_from_db()
        parts = parts_between(caldes.schema_name, NOVEMBER, DECEMBER)
        assert contract_on(caldes.schema_name, date(2026, 11, 18)) is None  # it ended; its days stay in the parts
        assert contract_on(caldes.schema_name, date(2026, 11, 19)).pk == new.pk
    assert (old.ends_on, old.state) == (date(2026, 11, 19), "ENDED")
    found = month_quote(parts, tax_of("08033", TODAY), calls=440)
    # 269 x 18/30 and 1.090 x 12/30; 1.100 calls x 12/30 are 440
    assert [line.net_cents for line in found.lines] == [16_140, 43_600]
    assert month_quote(parts, tax_of("08033", TODAY), calls=441).net_cents == found.net_cents + 115


def test_what_costs_less_holds_from_the_months_end(caldes, agree):
    old = agree.whole(caldes, "attended")
    new = agree.change(caldes, old, "tactical_advice")
    with inside(caldes):
        assert contract_on(caldes.schema_name, date(2026, 11, 30)).pk == old.pk
        assert contract_after(caldes.schema_name, TODAY).pk == new.pk
        assert contract_on(caldes.schema_name, DECEMBER).pk == new.pk
    with inside(CONSOLE):
        by = {"by": actor_of_command(), "reason": "its last day is over"}
        assert end_contracts(town=caldes, today=date(2026, 11, 30), **by) == 0
        assert end_contracts(town=caldes, today=DECEMBER, **by) == 1
        assert end_contracts(town=caldes, today=DECEMBER, **by) == 0
        old.refresh_from_db()
    assert old.state == "ENDED"
    assert verbs(caldes)[-1] == "change_plan"


def test_a_discount_that_was_agreed_goes_along(caldes, agree):
    more = {"discount_percent": Decimal("12.50"), "discount_ends_before": date(2027, 1, 1)}
    old = agree.whole(caldes, "tactical_advice", **more)
    new = agree.change(caldes, old, "attended")
    assert (new.agreed.discount_percent, new.agreed.discount_ends_before) == (Decimal("12.50"), date(2027, 1, 1))


def test_a_contract_is_left_once_and_ends_with_its_month_or_year(caldes, arrecife, agree):
    left = agree.leave(caldes, agree.whole(caldes))
    assert (left.ends_on, left.state) == (DECEMBER, "IN_FORCE")
    with pytest.raises(UnableToAgree, match="left or changed already"):
        agree.leave(caldes, left)
    with pytest.raises(UnableToAgree, match="left or changed already"):
        agree.change(caldes, left, "tactical_advice")
    codes = {"tax_id": "P3500400A", "oc": "", "og": "", "ut": ""}
    annual = agree.whole(arrecife, term="ANNUAL", way="CARD", buyer=codes)
    assert agree.leave(arrecife, annual).ends_on == date(2027, 11, 25)


def test_who_left_may_agree_again_from_the_day_after(caldes, agree):
    agree.leave(caldes, agree.whole(caldes))
    with pytest.raises(UnableToAgree, match="after the one that was left"):
        agree.propose(caldes, "tactical_advice")
    again = agree.propose(caldes, "tactical_advice", starts_on=DECEMBER)
    agree.accept(caldes, again)
    with inside(caldes):
        days = [
            (one.terms.plan, one.starts_on, one.ends_before)
            for one in parts_between(caldes.schema_name, NOVEMBER, date(2027, 1, 1))
        ]
    assert days == [("attended", TODAY, DECEMBER), ("tactical_advice", DECEMBER, date(2027, 1, 1))]


def test_the_plan_it_has_already_is_no_change(caldes, agree):
    contract = agree.whole(caldes)
    with pytest.raises(UnableToAgree, match="of this plan already"):
        agree.change(caldes, contract, "attended")


def test_two_who_propose_at_once_leave_one_proposal_and_a_clear_sentence(caldes, agree):
    ended = []

    def propose():
        try:
            ended.append(agree.propose(caldes).state)
        except UnableToAgree as error:
            ended.append(str(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=propose) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    refused = "Somebody else proposed a contract at the same moment: look at that proposal first."
    # A proposal may have been replaced by the next before it was read again.
    assert len(ended) == 6
    assert set(ended) <= {"PROPOSED", "ENDED", refused}
    assert [one.state for one in kept(caldes)].count("PROPOSED") == 1
    assert {one.state for one in kept(caldes)} <= {"PROPOSED", "ENDED"}


def test_a_municipality_sees_its_own_contracts_and_writes_none(caldes, arrecife, agree):
    contract = agree.whole(caldes)
    with inside(arrecife):
        assert list(Contract.objects.all()) == []
    row = {"plan": "attended", "term": "MONTHLY", "way": "CARD", "population": 1, "starts_on": TODAY, "terms": {}}
    for town in (caldes, arrecife):
        with inside(town), pytest.raises(DatabaseError, match="permission denied"):
            Contract.objects.create(schema_name=caldes.schema_name, **row)
    for change in ({"state": "ENDED"}, {"terms": {}}, {"ends_on": TODAY}, {"discount_percent": 100}):
        with inside(caldes), pytest.raises(DatabaseError, match="permission denied"):
            Contract.objects.filter(pk=contract.pk).update(**change)
    with inside(caldes), pytest.raises(DatabaseError, match="permission denied"):
        Contract.objects.all().delete()
    with inside(PUBLIC_SITE), pytest.raises(DatabaseError, match="permission denied"):
        list(Contract.objects.all())
    with inside(CONSOLE):
        assert Contract.objects.filter(pk=contract.pk).update(state="PAST_DUE") == 1
        with pytest.raises(DatabaseError, match="permission denied"):
            Contract.objects.all().delete()
    assert [one.state for one in kept(caldes)] == ["PAST_DUE"]


def wished(town, kind, content, as_town=None):
    """A row written past all our code, as a statement that somebody smuggled in could."""
    with inside(as_town or town):
        return Wish.objects.create(schema_name=town.schema_name, kind=kind, content=content).pk


ASKED = {"plan": "attended", "term": "MONTHLY", "way": "E_INVOICE", "starts_on": "2026-11-25", "buyer": BUYER}
FORGED = {
    "terms": {"month_cents": 1},
    "population": 1,
    "discount_percent": "100",
    "state": "ENDED",
    "ends_on": "2026-11-25",
}


def test_whatever_a_row_claims_the_price_is_the_plans(caldes):
    wish = wished(caldes, "PROPOSE", {**ASKED, **FORGED})
    answer(wish=wish, today=TODAY)
    (contract,) = kept(caldes)
    assert contract.agreed == terms_of("attended", 18_567, TODAY)
    assert (contract.state, contract.ends_on, contract.discount_percent) == ("PROPOSED", None, 0)


@pytest.mark.parametrize(
    ("kind", "content", "sentence"),
    [
        ("PROPOSE", {}, "This proposal cannot be read"),
        ("PROPOSE", [1], "This proposal cannot be read"),
        ("PROPOSE", {**ASKED, "buyer": {**BUYER, "month_cents": 1}}, "This proposal cannot be read"),
        ("PROPOSE", {**ASKED, "buyer": {**BUYER, "legal_name": "A" * 151}}, "What was asked cannot be read"),
        ("PROPOSE", {**ASKED, "starts_on": "2026-01-01"}, "A contract begins today or later"),
        ("PROPOSE", {**ASKED, "plan": "gold"}, "There is no plan “gold”."),
        ("ACCEPT", {"contract": "1"}, "What was asked cannot be read"),
        ("LEAVE", {}, "What was asked cannot be read"),
        ("PRICE", {"month_cents": 1}, "What was asked cannot be read"),
    ],
)
def test_a_row_that_cannot_be_answered_says_why_and_leads_to_nothing(caldes, kind, content, sentence):
    wish = wished(caldes, kind, content)
    for _ in range(2):  # asked again, the answer is the same
        with pytest.raises(UnableToAgree, match=sentence):
            answer(wish=wish, today=TODAY)
    assert kept(caldes) == []


def test_a_row_reaches_no_contract_of_another_and_no_answer(caldes, arrecife, agree):
    contract = agree.whole(caldes)
    wish = wished(arrecife, "LEAVE", {"contract": str(contract.uuid)})
    with pytest.raises(UnableToAgree, match="cannot be read"):
        answer(wish=wish, today=TODAY)
    with pytest.raises(DatabaseError, match="row-level security"):
        wished(caldes, "LEAVE", {"contract": str(contract.uuid)}, as_town=arrecife)
    with inside(arrecife), pytest.raises(DatabaseError, match="permission denied"):
        Wish.objects.update(refused="")
    with inside(arrecife):
        assert {one.schema_name for one in Wish.objects.all()} == {arrecife.schema_name}
    assert [one.ends_on for one in kept(caldes)] == [None]


def test_what_a_killed_request_had_asked_is_answered_by_the_job(caldes, monkeypatch):
    wish = wished(caldes, "PROPOSE", {**ASKED, "starts_on": "2099-01-01"})
    assert answer_waiting() == 0, "the request may still be at it"
    monkeypatch.setattr("billing.plans.queries._ANSWERED_WITHIN", timedelta(seconds=-1))
    assert answer_waiting() == 1
    assert answer_waiting() == 0
    (contract,) = kept(caldes)
    with inside(caldes):
        assert Wish.objects.get(pk=wish).contract == contract.uuid


def test_a_refusal_that_quotes_much_is_kept_shortened(caldes):
    wish = wished(caldes, "PROPOSE", {**ASKED, "plan": "gold" * 1_000})
    with pytest.raises(UnableToAgree, match="There is no plan “goldgold"):
        answer(wish=wish, today=TODAY)
    with inside(caldes):
        refused = Wish.objects.get(pk=wish).refused
    assert (len(refused), refused[-1]) == (300, "…")


def test_what_fails_unforeseen_is_refused_once_and_logged(caldes, monkeypatch):
    asked, logged = [], []

    def fails(town, content, today):
        asked.append(town)
        raise ZeroDivisionError

    monkeypatch.setitem(agreeing._ANSWERS, "LEAVE", fails)
    monkeypatch.setattr(
        agreeing, "log", SimpleNamespace(exception=lambda _event, **details: logged.append(details["wish"]))
    )
    wish = wished(caldes, "LEAVE", {})
    for _ in range(2):
        with pytest.raises(UnableToAgree, match="Something unexpected went wrong: nothing was agreed"):
            answer(wish=wish, today=TODAY)
    assert (len(asked), logged) == (1, [wish])
    monkeypatch.setattr("billing.plans.queries._ANSWERED_WITHIN", timedelta(seconds=-1))
    assert answer_waiting() == 0


def test_no_town_keeps_what_others_asked_waiting(caldes, arrecife, monkeypatch):
    monkeypatch.setattr("billing.plans.queries._ANSWERED_WITHIN", timedelta(seconds=-1))
    monkeypatch.setattr("billing.plans.queries._OF_ONE_TOWN", 3)
    many = [wished(caldes, "LEAVE", {}) for _ in range(5)]
    late = [wished(arrecife, "LEAVE", {}) for _ in range(2)]
    with inside(CONSOLE):
        assert wishes_waiting() == [many[0], late[0], many[1], late[1], many[2]]
    monkeypatch.setattr("billing.plans.queries._AT_ONCE", 2)
    with inside(CONSOLE):
        assert wishes_waiting() == [many[0], late[0]]
