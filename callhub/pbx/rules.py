"""What a switchboard keeps that no record says by itself, and how it is proposed from the records.

The rules are told to people in docs/telephony.md. Pure: no database, no Django.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any

from callhub.pbx.adapters.base import CdrRecord, CelRecord, Record
from kit.telephones import SHORTEST_PUBLIC_NUMBER, masked

SETTING_NAMES = (
    "trunk_peers",
    "inbound_contexts",
    "desk_telephones",
    "closed_contexts",
    "voicemail_contexts",
    "menu_contexts",
)
_MOST_NUMBERS = 4  # distinct callers remembered per peer: enough to tell a trunk from a telephone
_HEX_END = re.compile(r"-[0-9a-fA-F]+$")
_TELEPHONE_TECHNOLOGIES = frozenset(
    {"PJSIP", "SIP", "IAX2", "SCCP", "Skinny", "USTM", "MGCP", "DAHDI", "Khomp", "Motif"}
)
_CLOSED = re.compile(  # whole words: `horari-obert` and `app-daynight` are no closed hours
    r"(?:^|[-_ ])(?:closed|closing|cerrad[oa]s?|cierre|tancat|tancad[ao]s?|tancament|fuera[-_ ]?(?:de[-_ ]?)?horario"
    r"|fora[-_ ]?(?:d[-_' ]?)?horari|after[-_ ]?hours|out[-_ ]?of[-_ ]?(?:office[-_ ]?)?hours|nit|noche|night|nocturno"
    r"|nocturn|festius?|festivos?|holidays?|vacaciones|vacances)(?:[-_ ]|$)",
    re.IGNORECASE,
)
_VOICEMAIL = re.compile(  # `macro-exten-vm` rings a telephone first, and often has no voicemail behind it
    r"voice.?mail|(?:^|(?<!exten)[-_])vm|bustia|buz[oó]n|contestador|mailbox|missatge", re.IGNORECASE
)
_MENU = re.compile(r"(^|[-_])ivr|menu|operadora|welcome", re.IGNORECASE)
_VOICEMAIL_APPLICATIONS = frozenset({"VoiceMail", "Record", "MiniVMRecord", "ExternalIVRVoicemail"})
_MENU_APPLICATIONS = frozenset({"BackGround", "WaitExten", "Read"})
_WAY_ON = _MENU_APPLICATIONS | {"Queue", "Dial"}  # what a context does that is no voicemail, though it may record too
_TELLING = _VOICEMAIL_APPLICATIONS | _WAY_ON


class UnusableSettings(ValueError):
    """Settings of a switchboard that cannot be meant; one sentence."""


@dataclass(frozen=True)
class PbxSettings:
    """What the records leave open. None means unknown, an empty tuple means that there is none."""

    trunk_peers: tuple[str, ...] | None = None
    inbound_contexts: tuple[str, ...] | None = None
    desk_telephones: tuple[str, ...] | None = None
    closed_contexts: tuple[str, ...] | None = None
    voicemail_contexts: tuple[str, ...] | None = None
    menu_contexts: tuple[str, ...] | None = None

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "PbxSettings":
        """From a settings file. Raises UnusableSettings with one sentence."""
        if not isinstance(stored, Mapping):
            raise UnusableSettings("The settings of a switchboard must be one JSON object.")
        unknown = sorted(set(stored) - set(SETTING_NAMES) - {"reasons"})
        if unknown:
            raise UnusableSettings(
                f"“{unknown[0]}” is no setting of a switchboard: there are {', '.join(SETTING_NAMES)}."
            )
        values: dict[str, tuple[str, ...] | None] = {}
        for name in SETTING_NAMES:
            value = stored.get(name)
            if value is not None and not (isinstance(value, list | tuple) and all(isinstance(v, str) for v in value)):
                raise UnusableSettings(f"“{name}” must be a list of texts.")
            values[name] = None if value is None else tuple(value)
        for pattern in values["desk_telephones"] or ():
            try:
                re.compile(pattern)
            except re.error as error:
                raise UnusableSettings(
                    f"“{pattern}” in desk_telephones is not a regular expression: {error}."
                ) from None
        return cls(**values)

    def to_json(self) -> dict[str, list[str] | None]:
        """As in a settings file, every key present."""
        return {f.name: None if (v := getattr(self, f.name)) is None else list(v) for f in fields(self)}

    def unknown_reasons(self) -> dict[str, str]:
        """Why each unknown setting is unknown."""
        return {name: _WHY_UNKNOWN[name] for name in SETTING_NAMES if getattr(self, name) is None}


_WHY_UNKNOWN = {
    "trunk_peers": "no record imported so far shows a channel with calls from outside",
    "inbound_contexts": "no CEL record imported so far shows where calls from outside enter",
    "desk_telephones": "no record imported so far names the channels of telephones",
    "closed_contexts": "no context seen so far is named like one for closed hours; name it in the settings",
    "voicemail_contexts": "no context seen so far records messages or is named like a voicemail",
    "menu_contexts": "no context seen so far plays a menu",
}


def settings_in_use(proposed: PbxSettings, chosen: PbxSettings) -> PbxSettings:
    """What people chose, and what was proposed where they chose nothing."""
    overrides = {name: value for name in SETTING_NAMES if (value := getattr(chosen, name)) is not None}
    return replace(proposed, **overrides)


# Channel names


@lru_cache(maxsize=100_000)
def peer_of(channel_name: str) -> str:
    """`PJSIP/troncal-00000003` gives `PJSIP/troncal`; a Local channel loses its half, a DAHDI one its number."""
    name = _HEX_END.sub("", channel_name.partition(";")[0])
    technology, _, rest = name.partition("/")
    if technology == "DAHDI" and "/" in rest:
        return f"DAHDI/{rest.partition('/')[0]}"
    return name


def is_local(channel_name: str) -> bool:
    """Whether a channel only joins two others inside the switchboard."""
    return channel_name.startswith("Local/")


def is_trunk(channel_name: str, settings: PbxSettings) -> bool:
    """Whether the channel is a line to the public network."""
    peer = peer_of(channel_name)
    return settings.trunk_peers is not None and peer in settings.trunk_peers


@lru_cache(maxsize=64)
def _telephones(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or r"(?!)")


def is_telephone(channel_name: str, settings: PbxSettings) -> bool:
    """Whether the channel is a person's telephone, however broadly the patterns are written."""
    return (
        settings.desk_telephones is not None
        and bool(_telephones(settings.desk_telephones).search(channel_name))
        and not is_local(channel_name)
        and not is_trunk(channel_name, settings)
    )


