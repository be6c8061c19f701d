"""What people give when they import."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from callhub.pbx.adapters import SourceFormat
from callhub.pbx.adapters.table.mapping import OUTCOME_WORDS
from callhub.pbx.models import Pbx, TableMapping
from callhub.pbx.rules import SETTING_NAMES, PbxSettings, UnusableSettings

FORMAT_NAMES = {
    SourceFormat.QUEUE_LOG: _("Asterisk: record of queues (queue_log)"),
    SourceFormat.CEL: _("Asterisk: channel events (CEL)"),
    SourceFormat.CDR: _("Asterisk: call details (CDR, Master.csv)"),
    SourceFormat.TABLE: _("A table of calls (CSV, TSV or XLSX)"),
}


class UploadForm(forms.Form):
    """File, format and switchboard."""

    file = forms.FileField(label=_("File"), help_text=_("Up to 2 GB. Importing a file twice changes nothing."))
    format = forms.ChoiceField(label=_("Format"), choices=[(f.value, name) for f, name in FORMAT_NAMES.items()])
    pbx = forms.CharField(
        label=_("Switchboard"),
        max_length=100,
        help_text=_("Files of one switchboard complete each other: give them one name."),
    )
    timezone = forms.CharField(
        label=_("Time zone of the switchboard's clock"), max_length=60, help_text=_("For times without offset.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = list(Pbx.objects.order_by("name").values_list("name", flat=True))

    def clean_timezone(self) -> str:
        """A zone of the IANA list."""
        name = str(self.cleaned_data["timezone"])
        if name not in available_timezones():
            raise forms.ValidationError(_("Write a time zone like Europe/Madrid or Atlantic/Canary."))
        return name


_ROLES: dict[str, Any] = {
    "arrived": _("Moment (or date) of arrival"),
    "arrived_time": _("Time of arrival, when it has its own column"),
    "answered": _("Moment (or time) of the answer"),
    "ended": _("Moment (or time) of the end"),
    "queue": _("Queue"),
    "agent": _("Agent"),
    "caller": _("Caller's number"),
    "line": _("Number dialled"),
    "wait_seconds": _("Seconds of waiting"),
    "talk_seconds": _("Seconds of conversation"),
    "outcome": _("Outcome"),
    "key": _("Identifier of the call"),
}


class MappingForm(forms.Form):
    """Which column is which, by clicking."""

    date_format = forms.CharField(label=_("Form of dates"), initial="%Y-%m-%d")
    time_format = forms.CharField(label=_("Form of times"), initial="%H:%M:%S")
    outcomes = forms.CharField(
        label=_("Outcomes"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One per line: the word of the file = the outcome, for example OK = ANSWERED."),
    )
    save_as = forms.CharField(label=_("Keep this mapping as"), required=False, max_length=100)

    def __init__(self, *args: Any, columns: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = [("", "–"), *((c, c) for c in columns)]
        for name, label in _ROLES.items():
            self.fields[name] = forms.ChoiceField(label=label, choices=options, required=name == "arrived")

    def clean_outcomes(self) -> dict[str, str]:
        """Lines `word = OUTCOME`."""
        values: dict[str, str] = {}
        for line in str(self.cleaned_data["outcomes"]).splitlines():
            word, sign, outcome = line.partition("=")
            if not line.strip():
                continue
            if not sign or outcome.strip() not in OUTCOME_WORDS:
                raise forms.ValidationError(
                    _("“%(line)s” is not like OK = ANSWERED. Outcomes: %(words)s.")
                    % {"line": line.strip(), "words": ", ".join(sorted(OUTCOME_WORDS))}
                )
            values[word.strip()] = outcome.strip()
        return values

    def mapping(self, delimiter: str, encoding: str) -> dict[str, Any]:
        """The mapping as it is kept."""
        data = self.cleaned_data
        times = [data["arrived_time"]] if data["arrived_time"] else []
        date = [data["arrived"]] if times else []
        mapping: dict[str, Any] = {
            "delimiter": delimiter,
            "encoding": encoding,
            "date_format": data["date_format"],
            "time_format": data["time_format"],
            "arrived": [data["arrived"], *times],
        }
        for name in ("answered", "ended"):
            if data[name]:
                mapping[name] = [*date, data[name]]
        for name in ("queue", "agent", "caller", "line", "wait_seconds", "talk_seconds"):
            if data[name]:
                mapping[name] = data[name]
        if data["key"]:
            mapping["key"] = [data["key"]]
        if data["outcome"]:
            mapping["outcome"] = {"column": data["outcome"], "values": data["outcomes"]}
        return mapping


def saved_mappings() -> list[TableMapping]:
    """Mappings people kept."""
    return list(TableMapping.objects.order_by("name"))


class PbxSettingsForm(forms.Form):
    """What no record says by itself: one value per line; empty leaves the proposal."""

    reason = forms.CharField(label=_("Reason of the change"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in SETTING_NAMES:
            self.fields[name] = forms.CharField(
                label=SETTING_LABELS[name], required=False, widget=forms.Textarea(attrs={"rows": 3})
            )

    def clean(self) -> dict[str, Any]:
        """Checks patterns of telephones."""
        data = super().clean() or {}
        values = {n: [v.strip() for v in str(data.get(n, "")).splitlines() if v.strip()] or None for n in SETTING_NAMES}
        try:
            data["settings"] = PbxSettings.from_json(values)
        except UnusableSettings as error:
            raise forms.ValidationError(str(error)) from error
        return data


SETTING_LABELS = {
    "trunk_peers": _("Lines to the public network (channel names)"),
    "inbound_contexts": _("Contexts where calls from outside enter"),
    "desk_telephones": _("Telephones of people (regular expressions on channel names)"),
    "closed_contexts": _("Contexts for closed hours"),
    "voicemail_contexts": _("Contexts of voicemail"),
    "menu_contexts": _("Contexts of menus"),
}
