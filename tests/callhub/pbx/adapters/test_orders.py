"""T40: in whatever order the events of a call come, its story is the same: all 720 orders of six events."""

from itertools import permutations
from random import Random

import pytest
from fixtures.records import THREE, records_in, records_of

from callhub.calls.rules import merge_links, tell, thread_of
from callhub.pbx.adapters import SourceFormat
from callhub.pbx.rules import PbxSettings, evidence_of, propose

QUEUE_LOG = b"""\
1795453859|1795453859.5|oac|NONE|ENTERQUEUE||612345678|1
1795453869|1795453859.5|oac|Anna|RINGNOANSWER|5000
1795453875|1795453859.5|oac|Pau|CONNECT|16|1795453872.9|3
1795453920|1795453859.5|oac|Pau|BLINDTRANSFER|305|internal|16|45|1
1795453940|1795453859.5|oac|NONE|ENTERQUEUE||612345678|1
1795453950|1795453859.5|oac|NONE|ABANDON|1|1|10
"""
# Answer before ring, end before start, the hang-up twice: what a switchboard that repeats itself sends.
REPEATED = b"""\
1795453859|1795453859.5|oac|NONE|ENTERQUEUE||612345678|1
1795453864|1795453859.5|oac|Anna|RINGNOANSWER|1000
1795453872|1795453859.5|oac|Pau|CONNECT|13|1795453866.9|6
1795453872|1795453859.5|oac|Pau|CONNECT|13|1795453866.9|6
1795453932|1795453859.5|oac|Pau|COMPLETECALLER|13|60|1
1795453932|1795453859.5|oac|Pau|COMPLETECALLER|13|60|1
"""
WITHOUT_END = b"""\
1795453859|1795453859.5|oac|NONE|ENTERQUEUE||612345678|1
1795453862|1795453859.5|oac|NONE|EXITWITHTIMEOUT|1|1|3
1795453862|1795453859.5|padro|NONE|ENTERQUEUE||612345678|1
1795453870|1795453859.5|padro|Anna|RINGNOANSWER|5000
1795453871|1795453859.5|padro|Anna|CONNECT|9|1795453870.9|1
1795453900|1795453859.5|padro|Anna|ATTENDEDTRANSFER|305|internal|9|29|1
"""


def cel(event, second, channel, name, application="", extra=""):
    cells = [event, f"17954538{second}", "", "612345678", "", "", "938000000", "s", "entrada", name, application, "", "3", "",
             channel, "1795453859.5", "", "", "", extra]  # fmt: skip
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)


TRUNK, DESK = "PJSIP/troncal-00000001", "PJSIP/301-00000002"
CEL = "\n".join(
    [
        cel("CHAN_START", "59.100000", "1795453859.5", TRUNK),
        cel("CHAN_START", "61.200000", "1795453861.6", DESK),
        cel("ANSWER", "65.300000", "1795453861.6", DESK, "AppDial"),
        cel("ANSWER", "65.400000", "1795453859.5", TRUNK, "Dial"),
        cel(
            "HANGUP",
            "95.500000",
            "1795453859.5",
            TRUNK,
            "",
            '{"hangupcause":16,"hangupsource":"","dialstatus":"ANSWER"}',
        ),
        cel("LINKEDID_END", "95.600000", "1795453859.5", TRUNK),
    ]
).encode()
MIXED = (
    QUEUE_LOG.splitlines()[0]
    + b"\n"
    + QUEUE_LOG.splitlines()[2]
    + b"\n"
    + b"1795453930|1795453859.5|oac|Pau|COMPLETEAGENT|16|55|1\n"
)
SETTINGS = PbxSettings.from_json({"trunk_peers": ["PJSIP/troncal"], "inbound_contexts": ["entrada"]})


def six(*sources):
    records = [one for raw, form in sources for one in records_in(raw, form)]
    assert len(records) == 6
    return records


CALLS = {
    "handed over, back in the queue, abandoned": six((QUEUE_LOG, SourceFormat.QUEUE_LOG)),
    "answer and end twice": six((REPEATED, SourceFormat.QUEUE_LOG)),
    "two queues and no end": six((WITHOUT_END, SourceFormat.QUEUE_LOG)),
    "channel events": six((CEL, SourceFormat.CEL)),
    "queue and channel events": six(
        (MIXED, SourceFormat.QUEUE_LOG),
        (b"\n".join(CEL.splitlines()[i] for i in (0, 3, 4)), SourceFormat.CEL),
    ),
}


@pytest.mark.parametrize("call", CALLS)
def test_six_events_tell_the_same_story_in_all_their_720_orders(call):
    told, links = [], []
    for order in permutations(CALLS[call]):
        told.append(tell("1795453859.5", list(order), SETTINGS))
        links.append(merge_links({}, order))
    assert len(told) == 720
    assert told[0] is not None
    assert all(story == told[0] for story in told), "the order of the records changed the story"
    assert all(one == links[0] for one in links), "the order of the records changed which call they belong to"


def test_the_stories_differ_between_the_calls():
    """The guard of the test above: these calls are told, and not as one empty story."""
    told = [tell("1795453859.5", records, SETTINGS) for records in CALLS.values()]
    assert len({repr(story) for story in told}) == len(told)
    assert [story.call.outcome for story in told[:2]] == ["ANSWERED", "ANSWERED"]
    assert len(told[0].visits) == 2


def _genuine(run, *names):
    """The records of every genuine call in these files, by call."""
    records = [one for name in names for one in records_of(run, name)]
    links = merge_links({}, records)
    calls = {}
    for one in records:
        calls.setdefault(thread_of(one, links), []).append(one)
    return calls, propose(evidence_of(records))


@pytest.mark.parametrize("name", ["queue_log", "cel.csv"])
def test_genuine_calls_of_six_records_tell_the_same_in_every_order(name):
    calls, settings = _genuine("reference", name)
    six_records = [one for one in calls.items() if len(one[1]) == 6][:5]
    assert len(six_records) == 5
    for key, records in six_records:
        expected = tell(key, records, settings)
        assert all(tell(key, list(order), settings) == expected for order in permutations(records)), key


def test_every_genuine_call_tells_the_same_when_its_records_are_shuffled():
    random = Random(20_261_125)
    calls, settings = _genuine("edges", *THREE)
    assert len(calls) > 20
    for key, records in calls.items():
        expected = tell(key, records, settings)
        for _turn in range(5):
            shuffled = random.sample(records, len(records))
            assert tell(key, shuffled, settings) == expected, key
