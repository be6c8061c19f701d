"""The mapping of a table's columns, checked with clear sentences; and a first guess of one."""

import re
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from callhub.pbx.adapters.base import UnableToRead

OUTCOME_WORDS = frozenset(
    {"ANSWERED", "ABANDONED", "FLOWED_OUT", "VOICEMAIL", "NOT_ANSWERED", "REJECTED", "CLOSED", "UNKNOWN", "IGNORE"}
)
_PLAIN = 'Ab9,;|\t"\r\n'
_SOME_MOMENT = datetime(2026, 11, 23, 10, 20, 30, tzinfo=UTC)
KEYS = frozenset(
    """delimiter encoding timezone date_format time_format empty_times key arrived queued answered ended
    wait_seconds talk_seconds queue agent caller line outcome columns""".split()
)


@dataclass(frozen=True)
class Mapping:
    """Which column is which. Moments are lists of one column, or of a date's and a time's column."""

    arrived: tuple[str, ...]
    delimiter: str = ","
    encoding: str = "utf-8"
    date_format: str = "%Y-%m-%d"
    time_format: str = "%H:%M:%S"
    empty_times: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    queued: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    wait_seconds: str = ""
    talk_seconds: str = ""
    queue: str = ""
    agent: str = ""
    caller: str = ""
    line: str = ""
    outcome_column: str = ""
    outcomes: AnyMapping[str, str] = field(default_factory=dict)

    def moments(self) -> tuple[tuple[str, ...], ...]:
        """The columns of arrival, queue, answer and end, in this order."""
        return self.arrived, self.queued, self.answered, self.ended

    def columns_needed(self) -> list[str]:
        """Every column the mapping names."""
        single = (
            self.wait_seconds,
            self.talk_seconds,
            self.queue,
            self.agent,
            self.caller,
            self.line,
            self.outcome_column,
        )
        return [*self.key, *(name for names in self.moments() for name in names), *(name for name in single if name)]


def mapping_of(stored: AnyMapping[str, Any]) -> Mapping:
    """The mapping in ``stored``. Raises UnableToRead with a sentence for whatever cannot be meant."""
    unknown = sorted(set(stored) - KEYS)
    if unknown:
        raise UnableToRead(
            f"The mapping has an unknown key “{unknown[0]}”: it may have {', '.join(sorted(KEYS - {'columns'}))}."
        )
    if not stored.get("arrived"):
        raise UnableToRead("The mapping does not say which column holds the time of arrival (“arrived”).")
    outcome = stored.get("outcome") or {}
    if (
        not isinstance(outcome, dict)
        or (outcome and not outcome.get("column"))
        or not isinstance(outcome.get("values") or {}, dict)
    ):
        raise UnableToRead('“outcome” of the mapping must be like {"column": "result", "values": {"OK": "ANSWERED"}}.')
    values = {str(k): str(v) for k, v in (outcome.get("values") or {}).items()}
    wrong = sorted(set(values.values()) - OUTCOME_WORDS)
    if wrong:
        raise UnableToRead(f"“{wrong[0]}” is not an outcome: use {', '.join(sorted(OUTCOME_WORDS))}.")
    encoding = str(stored.get("encoding") or "utf-8")
    if not _keeps_plain_letters(encoding):
        raise UnableToRead(f"“{encoding}” is not an encoding: use utf-8, latin-1 or cp1252.")
    delimiter = str(stored.get("delimiter") or ",")
    if len(delimiter) != 1:
        raise UnableToRead("The delimiter of the mapping must be one character, such as , ; or a tab.")
    _refuse_unusable_clock(stored)
    texts = {
        name: str(stored.get(name) or "")
        for name in ("wait_seconds", "talk_seconds", "queue", "agent", "caller", "line")
    }
    lists = {name: _names(stored, name) for name in ("arrived", "queued", "answered", "ended", "key", "empty_times")}
    for name in ("arrived", "queued", "answered", "ended"):
        if len(lists[name]) > 2:
            raise UnableToRead(
                f"“{name}” of the mapping names {len(lists[name])} columns: one moment, or a date and a time."
            )
    return Mapping(
        delimiter=delimiter,
        encoding=encoding,
        date_format=str(stored.get("date_format") or "%Y-%m-%d"),
        time_format=str(stored.get("time_format") or "%H:%M:%S"),
        outcome_column=str(outcome.get("column") or ""),
        outcomes=values,
        **lists,  # type: ignore[arg-type]
        **texts,  # type: ignore[arg-type]
    )


def _keeps_plain_letters(encoding: str) -> bool:
    """Whether a text of ASCII is the same in it: rows and cells are told apart before they are decoded."""
    try:
        return _PLAIN.encode("ascii").decode(encoding) == _PLAIN
    except (LookupError, ValueError):
        return False