def extension_of(channel_name: str) -> str:
    """`PJSIP/301-0000000b` gives `301`; `Local/203@from-queue-...;1` gives `203`."""
    return peer_of(channel_name).partition("/")[2].partition("@")[0]


def is_public_number(text: str) -> bool:
    """Whether a caller's number is one of the public network."""
    digits = sum(c.isdigit() for c in text)
    return digits >= SHORTEST_PUBLIC_NUMBER and all(c.isdigit() or c in "+ -()" for c in text)


# What may be quoted

_QUOTED_ROW = re.compile(r"(?<=begins )“.*”", re.DOTALL)
_QUOTED = re.compile(r"“[^”]*”")
_NUMBER = re.compile(rf"\+?\d(?:[ .()/-]{{0,2}}\d){{{SHORTEST_PUBLIC_NUMBER - 1},}}")


def without_numbers(sentence: str) -> str:
    """A sentence about a file, or a row of one, for who may not read its rows: what it quotes may be a citizen's number."""
    shown = _QUOTED_ROW.sub("“…”", sentence)
    return _QUOTED.sub(lambda quoted: _NUMBER.sub(lambda found: masked(found[0]), quoted[0]), shown)


# Evidence


@dataclass
class Sightings:
    """What was seen of one peer."""

    outside_callers: set[str] = field(default_factory=set)
    outside: int = 0
    inside: int = 0
    hidden: int = 0
    called_outside: int = 0
    called: int = 0
    contexts: dict[str, int] = field(default_factory=dict)


