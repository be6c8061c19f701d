"""The documents say what the code does: every definition, reason, setting and word of the ledger."""

from pathlib import Path

import pytest

from callhub.pbx.adapters import SourceFormat
from callhub.pbx.adapters.table.mapping import KEYS
from callhub.pbx.rules import SETTING_NAMES
from reporting.kpi import rules
from reporting.kpi.definitions import ALL

DOCS = Path(__file__).parents[3] / "docs"
FIGURES, TELEPHONY = ((DOCS / name).read_text(encoding="utf-8") for name in ("figures.md", "telephony.md"))


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.id)
def test_every_definition_stands_with_its_formula(one):
    assert f"| `{one.id}` | {one.formula} |" in FIGURES


def test_every_reason_is_told():
    for reason in rules.REASONS:
        assert f"`{reason}`" in FIGURES


def test_every_format_setting_and_key_is_told():
    for word in [*SourceFormat, *SETTING_NAMES]:
        assert f"`{word}`" in TELEPHONY
    for key in KEYS - {"columns"}:
        assert key in TELEPHONY


def test_every_word_of_the_ledger_is_told():
    for word in (
        "already_imported",
        "queue_member_event",
        "call_without_id",
        "event_not_needed",
        "outcome_ignored_by_mapping",
    ):
        assert f"`{word}`" in TELEPHONY