def _refuse_unusable_clock(stored: AnyMapping[str, Any]) -> None:
    zone = str(stored.get("timezone") or "UTC")
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise UnableToRead(f"“{zone}” is not a time zone: write it like Europe/Madrid.") from None
    for name in ("date_format", "time_format"):
        form = str(stored.get(name) or "%H")
        try:
            datetime.strptime(_SOME_MOMENT.strftime(form), form)  # noqa: DTZ007  (only the form is tried)
        except (ValueError, re.error):
            raise UnableToRead(
                f"“{form}” in {name} of the mapping cannot be read: write it like %d/%m/%Y or %H:%M:%S."
            ) from None


def _names(stored: AnyMapping[str, Any], key: str) -> tuple[str, ...]:
    value = stored.get(key) or []
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise UnableToRead(f"“{key}” of the mapping must be a list of column names.")
    return tuple(value)


DATE_FORMS = (
    "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%m/%d/%Y", "%Y/%m/%d", "%Y%m%d", "%y%m%d", "%d%m%Y",
)  # fmt: skip
TIME_FORMS = ("%H:%M:%S", "%H:%M", "%H:%M:%S.%f", "%H.%M.%S", "%H%M%S", "%I:%M:%S %p", "%I:%M %p")
_DATES = ("date", "fecha", "data", "dia")
_TIMES = ("time", "hora", "hora_inicio", "hora_inici", "hora_entrada", "start_time", "vru_entry")
_GUESSES: dict[str, tuple[str, ...]] = {
    "arrived": ("arrived", "start", "started_at", "inicio", "inici", "fecha_inicio", *_DATES, "hora"),
    "answered": ("answered", "answer", "answered_at", "respuesta", "atendida", "contestada"),
    "ended": ("ended", "end", "ended_at", "fin", "final", "fecha_fin"),
    "queue": ("queue", "cola", "cua", "grupo", "group"),
    "agent": ("agent", "agente", "operador", "usuario"),
    "caller": ("caller", "origen", "src", "from", "ani", "numero", "telefono"),
    "line": ("line", "linea", "did", "destino", "dst", "to"),
    "wait_seconds": ("wait", "wait_seconds", "espera", "q_time"),
    "talk_seconds": ("talk", "talk_seconds", "billsec", "conversacion", "duracion", "ser_time"),
    "outcome": ("outcome", "resultado", "estado", "disposition", "status"),
}


def propose_mapping(columns: list[str]) -> dict[str, Any]:
    """A first guess from the names of the columns; people correct it by clicking."""
    by_name = {name.strip().lower().replace(" ", "_"): name for name in columns}
    guess: dict[str, Any] = {}
    for key, names in _GUESSES.items():
        found = next((by_name[name] for name in names if name in by_name), None)
        if found is None:
            continue
        if key in {"arrived", "answered", "ended"}:
            guess[key] = [found]
        elif key == "outcome":
            guess[key] = {"column": found, "values": {}}
        else:
            guess[key] = found
    day, time = (next((by_name[name] for name in names if name in by_name), None) for names in (_DATES, _TIMES))
    if day and time:
        guess |= {name: [day, guess[name][0]] for name in ("answered", "ended") if name in guess}
        guess["arrived"] = [day, time]
    return guess


_OUTCOME_GUESSES = {
    "ANSWERED": ("answered", "answer", "agent", "ok", "completed", "atendida", "contestada", "atesa", "resuelta"),
    "ABANDONED": ("abandoned", "abandon", "hang", "hangup", "abandonada", "colgada", "perdida", "penjada", "perduda"),
    "NOT_ANSWERED": ("no answer", "noanswer", "not answered", "missed", "no contestada", "no atendida", "no atesa"),
    "REJECTED": ("busy", "failed", "rejected", "ocupado", "rechazada", "congestion", "rebutjada"),
    "VOICEMAIL": ("voicemail", "buzon", "buzón", "bústia"),
    "CLOSED": ("closed", "cerrado", "fuera de horario", "fora d'horari", "tancat"),
}


def propose_outcome(word: str) -> str:
    """A first guess of what a word of the outcome's column means; empty when there is none."""
    plain = word.strip().lower().replace("_", " ")
    return next((outcome for outcome, words in _OUTCOME_GUESSES.items() if plain in words), "")


def propose_forms(dates: list[str], times: list[str], moments: list[str]) -> dict[str, str]:
    """The first forms of dates and times that read all these examples; those of ``moments`` stand in one column."""
    if moments:
        pairs = ((day, time) for day in DATE_FORMS for time in TIME_FORMS)
        found = next((pair for pair in pairs if _all_read(moments, " ".join(pair))), ("", ""))
    else:
        found = (
            next((form for form in DATE_FORMS if _all_read(dates, form)), ""),
            next((form for form in TIME_FORMS if _all_read(times, form)), ""),
        )
    return {name: form for name, form in zip(("date_format", "time_format"), found, strict=True) if form}


def _all_read(texts: list[str], form: str) -> bool:
    years = range(1980, 2100) if "%y" in form.lower() else [1900]  # 261231 is no day of the year 2612
    try:
        return bool(texts) and all(datetime.strptime(text, form).year in years for text in texts)  # noqa: DTZ007
    except ValueError:
        return False