@dataclass
class Evidence:
    """What the records of a switchboard show about its settings. Sums, so that the order of files does not matter."""

    peers: dict[str, Sightings] = field(default_factory=dict)
    contexts: dict[str, set[str]] = field(default_factory=dict)

    def see(self, record: Record) -> None:
        """Adds what one record shows."""
        if isinstance(record, CelRecord):
            self._see_event(record)
        elif isinstance(record, CdrRecord):
            self._see_row(record)

    def _peer(self, channel_name: str) -> Sightings:
        return self.peers.setdefault(peer_of(channel_name), Sightings())

    def _see_event(self, record: CelRecord) -> None:
        if record.context:
            self.contexts.setdefault(record.context, set())
            if record.application in _TELLING:
                self.contexts[record.context].add(record.application)
        if not record.name or is_local(record.name):
            return
        if record.event == "CHAN_START" and record.channel == record.linked:
            seen = self._peer(record.name)
            _see_caller(seen, record.number)
            if record.context:
                seen.contexts[record.context] = seen.contexts.get(record.context, 0) + 1
        elif record.event == "HANGUP" and record.channel != record.linked:
            seen = self._peer(record.name)
            seen.called += 1
            seen.called_outside += is_public_number(record.number)

    def _see_row(self, record: CdrRecord) -> None:
        if record.context:
            self.contexts.setdefault(record.context, set())
            if record.application in _TELLING:
                self.contexts[record.context].add(record.application)
        if record.name and not is_local(record.name) and record.linked in (None, record.channel):
            seen = self._peer(record.name)
            _see_caller(seen, record.caller)
        if record.other_name and not is_local(record.other_name):
            seen = self._peer(record.other_name)
            seen.called += 1
            seen.called_outside += is_public_number(record.dialled)

    def merged(self, other: "Evidence") -> "Evidence":
        """Both together."""
        total = Evidence.from_json(self.to_json())
        for peer, seen in other.peers.items():
            mine = total.peers.setdefault(peer, Sightings())
            mine.outside_callers = _capped(mine.outside_callers | seen.outside_callers)
            for name in ("outside", "inside", "hidden", "called_outside", "called"):
                setattr(mine, name, getattr(mine, name) + getattr(seen, name))
            for context, number in seen.contexts.items():
                mine.contexts[context] = mine.contexts.get(context, 0) + number
        for context, applications in other.contexts.items():
            total.contexts.setdefault(context, set()).update(applications)
        return total

    def to_json(self) -> dict[str, Any]:
        """For keeping with the switchboard. Callers' numbers are kept only as short digests."""
        return {
            "peers": {
                peer: {
                    "outside_callers": sorted(seen.outside_callers),
                    "outside": seen.outside,
                    "inside": seen.inside,
                    "hidden": seen.hidden,
                    "called_outside": seen.called_outside,
                    "called": seen.called,
                    "contexts": dict(sorted(seen.contexts.items())),
                }
                for peer, seen in sorted(self.peers.items())
            },
            "contexts": {context: sorted(applications) for context, applications in sorted(self.contexts.items())},
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Evidence":
        """What ``to_json`` gave."""
        peers = {
            peer: Sightings(
                set(seen["outside_callers"]), seen["outside"], seen["inside"], seen["hidden"], seen["called_outside"],
                seen["called"], dict(seen["contexts"]),
            )
            for peer, seen in stored.get("peers", {}).items()
        }  # fmt: skip
        return cls(peers, {context: set(names) for context, names in stored.get("contexts", {}).items()})


def _see_caller(seen: Sightings, number: str) -> None:
    if is_public_number(number):
        seen.outside += 1
        seen.outside_callers = _capped(seen.outside_callers | {_digest(number)})
    elif number and any(c.isdigit() for c in number):
        seen.inside += 1
    else:
        seen.hidden += 1


def _digest(number: str) -> str:
    import hashlib

    return hashlib.blake2b(number.encode(), digest_size=6).hexdigest()


def _capped(digests: set[str]) -> set[str]:
    # The smallest ones, so that the same ones are kept in any order.
    return set(sorted(digests)[:_MOST_NUMBERS])


def evidence_of(records: Iterable[Record]) -> Evidence:
    """What these records show about settings."""
    evidence = Evidence()
    for record in records:
        evidence.see(record)
    return evidence


# Proposals


def propose(evidence: Evidence) -> PbxSettings:
    """Settings proposed from what was seen; see docs/telephony.md for the rules in words."""
    if not evidence.peers and not evidence.contexts:
        return PbxSettings()
    trunks = {peer for peer, seen in evidence.peers.items() if _is_like_a_trunk(seen)} or {
        # Too few calls to see two callers: a line that calls come in by and that nobody ever rings.
        peer
        for peer, seen in evidence.peers.items()
        if seen.outside and not seen.called and not _has_a_short_number(peer)
    }
    inbound = {context for peer in trunks for context in evidence.peers[peer].contexts}
    names = set(evidence.contexts)
    recording = {
        c for c in names if evidence.contexts[c] & _VOICEMAIL_APPLICATIONS and not evidence.contexts[c] & _WAY_ON
    }
    voicemail = recording - inbound | {c for c in names if _VOICEMAIL.search(c)}
    menus = {c for c in names if evidence.contexts[c] & _MENU_APPLICATIONS or _MENU.search(c)} - voicemail
    closed = {c for c in names if _CLOSED.search(c)} - voicemail
    telephones = {
        peer
        for peer, seen in evidence.peers.items()
        if peer not in trunks and _is_like_a_telephone(peer) and not _is_only_a_way_out(peer, seen)
    }
    return PbxSettings(
        _known(trunks), _known(inbound), _known(_patterns(telephones)), _known(closed), _known(voicemail), _known(menus)
    )


def _known(values: Iterable[str]) -> tuple[str, ...] | None:
    return tuple(sorted(values)) or None


def _is_like_a_trunk(seen: Sightings) -> bool:
    """Calls begin on it from several public numbers, more often than from inside.

    A telephone that calls out shows one public number, the town hall's own.
    """
    from_outside = seen.outside + (seen.hidden if seen.outside else 0)
    return from_outside > seen.inside and len(seen.outside_callers) >= 2


def _has_a_short_number(peer: str) -> bool:
    name = peer.partition("/")[2]
    return name.isdigit() and len(name) < SHORTEST_PUBLIC_NUMBER


def _is_like_a_telephone(peer: str) -> bool:
    return peer.partition("/")[0] in _TELEPHONE_TECHNOLOGIES


def _is_only_a_way_out(peer: str, seen: Sightings) -> bool:
    """A trunk that only carries calls out: what it calls are public numbers."""
    return not _has_a_short_number(peer) and seen.called_outside > 0 and seen.called_outside * 2 >= seen.called


def _patterns(peers: Iterable[str]) -> set[str]:
    """Regular expressions on channel names: one per length of number, one per name."""
    found = set()
    for peer in peers:
        technology, _, name = peer.partition("/")
        if _has_a_short_number(peer):
            found.add(rf"^{re.escape(technology)}/\d{{{len(name)}}}-")
        else:
            found.add(rf"^{re.escape(peer)}-")
    return found
