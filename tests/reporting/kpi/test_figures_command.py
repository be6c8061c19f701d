"""`manage figures`: the shape of its answer, and one sentence for every question it cannot answer."""

import json

import pytest
from django.utils import translation
from fixtures.imports import imported
from fixtures.records import THREE, unpacked
from support import manage

from reporting.kpi.definitions import SERVICE_LEVELS
from reporting.kpi.management.commands.figures import _value_in_words
from reporting.kpi.rules import OUTCOMES

DAY = ("--from", "2026-11-23", "--to", "2026-11-24")
VALUE = {"value"}
FIGURE = {"value", "numerator", "denominator", "definition"}


@pytest.fixture
def reference(caldes, tmp_path):
    for name in THREE:
        imported(caldes, unpacked("reference", name, tmp_path))
    return caldes


def figures(*arguments):
    return manage("figures", "--municipality", "caldes", *arguments, "--json", check=False)


def test_the_answer_has_the_shape_and_the_numbers_of_the_issue(reference):
    done = figures(*DAY, "--queue", "oac", "--target-seconds", "4")
    assert done.stderr == ""
    told = json.loads(done.stdout)
    visits, calls, definitions = told["visits"], told["calls"], told["definitions"]
    numbers = dict.fromkeys(("unknown",), 0) | {"offered": 327, "answered": 241, "abandoned": 62, "flowed_out": 24}
    assert {name: visits[name] for name in numbers} == {name: {"value": number} for name, number in numbers.items()}
    assert visits["answered_within_target"] == {"value": 122}
    assert visits["service_level"].keys() >= FIGURE
    assert visits["service_level"]["definition"] == "sl_default"
    assert round(visits["average_speed_of_answer"]["value"], 3) == 5.506
    assert round(visits["average_talk"]["value"], 3) == 5.058
    assert set(definitions) == set(SERVICE_LEVELS)
    for one in definitions.values():
        assert one.keys() >= {"value", "numerator", "denominator", "formula", "version"}
    assert (definitions["sl_answered"]["numerator"], definitions["sl_answered"]["denominator"]) == (122, 241)
    assert calls.keys() >= {"inbound", "answered_by_person", "outcomes", "derivations", "disaffection"}


def test_the_derivations_are_plain_numbers(reference):
    calls = json.loads(figures(*DAY).stdout)["calls"]
    assert calls["inbound"] == {"value": 660}
    assert calls["answered_by_person"] == {"value": 407}
    outcomes = {"ANSWERED": 407, "NOT_ANSWERED": 147, "ABANDONED": 60, "FLOWED_OUT": 24, "CLOSED": 22}
    assert calls["outcomes"] == {word: outcomes.get(word, 0) for word in OUTCOMES}
    blind = {"total": 50, "picked_up": 22, "not_picked_up": 28, "returned_to_queue": 9, "lost": 19, "unknown": 0}
    assert calls["derivations"]["blind"] == blind
    assert calls["derivations"]["attended"].keys() == blind.keys()
    assert calls["derivations"]["attended"]["total"] == 1
    assert calls["disaffection"].keys() >= FIGURE
    assert (calls["disaffection"]["numerator"], calls["disaffection"]["denominator"]) == (28, 50)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((*DAY, "--queue", "nowhere"), "No queue is called “nowhere”: there are oac, tributs."),
        ((*DAY, "--target-seconds", "-1"), "--target-seconds is -1: seconds are 0 or more."),
        ((*DAY, "--short-abandon-seconds", "-5"), "--short-abandon-seconds is -5: seconds are 0 or more."),
        (DAY[:2], "The following arguments are required: --to; `manage figures --help` tells them all."),
        ((*DAY, "--target-seconds", "soon"), "Argument --target-seconds: invalid int value: 'soon'; `manage figures --help` tells them all."),
        (("--from", "2026-11-24", "--to", "2026-11-23"), "The period ends (2026-11-23 00:00) before it starts."),
        (("--from", "2026-11-23", "--to", "2026-11-23"), "The period is empty: it ends where it starts (2026-11-23 00:00)."),
        (("--from", "0001-01-01", "--to", "9999-12-31"), "“0001-01-01” is out of reach: years go from 1980 to 2100."),
        (("--from", "yesterday", "--to", "now"), "“yesterday” is not a moment: write it like 2026-11-23 or 2026-11-23T09:30."),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_one_sentence(reference, arguments, sentence):
    done = figures(*arguments)
    assert done.returncode == 1
    assert done.stdout == ""
    assert json.loads(done.stderr) == {"error": sentence}


def test_without_json_the_sentence_stands_alone(towns):
    done = manage("figures", "--municipality", "caldes", check=False)
    assert done.returncode == 1
    assert (
        done.stderr == "The following arguments are required: --from, --to; `manage figures --help` tells them all.\n"
    )


def test_a_command_that_does_not_exist_is_one_sentence_and_help_is_still_there(towns):
    done = manage("figuras", check=False)
    assert (done.returncode, done.stderr) == (1, "No command is called “figuras”; `manage help` tells them all.\n")
    assert "--target-seconds" in manage("figures", "--help").stdout


def test_in_words_numbers_are_plain_and_the_period_is_on_the_town_s_own_clock(reference):
    lines = manage("figures", "--municipality", "caldes", *DAY, "--target-seconds", "4").stdout.splitlines()
    assert lines[0] == "Caldes de Montbui, from 2026-11-23 00:00 to 2026-11-24 00:00 (Europe/Madrid)"
    told = {line[:26].strip(): line[26:] for line in lines[1:-1]}
    assert told["inbound"] == "660"
    assert told["disaffection"] == "56.0%  = 28 / 50"
    assert told["average speed of answer"].startswith("5.")
    assert lines[-1].startswith("outcomes: ANSWERED 407, ")


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        ({"value": 2_403_560}, "2,403,560"),
        ({"value": 0}, "0"),
        ({"value": None, "reason": "no_queue_record"}, "unknown (no queue record)"),
        (
            {"value": 0.9393, "numerator": 2_257_664, "denominator": 2_403_560, "definition": "sl_default"},
            "93.9%  = 2,257,664 / 2,403,560",
        ),
        (
            {"value": 24.9876, "numerator": 60_059_293.5, "denominator": 2_403_560, "definition": "average_talk"},
            "25 s  = 60,059,293.5 s / 2,403,560",
        ),
        ({"value": 5.506, "numerator": 1_327.0, "denominator": 241, "definition": "average_talk"}, "5.5 s  = 1,327 s / 241"),
    ],
)  # fmt: skip
def test_a_large_figure_is_written_out(figure, words):
    with translation.override("en"):
        assert _value_in_words(figure) == words


def test_calls_that_wait_to_be_counted_are_counted_first(reference):
    from reporting.kpi.actions import mark_changed
    from reporting.kpi.models import Bucket
    from tenants.isolation.context import inside

    before = json.loads(figures(*DAY).stdout)
    with inside(reference):
        mark_changed(set(Bucket.objects.filter(grain="Q").values_list("starts_at", flat=True)))
        Bucket.objects.all().delete()
    assert json.loads(figures(*DAY).stdout) == before
    assert before["calls"]["inbound"]["value"] > 0
