"""The facts a record proves about its call. A row of a file is used when it brings one that its call did not have yet.

Two sources that prove the same thing give the same words, so the second one is merged.
"""

import json
from typing import TypeGuard, assert_never

from callhub.pbx.adapters.base import LONGEST_TEXT, CdrRecord, CelRecord, QueueRecord, Record, TableRecord
from callhub.pbx.rules import PbxSettings, extension_of, is_telephone, is_trunk

_EXITS = frozenset({"ABANDON", "EXITWITHTIMEOUT", "EXITWITHKEY", "EXITEMPTY", "WITHDRAW", "SYSCOMPAT", "AGENTDUMP"})
_TRANSFERS = frozenset({"BLINDTRANSFER", "TRANSFER"})


def facts(record: Record, settings: PbxSettings) -> tuple[str, ...]:
    """The facts of one record; empty when it says nothing that a call's story needs."""
    if isinstance(record, QueueRecord):
        return _of_queue_event(record)
    if isinstance(record, TableRecord):
        return ("call", "visit")
    if isinstance(record, CelRecord):
        return _of_channel_event(record, settings)
    if isinstance(record, CdrRecord):
        return _of_detail_row(record, settings)
    assert_never(record)


def _of_queue_event(record: QueueRecord) -> tuple[str, ...]:
    event, place = record.event, f"{record.channel}:{record.queue}:{int(record.at)}"
    if event == "ENTERQUEUE":
        return ("call", f"in:{place}")
    if event == "CONNECT":
        return ("person", f"out:{place}")
    if event in _EXITS:
        return (f"out:{place}",)
    if event in {"RINGNOANSWER", "RINGCANCELED"}:
        return (f"ring:{place}:{record.agent}:{event}",)
    if event in _TRANSFERS:
        return (f"blind:{record.data[0] if record.data else ''}", f"talk:{place}")
    return (f"talk:{place}:{event}",)


def _of_channel_event(record: CelRecord, settings: PbxSettings) -> tuple[str, ...]:
    is_root = record.channel == record.linked
    match record.event:
        case "CHAN_START":
            return ("call", "start", f"channel:{record.name}") if is_root else (f"channel:{record.name}",)
        case "ANSWER":
            return (f"answer:{record.channel}",)
        case "BRIDGE_ENTER":
            spoken = ("person",) if not is_root and is_telephone(record.name, settings) else ()
            return (*spoken, f"bridge:{record.channel}:{record.at:.3f}")
        case "BRIDGE_EXIT":
            return (f"unbridge:{record.channel}:{record.at:.3f}",)
        case "BLINDTRANSFER":
            return (f"blind:{extra_of(record).get('extension', '')}", f"transfer:{record.at:.3f}")
        case "ATTENDEDTRANSFER":
            return (f"attended:{record.at:.3f}",)
        case "HANGUP" | "CHAN_END":
            return ("end",) if is_root else (f"end:{record.channel}",)
        case "LINKEDID_END":
            return ("end",)
        case "STREAM_BEGIN":  # a menu's words or a queue's music: says where the citizen was
            return (f"in:{record.application}:{record.channel}",) if record.application else ()
        case "APP_START" | "PICKUP" | "FORWARD" | "PARK_START" | "PARK_END":
            return (f"{record.event}:{record.channel}:{record.at:.3f}",)
        case _:
            return ()


def _of_detail_row(record: CdrRecord, settings: PbxSettings) -> tuple[str, ...]:
    found = [f"channel:{name}" for name in (record.name, record.other_name) if name]
    if not is_local(record):
        found += ["call", "start", "end"] if record.linked in (None, record.channel) else []
        if spoke_with_a_person(record, settings):
            found.append("person")
    return tuple(found)


def is_local(record: CdrRecord) -> bool:
    """Whether a detail row tells of the inner half of a Local channel."""
    return record.name.startswith("Local/")


def spoke_with_a_person(record: CdrRecord, settings: PbxSettings) -> bool:
    """A row that was answered at a telephone. IVR, message and voicemail have no other channel.

    A member reached through a Local channel shows only that channel on the trunk's row.
    """
    if record.disposition != "ANSWERED" or not record.other_name or is_trunk(record.other_name, settings):
        return False
    return is_telephone(record.other_name, settings) or (
        record.other_name.startswith("Local/") and bool(extension_of(record.other_name))
    )


def extra_of(record: CelRecord) -> dict[str, str | int]:
    """The short texts and whole numbers of the JSON that comes with some events; empty when it is none."""
    try:
        extra = json.loads(record.extra) if record.extra else {}
    except (ValueError, RecursionError):
        return {}
    return {name: value for name, value in extra.items() if _is_word(value)} if isinstance(extra, dict) else {}


def _is_word(value: object) -> TypeGuard[str | int]:
    """Whether a value can be an id, a name or a number. JSON may hold more, and letters that no database stores."""
    return isinstance(value, str | int) and len(text := str(value)) <= LONGEST_TEXT and text.isprintable()
