"""Which column of a table is which, by clicking."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from callhub.calls.forms import OUTCOME_NAMES
from callhub.pbx.adapters.table.mapping import (
    DATE_FORMS,
    TIME_FORMS,
    propose_forms,
    propose_mapping,
    propose_outcome,
)
from callhub.pbx.models import TableMapping
from callhub.pbx.previews import DELIMITERS, ENCODINGS, Preview

_MOMENTS = ("arrived", "queued", "answered", "ended")
_FACTS = ("queue", "agent", "caller", "line", "wait_seconds", "talk_seconds")
_LABELS: dict[str, Any] = {
    "date": _("Date, when it has a column of its own"),
    "arrived": _("Arrival of the call"),
    "queued": _("Entry into the queue"),
    "answered": _("Answer"),
    "ended": _("End"),
    "queue": _("Queue"),
    "agent": _("Agent"),
    "caller": _("Caller's number"),
    "line": _("Number dialled"),
    "wait_seconds": _("Seconds of waiting"),
    "talk_seconds": _("Seconds of conversation"),
    "outcome": _("Outcome"),
}
_EXAMPLE = datetime(2026, 12, 31, 17, 5, 9, tzinfo=UTC)  # a day that no form confuses with a month
_OUTCOMES = [
    ("", "–"),
    *((word.value, name) for word, name in OUTCOME_NAMES.items()),
    ("IGNORE", _("Leave these rows out")),
]


def saved_mappings() -> list[TableMapping]:
    """Mappings people kept."""
    return list(TableMapping.objects.order_by("name"))


class FileForm(forms.Form):
    """How the text of the file is to be read."""

    delimiter = forms.ChoiceField(
        label=_("Between columns"),
        choices=list(zip(DELIMITERS, (_("comma"), _("semicolon"), _("tabulator"), _("vertical bar")), strict=True)),
    )
    encoding = forms.ChoiceField(label=_("Letters"), choices=[(name, name) for name in ENCODINGS])


def initial_of(preview: Preview, saved: dict[str, Any] | None) -> dict[str, Any]:
    """What the form begins with: a mapping kept before, or the guess from the file's start."""
    mapping = saved or propose_mapping(preview.columns)
    initial: dict[str, Any] = {name: value for name, value in mapping.items() if isinstance(value, str)}
    initial["key"] = [name for name in mapping.get("key", []) if name in preview.columns]
    initial["empty_times"] = ", ".join(mapping.get("empty_times", []))
    for name in _MOMENTS:
        if mapping.get(name):
            initial[name] = mapping[name][-1]
            initial["date"] = mapping[name][0] if len(mapping[name]) > 1 else initial.get("date", "")
    if mapping.get("outcome"):
        initial["outcome"], initial["meanings"] = mapping["outcome"]["column"], mapping["outcome"]["values"]
    if not saved:
        examples = preview.examples(str(initial.get("arrived", "")))
        days = preview.examples(str(initial.get("date", "")))
        initial |= propose_forms(days, examples, []) if days else propose_forms([], [], examples)
    return initial


class MappingForm(forms.Form):
    """Columns by role. ``words`` are the words of the column of outcomes, which ask for a meaning each."""

    date_format = forms.ChoiceField(label=_("Dates look like"))
    time_format = forms.ChoiceField(label=_("Times look like"))
    empty_times = forms.CharField(
        label=_("Times that mean “none”"),
        required=False,
        max_length=100,
        help_text=_("With commas between them, for example 0:00:00."),
    )
    key = forms.MultipleChoiceField(
        label=_("Columns that together tell one call from all others"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without any, the whole row does."),
    )
    words_of = forms.CharField(required=False, widget=forms.HiddenInput, max_length=1_000)
    save_as = forms.CharField(label=_("Keep this mapping as"), required=False, max_length=100)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        preview: Preview,
        words: list[str],
        initial: dict[str, Any],
    ) -> None:
        column = str((data or initial).get("outcome") or "")
        self.has_new_words = data is not None and data.get("words_of", "") != column
        super().__init__(data, initial=initial)
        options = [("", "–"), *((name, name) for name in preview.columns)]
        for name, label in _LABELS.items():
            self.fields[name] = forms.ChoiceField(label=label, choices=options, required=name == "arrived")
        self.fields["key"].choices = options[1:]  # type: ignore[attr-defined]
        for name, known in (("date_format", DATE_FORMS), ("time_format", TIME_FORMS)):
            forms_of_it = dict.fromkeys([*known, str(initial.get(name) or known[0])])
            self.fields[name].choices = [(form, _EXAMPLE.strftime(form)) for form in forms_of_it]  # type: ignore[attr-defined]
        self.words = {f"word_{number}": word for number, word in enumerate(words)}
        for name, word in self.words.items():
            self.fields[name] = forms.ChoiceField(
                label=word or _("(empty)"),
                choices=_OUTCOMES,
                error_messages={"required": _("Say what this word means, or that its rows are left out.")},
            )
            self.initial[name] = initial.get("meanings", {}).get(word) or propose_outcome(word)
        self.initial["words_of"] = column
        if self.has_new_words:  # the meanings that came are those of another column's words
            fresh = {name: self.initial[name] for name in self.words}
            self.data = {**self.data.dict(), "key": self.data.getlist("key"), "words_of": column, **fresh}  # type: ignore[attr-defined]

    def bound(self, *names: str) -> list[BoundField]:
        """Fields by name, for the page's groups."""
        return [self[name] for name in names]

    @property
    def moments(self) -> list[BoundField]:
        """Fields of dates and times."""
        return self.bound("date", *_MOMENTS, "date_format", "time_format", "empty_times")

    @property
    def facts(self) -> list[BoundField]:
        """Fields of who, where and how long."""
        return self.bound(*_FACTS, "outcome")

    @property
    def meanings(self) -> list[BoundField]:
        """One field for each word of outcomes."""
        return self.bound(*self.words)

    def draft(self, preview: Preview) -> dict[str, Any] | None:
        """The mapping as far as it is chosen; None without a column of arrival. Nothing has to be valid."""
        chosen: Mapping[str, Any] = self.initial
        if self.is_bound:
            self.full_clean()
            chosen = self.cleaned_data
        if not chosen.get("arrived"):
            return None
        date = [chosen["date"]] if chosen.get("date") else []
        mapping: dict[str, Any] = {"delimiter": preview.delimiter, "encoding": preview.encoding}
        mapping |= {name: chosen[name] for name in ("date_format", "time_format", *_FACTS) if chosen.get(name)}
        mapping |= {name: [*date, chosen[name]] for name in _MOMENTS if chosen.get(name)}
        empty = [text.strip() for text in str(chosen.get("empty_times") or "").split(",") if text.strip()]
        mapping |= {name: value for name, value in (("key", chosen.get("key")), ("empty_times", empty)) if value}
        if chosen.get("outcome"):
            meanings = {word: chosen[name] for name, word in self.words.items() if chosen.get(name)}
            mapping["outcome"] = {"column": chosen["outcome"], "values": meanings}
        return mapping
