"""The whole story: who called, what became of it, which visits, conversations and derivations it had."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from callhub.calls.rules.derivations import Conversation, DerivationStory, derivations_of
from callhub.calls.rules.facts import extra_of, is_local, spoke_with_a_person
from callhub.calls.rules.visits import VisitStory, told_once, visits_of
from callhub.pbx.adapters.base import CdrRecord, CelRecord, QueueRecord, Record, TableRecord
from callhub.pbx.rules import PbxSettings, extension_of, is_public_number, is_telephone, is_trunk

__all__ = ["CallStory", "DerivationStory", "LegStory", "Story", "VisitStory", "tell"]

_VOICEMAIL_APPLICATIONS = frozenset({"VoiceMail", "Record", "MiniVMRecord"})
_MENUS = frozenset({"Answer", "BackGround", "WaitExten", "Read"})
_REFUSED_CAUSES = frozenset({17, 34, 38, 41, 42, 44, 47})  # Q.850: busy, no circuit, out of order, congestion
_HIDDEN = frozenset({"", "anonymous", "unknown", "restricted", "private", "unavailable", "<unknown>"})


@dataclass(slots=True)
class LegStory:
    """A stretch in which a person's telephone was connected. Moments are epoch seconds."""

    party: str
    started_at: float
    ended_at: float | None

    @property
    def talk_seconds(self) -> float | None:
        return None if self.ended_at is None else max(self.ended_at - self.started_at, 0.0)


@dataclass(slots=True)
class CallStory:
    """The citizen's whole journey. ``sources`` adds up 1 queue_log, 2 CEL, 4 CDR, 8 table. Moments are epoch seconds."""

    key: str
    direction: str
    started_at: float
    ended_at: float | None
    caller: str
    is_hidden: bool
    line: str
    outcome: str
    outcome_reason: str
    answered_at: float | None
    answered_by_person: bool | None
    agent: str
    sources: int
    queue_record: bool


@dataclass(slots=True)
class Story:
    """A call with everything that happened in it."""

    call: CallStory
    legs: list[LegStory] = field(default_factory=list)
    visits: list[VisitStory] = field(default_factory=list)
    derivations: list[DerivationStory] = field(default_factory=list)


def tell(key: str, records: Sequence[Record], settings: PbxSettings) -> Story | None:
    """The story of the call ``key``; None when its records make no call (inner halves, telephones that meet nobody)."""
    found = [r for r in records if isinstance(r, QueueRecord)]
    queue = told_once(found)
    if len(found) == len(records):
        return _from_queue_alone(key, queue)
    table = [r for r in records if isinstance(r, TableRecord)]
    if table:
        return _from_table(key, min(table))
    events = sorted(r for r in records if isinstance(r, CelRecord))
    rows = sorted((r for r in records if isinstance(r, CdrRecord)), key=_row_order)
    return _Teller(key, queue, events, _once(rows), settings).story()


def _row_order(row: CdrRecord) -> tuple[float, float, str, str]:
    return (row.at, row.ended_at, row.name, row.other_name)


def _once(rows: list[CdrRecord]) -> list[CdrRecord]:
    """The same row told by Master.csv and by a custom file counts once."""
    return list({(int(r.at), int(r.ended_at), r.name, r.other_name, r.application): r for r in rows}.values())


def _caller(number: str) -> tuple[str, bool]:
    hidden = number.strip().lower() in _HIDDEN
    return ("" if hidden else number.strip(), hidden)


_moment = attrgetter("at")


def _from_queue_alone(key: str, records: list[QueueRecord]) -> Story | None:
    visits = visits_of(records)
    if not visits:
        return None
    entered = min([r for r in records if r.event == "ENTERQUEUE"], key=_moment)
    caller, hidden = _caller(entered.data[1] if len(entered.data) > 1 else "")
    first = next((v for v in visits if v.outcome == "ANSWERED"), None)
    outcome = _outcome_of_visits(visits)
    is_unknown = outcome == "UNKNOWN"
    call = CallStory(
        key, "INBOUND", entered.at, max([r.at for r in records]), caller, hidden, "", outcome,
        "visit_without_exit" if is_unknown else "", first.left_at if first else None,
        True if first else None if is_unknown else False, first.agent if first else "", 1, True,
    )  # fmt: skip
    return Story(call, [], visits, derivations_of(records, [], [], visits, []))


def _outcome_of_visits(visits: Sequence[VisitStory]) -> str:
    outcomes = [visit.outcome for visit in visits]
    return next((word for word in ("ANSWERED", "FLOWED_OUT", "ABANDONED") if word in outcomes), "UNKNOWN")


