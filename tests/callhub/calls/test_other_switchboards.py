"""The same genuine calls as other switchboards would have written them give the same figures."""

from collections import Counter
from datetime import UTC, datetime
from functools import cache
from statistics import mean
from zoneinfo import ZoneInfo

import pytest
from fixtures.records import FORMATS, THREE, records_in, stories_of
from fixtures.varied import (
    MADRID,
    agents_as,
    detail_rows_as,
    detail_rows_in,
    events_timed,
    files_of,
    moved_to,
    replaced,
)

from callhub.calls.rules import tell
from callhub.pbx.adapters.base import CelRecord
from callhub.pbx.rules import PbxSettings, evidence_of, is_telephone, propose

RUNS = ("reference", "edges")
BASE = tuple(range(16))
CLID_FIRST = (4, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
DATABASE = (9, 4, 1, 2, 3, 5, 6, 7, 8, 12, 13, 14, 15, 0)
FREEPBX = (
    (r"\bentrada\b", "from-trunk"),
    (r'"ivr"', '"ivr-1"'),
    (r'"cues"', '"ext-queues"'),
    (r'(?<=["|])intern(?=["|])', "from-internal"),
    (r'"dept"', '"macro-exten-vm"'),
    (r'"directe"', '"macro-exten-vm"'),
    (r'"bustia"', '"macro-vm"'),
)
OTHERS = {
    "a SIP trunk": replaced(("PJSIP/troncal", "SIP/trunk-vodafone")),
    "an IAX2 trunk": replaced(("PJSIP/troncal", "IAX2/central")),
    "a trunk named like its number": replaced(("PJSIP/troncal", "PJSIP/938000000")),
    "an ISDN line": replaced((r"PJSIP/troncal-0*([0-9a-f]+)", r"DAHDI/i1/600111222-\1")),
    "SIP telephones": replaced((r"PJSIP/(\d{3})", r"SIP/\1")),
    "FreePBX's contexts": replaced(*FREEPBX),
    "numbered queues": replaced((r"\|oac\|", "|600|"), (r"\|tributs\|", "|601|")),
    "agents as Local channels": agents_as("Local/{}@from-queue/n"),
    "agents as Agent/": agents_as("Agent/{}"),
    "events in whole seconds": events_timed(""),
    "events in local time": events_timed("%Y-%m-%d %H:%M:%S.%f", MADRID),
    "events in UTC, whole seconds": events_timed("%Y-%m-%d %H:%M:%S", ZoneInfo("UTC")),
    "16 columns": detail_rows_as(*BASE),
    "17 columns": detail_rows_as(*BASE, 16),
    "17 columns with a user field": detail_rows_as(*BASE, 18),
    "19 columns": detail_rows_as(*BASE, 16, 18, 17),
    "21 columns": detail_rows_as(*BASE, 16, 18, 19, 17, 20),
    "clid first": detail_rows_as(*CLID_FIRST, 0, 16, 18, 20),
    "clid first with linked id": detail_rows_as(*CLID_FIRST, 0, 16, 18, 20, 17),
    "a database's export": detail_rows_as(*DATABASE, 16, 18, -1, -1, 17),
    "a user field that ends in the id": detail_rows_as(*DATABASE, 16, -2, 17),
    "a UTC clock": detail_rows_in("UTC"),
    "over the clock change of October": moved_to(datetime(2026, 10, 25, 0, 54, tzinfo=UTC)),
    "in the hour that comes twice": moved_to(datetime(2026, 10, 25, 1, 10, tzinfo=UTC)),
    "over the clock change of March": moved_to(datetime(2026, 3, 29, 0, 54, tzinfo=UTC)),
}


def figures(stories):
    """What the pages count, whatever the queues are called."""
    told = {}
    by_queue = {}
    for story in stories.values():
        for visit in story.visits:
            by_queue.setdefault(visit.queue, []).append(visit)
    told["queues"] = sorted(
        (
            sorted(Counter(v.outcome for v in visits).items()),
            round(mean(v.wait_seconds for v in visits), 3),
            sum(v.talk_seconds or 0 for v in visits),
        )
        for visits in by_queue.values()
    )
    inbound = [s for s in stories.values() if s.call.direction == "INBOUND"]
    told["outcomes"] = Counter(s.call.outcome for s in inbound)
    told["by person"] = Counter(s.call.answered_by_person for s in inbound)
    told["hidden"] = sum(s.call.is_hidden for s in inbound)
    told["derivations"] = Counter((d.kind, d.result) for s in stories.values() for d in s.derivations)
    return told


def told_by(files, names):
    return figures(stories_of([one for name in names for one in records_in(files[name].encode(), FORMATS[name])]))


@cache
def true_figures(run, names):
    return told_by(files_of(run, names), names)


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("other", OTHERS)
def test_other_names_clocks_and_forms_give_the_same_figures(run, other):
    assert told_by(OTHERS[other](files_of(run, THREE)), THREE[::-1]) == true_figures(run, THREE)


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("other", ["events in whole seconds", "events in UTC, whole seconds", "FreePBX's contexts"])
def test_events_alone_give_the_same_figures(run, other):
    assert told_by(OTHERS[other](files_of(run, ["cel.csv"])), ("cel.csv",)) == true_figures(run, ("cel.csv",))


@pytest.mark.parametrize("other", ["16 columns", "17 columns with a user field", "clid first"])
def test_detail_rows_alone_give_the_same_calls_without_any_id_of_calls(other):
    varied = told_by(OTHERS[other](files_of("reference", ["cdr-custom.csv"])), ("cdr-custom.csv",))
    assert varied == true_figures("reference", ("Master.csv",))
    assert varied["by person"][True] == 407


# Smaller things

T = 1_795_450_000.0
SETTINGS = PbxSettings(trunk_peers=("SIP/trunk",), desk_telephones=(r"^(SIP|Local)/",))


def event(name, second, channel, kind, *, application="", context="from-trunk", exten="s", extra=""):
    root = "1795450000.1"
    channel = f"1795450000.{channel}"
    return CelRecord(T + second, channel, root, kind, "600111222", "", exten, context, name, application, extra)


def handed_to_a_group(*more, target="600"):
    """A call that telephone 201 hands on to a number."""
    return [
        event("SIP/trunk-00000001", 0, 1, "CHAN_START"),
        event("SIP/201-00000002", 1, 2, "CHAN_START"),
        event("SIP/201-00000002", 2, 2, "BRIDGE_ENTER", application="AppDial"),
        event("SIP/201-00000002", 9, 2, "BLINDTRANSFER", extra=f'{{"extension":"{target}"}}'),
        event("SIP/201-00000002", 9.1, 2, "HANGUP"),
        event("SIP/302-00000003", 9.2, 3, "CHAN_START"),
        *more,
        event("SIP/trunk-00000001", 30, 1, "HANGUP"),
    ]


def results(records):
    return [d.result for d in tell("1795450000.1", records, SETTINGS).derivations]


def test_a_group_s_telephone_picks_up_for_it():
    taken = event("SIP/302-00000003", 12, 3, "BRIDGE_ENTER", application="AppDial")
    assert results(handed_to_a_group(taken)) == ["PICKED_UP"]
    assert results(handed_to_a_group()) == ["LOST"]
    rang = event("SIP/600-00000004", 9.2, 4, "CHAN_START")
    assert results(handed_to_a_group(rang, taken)) == ["LOST"], "600 has a telephone of its own, and nobody took it"


def test_a_telephone_connected_in_the_second_of_the_transfer_picked_it_up_when_seconds_are_whole():
    taken = event("SIP/302-00000003", 9, 3, "BRIDGE_ENTER", application="AppDial")
    assert results(handed_to_a_group(taken, target="302")) == ["PICKED_UP"]


def test_what_runs_after_the_caller_hung_up_is_not_where_the_call_ended():
    records = [
        event("SIP/trunk-00000001", 0, 1, "CHAN_START"),
        event("SIP/trunk-00000001", 1, 1, "STREAM_BEGIN", application="Queue", context="ext-queues", exten="600"),
        event("SIP/trunk-00000001", 9, 1, "APP_START", application="NoOp", context="ext-queues", exten="h"),
        event("SIP/trunk-00000001", 9, 1, "HANGUP", context="ext-queues", exten="h"),
    ]
    assert tell("1795450000.1", records, SETTINGS).call.outcome == "ABANDONED"


@pytest.mark.parametrize("name", ["SIP/trunk-00000001", "Local/201@from-queue-00000001;1"])
def test_a_broad_pattern_makes_no_telephone_of_a_trunk_or_of_a_local_channel(name):
    assert is_telephone("SIP/201-00000002", SETTINGS)
    assert not is_telephone(name, SETTINGS)


@pytest.mark.parametrize("context", ["from-trunk", "everything"])
def test_a_context_that_also_rings_or_queues_is_no_voicemail(context):
    records = [
        event("SIP/trunk-00000001", 0, 1, "CHAN_START"),
        event("SIP/trunk-00000001", 1, 1, "APP_START", application="Dial", context=context),
        event("SIP/trunk-00000001", 9, 1, "APP_START", application="Record", context=context),
        event("SIP/trunk-00000001", 9, 1, "APP_START", application="Record", context="grava"),
    ]
    assert propose(evidence_of(records)).voicemail_contexts == ("grava",)


@pytest.mark.parametrize(
    "extra",
    [
        "[" * 100_000,
        '{"extension":' * 50_000,
        '{"extension":["301"],"hangupcause":[17]}',
        '{"extension":{"a":1},"hangupcause":{"a":1}}',
        '{"extension":"\\u0000","hangupcause":"\\ud800"}',
        '{"extension":"' + "3" * 5_000 + '"}',
    ],
    ids=["deep list", "deep object", "list", "object", "letters nobody stores", "endless"],
)
def test_whatever_stands_in_an_event_s_extra_cell_a_story_is_told(extra):
    records = [
        event("SIP/trunk-00000001", 0, 1, "CHAN_START"),
        event("SIP/trunk-00000001", 9, 1, "BLINDTRANSFER", extra=extra),
        event("SIP/trunk-00000001", 9, 1, "HANGUP", extra=extra),
    ]
    (derivation,) = tell("1795450000.1", records, SETTINGS).derivations
    assert derivation.target == ""
