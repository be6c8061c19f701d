"""What is proposed about a switchboard nobody described, and what stays unknown with a reason."""

import random

import pytest
from fixtures.records import records_of, stories_of

from callhub.calls.rules import tell
from callhub.pbx.adapters.base import CdrRecord, CelRecord
from callhub.pbx.rules import (
    Evidence,
    PbxSettings,
    UnusableSettings,
    evidence_of,
    is_telephone,
    peer_of,
    propose,
    settings_in_use,
)

T = 1_795_450_000.0


class Switchboard:
    """Writes the channel events of calls on an invented switchboard, with FreePBX's names of contexts."""

    def __init__(self, trunk, telephone):
        self.trunk, self.telephone, self.number, self.events = trunk, telephone, 0, []

    def _channel(self, name):
        self.number += 1
        return f"{int(T) + self.number}.{self.number}", f"{name}-{self.number:08x}"

    def _see(self, at, channel, linked, event, name, number="", context="", application="", exten=""):
        self.events.append(CelRecord(at, channel, linked, event, number, "", exten, context, name, application, ""))

    def call_in(self, caller, *, extension="101", is_answered=True, through=("from-trunk", "ivr-1", "ext-queues")):
        root, trunk = self._channel(self.trunk)
        leg, telephone = self._channel(f"{self.telephone}/{extension}")
        at = T + self.number * 10
        self._see(at, root, root, "CHAN_START", trunk, caller, through[0], exten="938000000")
        for context in through[1:]:
            application = "BackGround" if context.startswith("ivr") else "Queue"
            self._see(at + 1, root, root, "APP_START", trunk, caller, context, application)
        self._see(at + 2, leg, root, "CHAN_START", telephone, extension, "from-internal")
        if is_answered:
            self._see(at + 4, leg, root, "BRIDGE_ENTER", telephone, extension, "from-internal", "AppQueue")
        self._see(at + 9, leg, root, "HANGUP", telephone, extension, "from-internal")
        self._see(at + 9, root, root, "HANGUP", trunk, caller, through[-1])
        return root

    def call_out(self, *, extension="101", number="600999888"):
        root, telephone = self._channel(f"{self.telephone}/{extension}")
        leg, trunk = self._channel(self.trunk)
        at = T + self.number * 10
        self._see(at, root, root, "CHAN_START", telephone, extension, "from-internal", exten=number)
        self._see(at + 1, leg, root, "CHAN_START", trunk, number, "from-trunk")
        self._see(at + 5, leg, root, "HANGUP", trunk, number, "from-trunk")
        self._see(at + 5, root, root, "HANGUP", telephone, extension, "from-internal")
        return root


def a_day(trunk, telephone):
    board = Switchboard(trunk, telephone)
    for number in range(8):
        board.call_in(f"6001112{number:02}", extension=str(101 + number % 3), is_answered=number != 5)
    board.call_in("", extension="102")
    board.call_out()
    return board


KINDS = [
    ("PJSIP/voip-provider", "PJSIP", "PJSIP/voip-provider", "^PJSIP/\\d{3}-"),
    ("SIP/trunkname", "SIP", "SIP/trunkname", "^SIP/\\d{3}-"),
    ("DAHDI/i1/600111222", "SIP", "DAHDI/i1", "^SIP/\\d{3}-"),
    ("IAX2/central", "PJSIP", "IAX2/central", "^PJSIP/\\d{3}-"),
    ("PJSIP/938000000", "PJSIP", "PJSIP/938000000", "^PJSIP/\\d{3}-"),
]


@pytest.mark.parametrize(("trunk", "telephone", "peer", "pattern"), KINDS, ids=[kind[2] for kind in KINDS])
def test_a_freepbx_like_system_is_understood_without_a_word(trunk, telephone, peer, pattern):
    proposed = propose(evidence_of(a_day(trunk, telephone).events))
    assert proposed.trunk_peers == (peer,)
    assert proposed.inbound_contexts == ("from-trunk",)
    assert proposed.desk_telephones == (pattern,)
    assert proposed.menu_contexts == ("ivr-1",)
    assert proposed.closed_contexts is None
    assert proposed.voicemail_contexts is None
    assert set(proposed.unknown_reasons()) == {"closed_contexts", "voicemail_contexts"}
    assert all(proposed.unknown_reasons().values())