def _from_table(key: str, row: TableRecord) -> Story:
    entered = row.queued_at if row.queued_at is not None else row.at
    left = row.answered_at if row.outcome == "ANSWERED" else row.ended_at
    wait = row.wait_seconds if row.wait_seconds is not None else None if left is None else max(left - entered, 0.0)
    is_answered = row.outcome == "ANSWERED"
    talk = row.talk_seconds
    if talk is None and is_answered and row.answered_at is not None and row.ended_at is not None:
        talk = row.ended_at - row.answered_at
    caller, hidden = _caller(row.caller)
    visit = VisitStory(
        row.queue, row.at, left, row.outcome if row.outcome in {"ANSWERED", "ABANDONED", "FLOWED_OUT"} else "UNKNOWN",
        "", wait, None, talk if is_answered else None, row.agent if is_answered else "",
    )  # fmt: skip
    call = CallStory(
        key, "INBOUND", row.at, row.ended_at, caller, hidden and bool(row.caller), row.line, row.outcome, "",
        row.answered_at if is_answered else None, is_answered if row.outcome != "UNKNOWN" else None,
        visit.agent, 8, True,
    )  # fmt: skip
    return Story(call, [], [visit], [])


class _Teller:
    """Puts together what the channel events, the detail rows and the queue say of one call."""

    def __init__(
        self,
        key: str,
        queue: list[QueueRecord],
        events: list[CelRecord],
        rows: list[CdrRecord],
        settings: PbxSettings,
    ) -> None:
        self.key, self.queue, self.events, self.rows, self.settings = key, queue, events, rows, settings
        self.visits = visits_of(queue)
        self.root = next((e for e in events if e.event == "CHAN_START" and e.channel == key), None)
        self.root_row = next((r for r in rows if r.channel == key and not is_local(r)), None) or next(
            (r for r in rows if not is_local(r)), None
        )
        self.contexts = {e.context for e in events} | {r.context for r in rows}

    def story(self) -> Story | None:
        if self.root is None and self.root_row is None and not self.visits:
            return None
        direction = self._direction()
        conversations = self._conversations()
        outcome, reason = self._outcome(direction, conversations)
        caller, hidden = _caller(self._number())
        person = self._person(direction, conversations)
        first = min(conversations, key=lambda c: c.started_at, default=None)
        connected = next((v for v in self.visits if v.outcome == "ANSWERED"), None)
        answered_at = first.started_at if first else connected.left_at if connected else None
        call = CallStory(
            self.key, direction, self._started_at(), self._ended_at(), caller, hidden, self._line(), outcome, reason,
            answered_at, person, connected.agent if connected else first.party if first else "",
            bool(self.queue) * 1 + bool(self.events) * 2 + bool(self.rows) * 4, bool(self.queue),
        )  # fmt: skip
        legs = [LegStory(c.party, c.started_at, c.ended_at) for c in conversations]
        return Story(
            call, legs, self.visits, derivations_of(self.queue, self.events, self.rows, self.visits, conversations)
        )

    def _started_at(self) -> float:
        if self.root is not None:
            return self.root.at
        starts = [r.at for r in self.rows if not is_local(r)] + [v.entered_at for v in self.visits]
        return min(starts)

    def _ended_at(self) -> float | None:
        hung_up = [e.at for e in self.events if e.event == "HANGUP" and e.channel == self.key]
        if hung_up:
            return max(hung_up)
        ends = [e.at for e in self.events if e.event == "LINKEDID_END"] + [r.ended_at for r in self.rows]
        return max(ends, default=None)

    def _number(self) -> str:
        if self.root is not None:
            return self.root.number
        if self.root_row is not None:
            return self.root_row.caller
        entered = next((r for r in self.queue if r.event == "ENTERQUEUE"), None)
        return entered.data[1] if entered and len(entered.data) > 1 else ""

    def _line(self) -> str:
        if self.root is None:
            return ""
        return next((n for n in (self.root.exten, self.root.dnid) if is_public_number(n)), "")

    def _direction(self) -> str:
        settings = self.settings
        origin = self.root.name if self.root else self.root_row.name if self.root_row else ""
        if settings.trunk_peers is None:
            return "INBOUND" if self.visits else "UNKNOWN"
        if origin and is_trunk(origin, settings):
            is_entry = (
                settings.inbound_contexts is None or self.root is None or self.root.context in settings.inbound_contexts
            )
            return "INBOUND" if is_entry else "INTERNAL"
        others = [e.name for e in self.events if e.event == "CHAN_START"] + [r.other_name for r in self.rows]
        if any(is_trunk(name, settings) for name in others if name):
            return "OUTBOUND"
        return "INTERNAL" if origin else "INBOUND"

    def _conversations(self) -> list[Conversation]:
        if self.events:
            return _conversations_of_events(self.key, self.events, self.settings)
        found = [
            Conversation(
                extension_of(r.other_name), r.other_name, self._taken_up(r), r.ended_at, r.application, r.at, True
            )
            for r in self.rows
            if spoke_with_a_person(r, self.settings)
        ]
        # A member behind a Local channel has a row of its own telephone: the Local one would count it twice.
        telephones = [c for c in found if not c.channel_name.startswith("Local/")]
        behind = {c.party for c in telephones}
        return telephones + [c for c in found if c.channel_name.startswith("Local/") and c.party not in behind]

    def _taken_up(self, row: CdrRecord) -> float:
        """When the telephone of a detail row was connected: the row's answer can be the menu's, long before the wait."""
        answered = row.answered_at if row.answered_at is not None else row.at
        if row.application != "Queue":
            return answered
        connected = [v.left_at for v in self.visits if v.outcome == "ANSWERED" and v.left_at is not None]
        return max((at for at in connected if answered <= at <= row.ended_at), default=answered)

    def _person(self, direction: str, conversations: list[Conversation]) -> bool | None:
        if conversations or any(v.outcome == "ANSWERED" for v in self.visits):
            return True
        if self.settings.desk_telephones is None and direction in {"INBOUND", "UNKNOWN"}:
            return None
        return False

    def _outcome(self, direction: str, conversations: list[Conversation]) -> tuple[str, str]:
        """First that applies, as in docs/figures.md."""
        settings = self.settings
        if self.contexts & set(settings.closed_contexts or ()):
            return "CLOSED", ""
        if conversations or any(v.outcome == "ANSWERED" for v in self.visits):
            return "ANSWERED", ""
        if self.contexts & set(settings.voicemail_contexts or ()) or self._applications() & _VOICEMAIL_APPLICATIONS:
            return "VOICEMAIL", ""
        if self.visits:
            outcome = _outcome_of_visits(self.visits)
            return (outcome, "") if outcome != "UNKNOWN" else ("UNKNOWN", "visit_without_exit")
        if settings.desk_telephones is None and direction != "OUTBOUND":
            return "UNKNOWN", "telephones_not_known"
        was_in_queue, ended_in_queue = self._queue_traces()
        if was_in_queue:
            return ("ABANDONED" if ended_in_queue else "FLOWED_OUT"), ""
        if self._is_refused():
            return "REJECTED", ""
        if (
            self.events
            and not any(e.event in {"HANGUP", "CHAN_END", "LINKEDID_END"} for e in self.events)
            and not self.rows
        ):
            return "UNKNOWN", "records_end_before_the_call"
        return "NOT_ANSWERED", ""

    def _applications(self) -> set[str]:
        return {e.application for e in self.events} | {r.application for r in self.rows}

    def _queue_traces(self) -> tuple[bool, bool]:
        """Without the queue's own record: was the citizen in a queue, and was that the last place before the end?"""
        # What runs in `h` runs after the caller hung up. Of one second a menu comes first, then the queue, then the rest.
        own_events = [e for e in self.events if e.channel == self.key and e.application and e.exten != "h"]
        own_events.sort(key=lambda e: (e.at, e.application not in _MENUS, e.application != "Queue"))
        applications = [e.application for e in own_events]
        if not applications:
            own = sorted((r for r in self.rows if r.channel == self.key), key=lambda r: (r.ended_at, r.at))
            applications = [r.application for r in own]
        return "Queue" in applications, applications[-1:] == ["Queue"]

    def _is_refused(self) -> bool:
        """Refused before any telephone rang: nothing answered, no other channel, and a cause that says busy or full."""
        if not self.events or any(e.event == "ANSWER" for e in self.events):
            return False
        if any(e.event == "CHAN_START" and e.channel != self.key for e in self.events):
            return False
        causes = {extra_of(e).get("hangupcause") for e in self.events if e.event == "HANGUP" and e.channel == self.key}
        return bool(causes & _REFUSED_CAUSES)


def _conversations_of_events(key: str, events: list[CelRecord], settings: PbxSettings) -> list[Conversation]:
    found: list[Conversation] = []
    open_by_channel: dict[str, Conversation] = {}
    made_at = {e.channel: e.at for e in events if e.event == "CHAN_START"}
    for event in events:
        if event.channel == key or not is_telephone(event.name, settings):
            continue
        if event.event == "BRIDGE_ENTER" and event.channel not in open_by_channel:
            talk = Conversation(
                extension_of(event.name),
                event.name,
                event.at,
                None,
                event.application,
                made_at.get(event.channel, event.at),
            )
            open_by_channel[event.channel] = talk
            found.append(talk)
        elif event.event in {"BRIDGE_EXIT", "HANGUP"} and event.channel in open_by_channel:
            open_by_channel.pop(event.channel).ended_at = event.at
    return found
