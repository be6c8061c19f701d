"""Rows of queue_log of all versions, and what each visit becomes."""

import pytest

from callhub.calls.rules import tell
from callhub.pbx.adapters import SourceFormat, adapter_for
from callhub.pbx.adapters.base import Ignored, QueueRecord, ReadOptions, Rejected
from callhub.pbx.rules import PbxSettings

READ = adapter_for(SourceFormat.QUEUE_LOG).reader(ReadOptions("Europe/Madrid"))
T = 1_795_450_000


def row(after, event, *data, agent="NONE", channel="1795450000.1", queue="oac"):
    return "|".join([str(T + after), channel, queue, agent, event, *data])


ENTER = row(0, "ENTERQUEUE", "", "600111222", "1")
CONNECT = row(7, "CONNECT", "7", "1795450000.2", "3", agent="Marta Puig")


def story(*rows):
    return tell("1795450000.1", [READ(one) for one in rows], PbxSettings())


def visit(*rows):
    (only,) = story(*rows).visits
    return only


@pytest.mark.parametrize(
    ("rows", "outcome", "reason", "wait"),
    [
        ([CONNECT], "ANSWERED", "", 7),
        ([row(9, "ABANDON", "1", "1", "9")], "ABANDONED", "HUNG_UP", 9),
        ([row(30, "EXITWITHTIMEOUT", "1", "1", "30")], "FLOWED_OUT", "TIMEOUT", 30),
        ([row(12, "EXITWITHKEY", "2", "1", "1", "12")], "FLOWED_OUT", "KEY", 12),
        ([row(4, "EXITEMPTY", "1", "1", "4")], "FLOWED_OUT", "EMPTY", 4),
        ([row(5, "WITHDRAW", "1", "1", "5")], "FLOWED_OUT", "WITHDRAWN", 5),
        ([row(5, "WITHDRAW", "1", "1", "5", "reason told")], "FLOWED_OUT", "WITHDRAWN", 5),
        ([row(6, "EXITWITHTIMEOUT", "1")], "FLOWED_OUT", "TIMEOUT", 6),
        ([row(6, "EXITWITHKEY", "2", "1")], "FLOWED_OUT", "KEY", 6),
        ([row(3, "SYSCOMPAT")], "UNKNOWN", "SYSCOMPAT", 3),
        ([], "UNKNOWN", "", None),
        ([row(5, "RINGNOANSWER", "5000", agent="Marta Puig")], "UNKNOWN", "", None),
    ],
)
def test_every_exit_has_one_outcome(rows, outcome, reason, wait):
    told = visit(ENTER, *rows)
    assert (told.outcome, told.exit_reason, told.wait_seconds) == (outcome, reason, wait)


def test_an_entry_without_exit_is_unknown_and_says_why():
    call = story(ENTER).call
    assert (call.outcome, call.outcome_reason, call.answered_by_person) == ("UNKNOWN", "visit_without_exit", None)


@pytest.mark.parametrize(
    ("end", "talk"),
    [
        (row(20, "COMPLETECALLER", "7", "13", "1", agent="Marta Puig"), 13),
        (row(20, "COMPLETEAGENT", "7", "13", "1", agent="Marta Puig"), 13),
        (row(20, "COMPLETEAGENT", "7", "13", agent="Marta Puig"), 13),
        (row(20, "BLINDTRANSFER", "305", "dept", "7", "13", "1", agent="Marta Puig"), 13),
        (row(20, "TRANSFER", "305", "dept", "7", "13", "1", agent="Marta Puig"), 13),
        (row(20, "TRANSFER", "305", "dept", agent="Marta Puig"), None),
        (row(20, "ATTENDEDTRANSFER", "BRIDGE", "c8a9", "7", "13", "1", agent="Marta Puig"), 13),
        (row(20, "ATTENDEDTRANSFER", "APP", "Dial", "7", "13", "1", agent="Marta Puig"), 13),
        (row(20, "ATTENDEDTRANSFER", "LINK", "PJSIP/1-0", "PJSIP/2-0", "7", "13", "1", agent="Marta Puig"), 13),
    ],
)
def test_the_talk_of_every_kind_of_end(end, talk):
    told = visit(ENTER, CONNECT, end)
    assert (told.outcome, told.talk_seconds, told.agent, told.ring_seconds) == ("ANSWERED", talk, "Marta Puig", 3)


@pytest.mark.parametrize("event", ["BLINDTRANSFER", "TRANSFER"])
def test_a_blind_transfer_is_a_derivation_that_the_queue_cannot_follow(event):
    (derived,) = story(ENTER, CONNECT, row(20, event, "305", "dept", "7", "13", "1", agent="Marta Puig")).derivations
    assert (derived.kind, derived.target, derived.by_agent) == ("BLIND", "305", "Marta Puig")
    assert (derived.result, derived.reason) == ("UNKNOWN", "no_record_of_the_department")


def test_an_attended_transfer_was_picked_up():
    (derived,) = story(ENTER, CONNECT, row(20, "ATTENDEDTRANSFER", "BRIDGE", "x", "7", "13", "1")).derivations
    assert (derived.kind, derived.result) == ("ATTENDED", "PICKED_UP")