@pytest.mark.parametrize(("trunk", "telephone", "peer", "pattern"), KINDS, ids=[kind[2] for kind in KINDS])
def test_its_calls_are_told_with_what_was_proposed(trunk, telephone, peer, pattern):
    board = a_day(trunk, telephone)
    calls = [story.call for story in stories_of(board.events).values()]
    assert (
        sorted((c.direction, c.outcome) for c in calls if c.direction == "INBOUND").count(("INBOUND", "ANSWERED")) == 8
    )
    assert sum(c.direction == "INBOUND" for c in calls) == 9
    assert sum(c.direction == "OUTBOUND" for c in calls) == 1


@pytest.mark.parametrize("seed", range(5))
def test_proposals_do_not_depend_on_the_order_or_on_how_files_are_cut(seed):
    events = list(a_day("SIP/trunkname", "SIP").events)
    whole = propose(evidence_of(events))
    random.Random(seed).shuffle(events)
    cut = len(events) // 3
    parts = evidence_of(events[:cut]).merged(evidence_of(events[cut:]))
    assert propose(parts) == whole
    assert propose(Evidence.from_json(parts.to_json())) == whole


def test_evidence_keeps_no_number_of_a_citizen():
    stored = str(evidence_of(a_day("SIP/trunkname", "SIP").events).to_json())
    assert "600111200" not in stored


def test_a_telephone_that_calls_out_with_the_town_halls_number_is_no_trunk():
    board = a_day("SIP/trunkname", "SIP")
    root, telephone = board._channel("SIP/109")
    for number in range(5):
        board._see(
            T + number, f"{root}{number}", f"{root}{number}", "CHAN_START", telephone, "938000000", "from-internal"
        )
    assert propose(evidence_of(board.events)).trunk_peers == ("SIP/trunkname",)


@pytest.mark.parametrize(
    ("context", "setting"),
    [
        ("fuera-de-horario", "closed_contexts"),
        ("fueradehorario", "closed_contexts"),
        ("fora-horari", "closed_contexts"),
        ("horari-tancat", "closed_contexts"),
        ("modo_noche", "closed_contexts"),
        ("tancat", "closed_contexts"),
        ("app-closed", "closed_contexts"),
        ("nit", "closed_contexts"),
        ("festius", "closed_contexts"),
        ("after-hours", "closed_contexts"),
        ("bustia", "voicemail_contexts"),
        ("ext-vm", "voicemail_contexts"),
        ("contestador", "voicemail_contexts"),
        ("ivr-principal", "menu_contexts"),
        ("menu", "menu_contexts"),
    ],
)
def test_contexts_are_recognised_by_their_names(context, setting):
    board = a_day("SIP/trunkname", "SIP")
    board.call_in("600333444", is_answered=False, through=("from-trunk", context))
    assert context in getattr(propose(evidence_of(board.events)), setting)


@pytest.mark.parametrize(
    "context",
    [
        "from-internal",
        "unitat",
        "monitor",
        "from-trunk",
        "ext-queues",
        "granit",
        "horari-obert",
        "dins-horari",
        "comprova-horari",
        "app-daynight",
        "fora",
        "cloister",
        "festival",
    ],
)
def test_contexts_with_a_similar_name_are_not(context):
    board = a_day("SIP/trunkname", "SIP")
    board.call_in("600333444", through=("from-trunk", context))
    proposed = propose(evidence_of(board.events))
    for setting in (proposed.closed_contexts, proposed.voicemail_contexts, proposed.menu_contexts):
        assert context not in (setting or ())


