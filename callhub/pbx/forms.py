"""What people give when they import."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from callhub.pbx.adapters import SourceFormat
from callhub.pbx.models import Pbx
from callhub.pbx.queries import samples_there
from callhub.pbx.rules import SETTING_NAMES, PbxSettings, UnusableSettings
from shell.sentences import in_words

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
        help_text=_(
            "Files of one switchboard complete each other: give them one name. Under two names they count twice."
        ),
    )
    timezone = forms.CharField(
        label=_("Time zone of the switchboard's clock"), max_length=60, help_text=_("For times without offset.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if samples_there():
            self.fields["ends_samples"] = forms.BooleanField(
                label=_("Take the sample calls away once this file is in"),
                help_text=_("Invented calls and your own are never counted together."),
                error_messages={"required": _("Say that the sample calls may go: your own records take their place.")},
            )
        known = ", ".join(Pbx.objects.filter(is_sample=False).order_by("name").values_list("name", flat=True))
        if known:
            told = _("%(help)s Switchboards so far: %(names)s.") % {
                "help": self.fields["pbx"].help_text,
                "names": known,
            }
            self.fields["pbx"].help_text = told

    def clean_pbx(self) -> str:
        """A name that no sample calls have."""
        name = str(self.cleaned_data["pbx"])
        if Pbx.objects.filter(name=name, is_sample=True).exists():
            raise forms.ValidationError(_("This name is of the sample calls: choose another one."))
        return name

    def clean_timezone(self) -> str:
        """A zone of the IANA list."""
        name = str(self.cleaned_data["timezone"])
        if name not in available_timezones():
            raise forms.ValidationError(_("Write a time zone like Europe/Madrid or Atlantic/Canary."))
        return name


class PbxSettingsForm(forms.Form):
    """What no record says by itself: one value per line, or that there is none; neither leaves the proposal."""

    reason = forms.CharField(label=_("Reason of the change"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in SETTING_NAMES:
            self.fields[name] = forms.CharField(
                label=SETTING_LABELS[name],
                required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text=_("One per line; empty leaves the proposal."),
            )
            self.fields[f"{name}_none"] = forms.BooleanField(label=NONE_LABELS[name], required=False)

    def clean(self) -> dict[str, Any]:
        """Checks patterns of telephones, and that no setting has values and none."""
        data = super().clean() or {}
        values = {name: self._told(name, data) for name in SETTING_NAMES}
        if self.errors:
            return data
        try:
            data["settings"] = PbxSettings.from_json(values)
        except UnusableSettings as error:
            raise forms.ValidationError(in_words(str(error))) from error
        return data

    def _told(self, name: str, data: dict[str, Any]) -> list[str] | None:
        """The values of a setting; an empty list when there is none, None when nobody says."""
        told = [line.strip() for line in str(data.get(name, "")).splitlines() if line.strip()]
        if told and data.get(f"{name}_none"):
            self.add_error(name, _("Write the values, or say that there is none, not both."))
        return told if told or data.get(f"{name}_none") else None


SETTING_LABELS = {
    "trunk_peers": _("Lines to the public network (channel names)"),
    "inbound_contexts": _("Contexts where calls from outside enter"),
    "desk_telephones": _("Telephones of people (regular expressions on channel names)"),
    "closed_contexts": _("Contexts for closed hours"),
    "voicemail_contexts": _("Contexts of voicemail"),
    "menu_contexts": _("Contexts of menus"),
}
NONE_LABELS = {
    "trunk_peers": _("There is no line to the public network"),
    "inbound_contexts": _("There is none: no call enters from outside"),
    "desk_telephones": _("There is no telephone of a person"),
    "closed_contexts": _("There is no context for closed hours"),
    "voicemail_contexts": _("There is no context of voicemail"),
    "menu_contexts": _("There is no context of menus"),
}


def initial_settings(chosen: dict[str, list[str]]) -> dict[str, str | bool]:
    """What the form shows of settings that people chose before."""
    told = {name: "\n".join(values) for name, values in chosen.items() if values}
    return told | {f"{name}_none": True for name, values in chosen.items() if not values}
