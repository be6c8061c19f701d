"""Every action writes its audit line: read from the source, so that a new one cannot be forgotten."""

import ast
from pathlib import Path

import pytest

from tenants.audit.words import JOBS, REASONS, VERBS, reason_in_words

ROOT = Path(__file__).resolve().parents[3]

# Actions that write without a line of their own, each with the reason.
WITHOUT_A_LINE = {
    "billing/payments/actions/events.py:receive": "the stored event is the record; the public site has no audit",
    "billing/payments/actions/events.py:count_refusal": "it is a count; the public site has no audit",
    "billing/payments/actions/contracts.py:pay_contract": "start_checkout writes the line",
    "billing/payments/actions/contracts.py:contract_was_accepted": "accept_contract wrote the line; it only asks for a job",
    "billing/payments/actions/contracts.py:follow_payment": "change_state writes the line",
    "billing/plans/actions/agreeing.py:answer": "each kind of answer writes its own line (_propose, _accept, _change and the others)",
    "billing/usage/actions.py:foresee_month": "a forecast that nothing is charged by, made anew each night",
    "tenants/audit/actions.py:record": "it is the line itself",
    "callhub/pbx/actions/uploads.py:keep_upload": "request_import writes the line, or nothing is kept",
    "callhub/pbx/actions/imports.py:take_in": "the job of an import whose line request_import wrote",
    "callhub/pbx/actions/imports.py:take_in_now": "take_in for the command line, and its end",
    "callhub/pbx/actions/imports.py:give_up": "the end of an import whose line request_import wrote",
    "callhub/pbx/actions/undoing.py:finish_undo": "the job of request_undo, which writes the line",
    "callhub/pbx/actions/undoing.py:take_back": "part of an import that fails or is undone, which have lines",
    "callhub/surveys/actions.py:answer": "its moment would be all that is missing to tell whose answer it is; the invitation has the day",
    "callhub/surveys/actions.py:invite": "ask writes the line, and the job one for its whole round",
    "callhub/samples/actions.py:make_samples": "the job of ask_for_samples, which writes the line",
    "callhub/pbx/actions/switchboards.py:tell_with_settings": "the job of set_pbx_settings, which writes the line",
    "callhub/pbx/actions/telling.py:tell_all_again": "part of that job and of imports",
    "tenants/opening/actions/applying.py:apply": "the application's own row tells it: the public site's role cannot write in Adtende's record",
    "tenants/opening/actions/applying.py:ask_to_open": "the application's own row tells it: the public site's role cannot write in Adtende's record",
    "tenants/opening/actions/applying.py:choose_address": "the application's own row tells it: the public site's role cannot write in Adtende's record",
    "tenants/opening/actions/applying.py:give_up": "the application's own row tells it: the public site's role cannot write in Adtende's record",
    "tenants/opening/actions/lifecycle.py:due_warnings": "it only remembers that a message goes out",
    "tenants/opening/actions/applying.py:open_application": "open_municipality writes the line",
    "tenants/opening/actions/applying.py:invite_responsible": "invite_person writes the line",
    "tenants/opening/actions/applying.py:erase_contact_data": "the nightly job; the rows tell when",
    "callhub/calls/actions/stories.py:forget_calls": "the job of an import or its undoing, which write the line",
    "callhub/calls/actions/stories.py:write_calls": "the job of an import or its undoing, which write the line",
}


def _functions():
    """Every function of every room of actions, with the others of its file by name."""
    for top in ("tenants", "callhub", "reporting", "billing", "platform"):
        paths = [*ROOT.glob(f"{top}/*/actions.py"), *ROOT.glob(f"{top}/*/actions/*.py")]
        for path in sorted(paths):
            known = {one.name: one for one in ast.parse(path.read_text()).body if isinstance(one, ast.FunctionDef)}
            for name, node in known.items():
                yield f"{path.relative_to(ROOT)}:{name}", node, known


def _called(node):
    return {one.func.id for one in ast.walk(node) if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)}


def _records(node, known):
    """Whether a function calls record(...), itself or through the others of its file."""
    reached, waiting = set(), {node.name}
    while waiting:
        reached |= waiting
        waiting = {name for done in waiting & known.keys() for name in _called(known[done])} - reached
    return "record" in reached - {node.name}


ACTIONS = {
    name: _records(node, known)
    for name, node, known in _functions()
    if node.args.kwonlyargs and not node.name.startswith("_")
}


@pytest.mark.parametrize("name", sorted(ACTIONS.keys() - WITHOUT_A_LINE.keys()))
def test_an_action_writes_its_audit_line(name):
    assert ACTIONS[name], f"{name} calls record(...) nowhere"


def test_the_actions_without_a_line_exist_and_have_none():
    assert not [name for name in WITHOUT_A_LINE if ACTIONS.get(name, True)]


def _written(argument):
    """Every text that the product writes as ``argument`` of record(...) or hands to an action."""
    for top in ("tenants", "callhub", "reporting", "billing", "platform"):
        for path in (ROOT / top).rglob("*.py"):
            if "double" in path.parts:  # Stripe's words, not ours
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.keyword) and node.arg == argument and isinstance(node.value, ast.Constant):
                    yield node.value.value


def test_every_verb_and_every_reason_that_the_product_writes_has_words():
    assert set(_written("verb")) <= VERBS.keys()
    assert set(_written("reason")) <= REASONS.keys()


def _jobs():
    """Every job that the product writes as the place an act comes from."""
    for top in ("tenants", "callhub", "reporting", "billing", "platform"):
        for path in (ROOT / top).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                is_actor = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Actor"
                if is_actor and getattr(node.args[0], "attr", "") == "JOB":
                    yield node.args[2].value


def test_every_job_that_acts_has_words():
    assert {"publish", "opening"} <= set(_jobs()) <= JOBS.keys()


def test_what_people_write_is_shown_as_they_wrote_it():
    assert reason_in_words("Laia se'n va") == "Laia se'n va"
