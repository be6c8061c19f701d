"""Every action writes its audit line: read from the source, so that a new one cannot be forgotten."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

# Actions that write without a line of their own, each with the reason.
WITHOUT_A_LINE = {
    "tenants/audit/actions.py:record": "it is the line itself",
    "tenants/people/actions.py:accept_invitation": "create_person writes the line, for the invited person",
    "callhub/pbx/actions/uploads.py:keep_upload": "request_import writes the line, or nothing is kept",
    "callhub/pbx/actions/uploads.py:choose_mapping": "the columns of an import whose line request_import wrote",
    "callhub/pbx/actions/imports.py:take_in": "the job of an import whose line request_import wrote",
    "callhub/pbx/actions/telling.py:tell_all_again": "the job of set_pbx_settings, which writes the line",
    "callhub/calls/actions/stories.py:replace_calls": "the job of an import or its undoing, which write the line",
}


def _public_actions():
    for path in sorted(ROOT.glob("*/*/actions*/**/*.py")) + sorted(ROOT.glob("*/*/actions.py")):
        if path.parts[len(ROOT.parts)] not in {"tenants", "callhub", "reporting", "billing", "platform"}:
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.args.kwonlyargs:
                yield f"{path.relative_to(ROOT)}:{node.name}", node


ACTIONS = dict(_public_actions())


def _records(node: ast.FunctionDef) -> bool:
    called = {one.func for one in ast.walk(node) if isinstance(one, ast.Call)}
    return any(isinstance(one, ast.Name) and one.id == "record" for one in called)


@pytest.mark.parametrize("name", sorted(ACTIONS.keys() - WITHOUT_A_LINE.keys()))
def test_an_action_writes_its_audit_line(name):
    assert _records(ACTIONS[name]), f"{name} calls record(...) nowhere"


def test_the_actions_without_a_line_exist_and_have_none():
    assert not [name for name in WITHOUT_A_LINE if name not in ACTIONS or _records(ACTIONS[name])]