def test_a_call_that_comes_back_makes_two_visits_and_one_call():
    back = row(60, "ENTERQUEUE", "", "600111222", "1")
    told = story(
        ENTER, CONNECT, row(20, "BLINDTRANSFER", "305", "dept", "7", "13", "1"), back, row(65, "ABANDON", "1", "1", "5")
    )
    assert [v.outcome for v in told.visits] == ["ANSWERED", "ABANDONED"]
    assert told.call.outcome == "ANSWERED"


def test_an_overflow_makes_a_visit_in_each_queue():
    told = story(
        ENTER,
        row(30, "EXITWITHTIMEOUT", "1", "1", "30"),
        row(30, "ENTERQUEUE", "", "600111222", "1", queue="tributs"),
        row(44, "ABANDON", "1", "1", "14", queue="tributs"),
    )
    assert [(v.queue, v.outcome) for v in told.visits] == [("oac", "FLOWED_OUT"), ("tributs", "ABANDONED")]
    assert told.call.outcome == "FLOWED_OUT"


def test_events_of_one_second_are_taken_in_the_order_in_which_they_can_have_happened():
    rows = [
        row(0, "ENTERQUEUE", "", "1", "1"), row(0, "EXITEMPTY", "1", "1", "0"),
        row(0, "ENTERQUEUE", "", "1", "1", queue="tributs"), row(0, "CONNECT", "0", "x", "0", queue="tributs"),
        row(0, "COMPLETEAGENT", "0", "0", "1", queue="tributs"),
    ]  # fmt: skip
    told = [[(v.queue, v.outcome) for v in story(*order).visits] for order in (rows, rows[::-1], rows[2:] + rows[:2])]
    assert told == [[("oac", "FLOWED_OUT"), ("tributs", "ANSWERED")]] * 3


@pytest.mark.parametrize("number", ["", "anonymous", "Anonymous", "unknown", "restricted"])
def test_a_hidden_number_is_hidden(number):
    call = story(row(0, "ENTERQUEUE", "", number, "1"), CONNECT).call
    assert (call.caller, call.is_hidden) == ("", True)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (f"{T}|NONE|NONE|NONE|QUEUESTART|", "queue_member_event"),
        (f"{T}|MANAGER|oac|Local/204@from-queue/n|ADDMEMBER|", "queue_member_event"),
        (f"{T}|REALTIME|oac|Marta|PAUSE|", "queue_member_event"),
        (f"{T}|NONE|oac|NONE|ABANDON|1|1|3", "call_without_id"),
        (f"{T}|1.1|oac|NONE|DID|938000000", "event_not_needed"),
    ],
)
def test_rows_that_tell_of_no_call_are_ignored_with_a_word(payload, reason):
    assert READ(payload) == Ignored(reason)


@pytest.mark.parametrize(
    ("payload", "part"),
    [
        ("soon|1.1|oac|NONE|ENTERQUEUE|", "1970"),
        ("86400|1.1|oac|NONE|ENTERQUEUE|", "1980"),
        ("9999999999|1.1|oac|NONE|ENTERQUEUE|", "2100"),
        (f"{T}|1.1|oac|NONE|ABANDON|1", "at least 3"),
        (f"{T}|1.1|oac|NONE|CONNECT", "at least 1"),
        ("one cell", "separated by |"),
    ],
)
def test_rows_that_cannot_be_right_are_rejected_with_a_sentence(payload, part):
    said = READ(payload)
    assert isinstance(said, Rejected)
    assert part in said.reason


@pytest.mark.parametrize(
    "exported",
    [
        "7,2026-11-23 16:11:01.5,1795450259.8,oac,NONE,ENTERQUEUE,,,600111222,1,,",
        "2026-11-23 16:11:01.5,1795450259.8,oac,NONE,ENTERQUEUE,,,600111222,1,,",
        "2026-11-23 16:11:01.5,1795450259.8,oac,NONE,ENTERQUEUE,,600111222,1,,",
        '7,"2026-11-23 16:11:01.5","1795450259.8","oac","NONE","ENTERQUEUE","|600111222|1","","","","",""',
    ],
)
def test_a_row_exported_from_a_database_is_in_utc_and_says_the_same(exported):
    said = READ(exported)
    assert isinstance(said, QueueRecord)
    assert (said.at, said.channel, said.queue, said.event) == (1795450261.5, "1795450259.8", "oac", "ENTERQUEUE")
    assert said.data == ("", "600111222", "1")


@pytest.mark.parametrize(("moment", "zone"), [("2026-11-23 18:10:59.5", "local"), ("2026-11-23 17:10:59.5", "UTC")])
def test_a_databases_export_is_read_in_its_own_clock_as_the_channels_id_tells(moment, zone):
    """Asterisk writes local time there unless `queue_log_realtime_use_gmt` is on."""
    row = f'"{moment}","1795453859.5","oac","NONE","ENTERQUEUE","","600000001","1","",""\n'
    one = READ(row.strip())
    assert one.at == 1795453859.5, zone