def test_nothing_seen_is_everything_unknown():
    proposed = propose(Evidence())
    assert proposed == PbxSettings()
    assert len(proposed.unknown_reasons()) == 6


def test_detail_rows_alone_propose_trunk_and_telephones_but_no_entry():
    proposed = propose(evidence_of(records_of("reference", "Master.csv")))
    assert proposed.trunk_peers == ("PJSIP/troncal",)
    assert proposed.desk_telephones
    assert proposed.inbound_contexts is None


def test_what_people_choose_wins_and_an_empty_list_means_there_is_none():
    proposed = PbxSettings(trunk_peers=("SIP/a",), menu_contexts=("ivr-1",))
    used = settings_in_use(proposed, PbxSettings(trunk_peers=("SIP/b",), menu_contexts=()))
    assert (used.trunk_peers, used.menu_contexts, used.closed_contexts) == (("SIP/b",), (), None)


@pytest.mark.parametrize(
    ("stored", "part"),
    [
        ({"trunks": []}, "no setting"),
        ({"trunk_peers": "PJSIP/troncal"}, "list of texts"),
        ({"trunk_peers": [1]}, "list of texts"),
        ({"desk_telephones": ["^PJSIP/(["]}, "regular expression"),
        ([], "one JSON object"),
    ],
)
def test_settings_that_cannot_be_meant_get_a_sentence(stored, part):
    with pytest.raises(UnusableSettings, match=part):
        PbxSettings.from_json(stored)


@pytest.mark.parametrize(
    ("channel", "peer"),
    [
        ("PJSIP/troncal-0000000a", "PJSIP/troncal"),
        ("PJSIP/my-trunk-0000000a", "PJSIP/my-trunk"),
        ("Local/204@from-queue-00000017;2", "Local/204@from-queue"),
        ("DAHDI/i1/600111222-1", "DAHDI/i1"),
        ("SIP/101-0000abcd", "SIP/101"),
    ],
)
def test_the_peer_of_a_channel(channel, peer):
    assert peer_of(channel) == peer


def test_the_pattern_of_telephones_takes_no_trunk_and_no_longer_number():
    settings = PbxSettings(desk_telephones=("^SIP/\\d{3}-",))
    assert is_telephone("SIP/101-0000000a", settings)
    assert not is_telephone("SIP/1010-0000000a", settings)
    assert not is_telephone("SIP/trunkname-0000000a", settings)
    assert not is_telephone("PJSIP/101-0000000a", settings)


def test_without_known_telephones_an_outcome_is_unknown_and_never_not_answered():
    board = a_day("SIP/trunkname", "SIP")
    settings = PbxSettings(trunk_peers=("SIP/trunkname",))
    for story in stories_of(board.events, settings).values():
        if story.call.direction == "INBOUND":
            assert (story.call.outcome, story.call.outcome_reason) == ("UNKNOWN", "telephones_not_known")
            assert story.call.answered_by_person is None


def test_hidden_callers_are_never_one_caller():
    board = Switchboard("SIP/trunkname", "SIP")
    roots = [board.call_in(hidden) for hidden in ("", "anonymous", "", "Anonymous", "unknown")]
    board.call_in("600111222")
    board.call_in("600111223")
    stories = stories_of(board.events)
    assert len({stories[root].call.key for root in roots}) == len(roots)
    for root in roots:
        assert (stories[root].call.caller, stories[root].call.is_hidden) == ("", True)


def test_a_menu_that_answers_is_no_person():
    rows = [
        CdrRecord(T, "1795450000.1", None, "600111222", "938000000", "ivr-1", "SIP/trunkname-01", "", "Read", T, T + 20, 20, "ANSWERED"),
    ]  # fmt: skip
    settings = PbxSettings(trunk_peers=("SIP/trunkname",), desk_telephones=("^SIP/\\d{3}-",))
    call = tell("1795450000.1", rows, settings).call
    assert (call.direction, call.outcome, call.answered_by_person) == ("INBOUND", "NOT_ANSWERED", False)
