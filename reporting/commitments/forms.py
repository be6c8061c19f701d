"""The charter as it is written: its title, from when it holds, and one form for each commitment."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kit.periods import month_after
from reporting.commitments.rules import (
    MONTH,
    MOST_COMMITMENTS,
    SECONDS,
    SHARE,
    STATISTICS,
    Charter,
    Commitment,
    next_code,
)
from reporting.commitments.words import statistics, windows

MOST_SECONDS = 3_600


class CharterForm(forms.Form):
    """Title, first month and whether citizens see the verdicts."""

    title = forms.CharField(label=gettext_lazy("Title of the charter"), max_length=120)
    starts_on = forms.CharField(
        label=gettext_lazy("It holds from the month"),
        widget=forms.DateInput(attrs={"type": "month"}),
        help_text=gettext_lazy("Written as 2026-11. What was judged under an earlier edition stays as it is."),
    )
    is_public = forms.BooleanField(label=gettext_lazy("Show the verdicts to citizens"), required=False)
    edition = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def clean_starts_on(self) -> date:
        """The first day of the month."""
        try:
            return date.fromisoformat(f"{self.cleaned_data['starts_on']}-01")
        except ValueError:
            raise forms.ValidationError(_("Write the month as year and month: 2026-11.")) from None


class CommitmentForm(forms.Form):
    """One commitment."""

    code = forms.CharField(required=False, widget=forms.HiddenInput, max_length=10)
    text = forms.CharField(label=gettext_lazy("What is promised, as citizens read it"), max_length=300)
    statistic = forms.ChoiceField(label=gettext_lazy("What is counted"), initial="mean_wait")
    limit = forms.IntegerField(
        label=gettext_lazy("Limit: seconds, or a percentage"), min_value=0, max_value=MOST_SECONDS, required=False
    )
    target = forms.IntegerField(
        label=gettext_lazy("Percentage of days, calls or callers that must keep it"), min_value=1, max_value=100
    )
    window = forms.ChoiceField(label=gettext_lazy("Judged"), initial=MONTH)
    only_open_days = forms.BooleanField(
        label=gettext_lazy("Leave out the days on which the town hall is closed by its timetable"), required=False
    )
    exclusions = forms.CharField(
        label=gettext_lazy("What else is left out, in words"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    remedy = forms.CharField(
        label=gettext_lazy("What is done when it is missed"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["statistic"].choices = statistics()  # type: ignore[attr-defined]
        self.fields["window"].choices = windows()  # type: ignore[attr-defined]

    @property
    def is_used(self) -> bool:
        """Whether anything is promised here: an empty form at the end is none, nor is one to be taken away."""
        return bool(self.cleaned_data.get("text")) and not self.cleaned_data.get("DELETE")

    def clean(self) -> dict[str, Any]:
        """A limit where the statistic has one."""
        data = super().clean() or {}
        if "statistic" not in data:
            return data
        kind, limit = STATISTICS[data["statistic"]].limit, data.get("limit")
        if kind and limit is None and "limit" not in self.errors:
            self.add_error("limit", _("Say how many seconds.") if kind == SECONDS else _("Say which percentage."))
        if kind == SHARE and limit is not None and limit > 100:
            self.add_error("limit", _("A percentage is 100 at most."))
        return data

    def commitment(self, code: str) -> Commitment:
        """What a valid form promises."""
        data = self.cleaned_data
        kind = STATISTICS[data["statistic"]].limit
        limit = (data["limit"] / 100 if kind == SHARE else float(data["limit"])) if kind else 0.0
        return Commitment(
            code, data["text"], data["statistic"], data["target"] / 100, data["window"], limit, data["only_open_days"],
            data["exclusions"], data["remedy"],
        )  # fmt: skip


class _SeveralCommitments(forms.BaseFormSet):  # type: ignore[type-arg]  # a subscript only for mypy
    """The commitments of an edition, with a box to take each away."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = gettext_lazy("Take this commitment out of the charter")


CommitmentForms = forms.formset_factory(
    CommitmentForm, formset=_SeveralCommitments, extra=2, can_delete=True, can_delete_extra=False,
    max_num=MOST_COMMITMENTS, absolute_max=MOST_COMMITMENTS + 2,
)  # fmt: skip


def initial_of(charter: Charter) -> list[dict[str, Any]]:
    """A charter as its forms show it."""
    return [
        {
            "code": one.code, "text": one.text, "statistic": one.statistic, "target": round(one.target * 100),
            "limit": _shown_limit(one), "window": one.window, "only_open_days": one.only_open_days,
            "exclusions": one.exclusions, "remedy": one.remedy,
        }
        for one in charter.commitments
    ]  # fmt: skip


def _shown_limit(one: Commitment) -> int | None:
    if not one.measures.limit:
        return None
    return round(one.limit * 100) if one.measures.limit == SHARE else round(one.limit)


def charter_of(form: CharterForm, forms_of: Any, before: list[Charter]) -> Charter:
    """The charter that valid forms say. A commitment keeps its code as long as it measures the same in earlier editions."""
    latest = before[0] if before else Charter()
    found: list[Commitment] = []
    for one in forms_of:
        if not one.is_used:
            continue
        asked = one.cleaned_data["code"]
        known = latest.with_code(asked) if asked not in [other.code for other in found] else None
        is_same = known is not None and known.statistic == one.cleaned_data["statistic"]
        code = asked if is_same else next_code([*before, Charter(commitments=tuple(found))])
        found.append(one.commitment(code))
    return Charter(form.cleaned_data["title"], tuple(found), form.cleaned_data["is_public"])


class LeftOutDayForm(forms.Form):
    """A day that counts for no commitment."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    why = forms.CharField(label=gettext_lazy("Why it does not count"), max_length=200)


def first_month(today: date, *, has_edition: bool) -> str:
    """The month that a new edition is proposed to hold from."""
    month = month_after(today) if has_edition else today.replace(day=1)
    return f"{month:%Y-%m}"
