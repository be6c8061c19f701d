"""Invented data for the page that shows every piece. Nobody and nothing here exists."""

from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator

from shell import charts, numbers
from shell.charts import Bar, Column, Lane, Series, Span

DAYS = ((278, 21), (252, 14), (241, 12), (239, 13), (211, 9), (24, 1), (0, 0), (0, 0), (301, 38), (262, 16), (247, 13),
        (219, 10), (22, 1), (0, 0), (296, 22), (259, 14), (251, 12), (244, 13), (214, 9), (27, 1), (0, 0), (301, 26))  # fmt: skip
WAITS = ((18, 131), (15, 104), (14, 98), (15, 101), (12, 82), (41, 288), (19, 126), (15, 104), (12, 88), (17, 119),
         (15, 103), (14, 97), (15, 99), (12, 84), (22, 164))  # fmt: skip
HOURS = ((24, 34, 42, 45, 40, 32, 21, 10, 13, 15, 13, 7), (18, 27, 31, 33, 30, 24, 16, 7, 9, 11, 9, 5),
         (17, 25, 30, 31, 28, 22, 15, 7, 8, 10, 8, 4), (17, 24, 29, 32, 28, 23, 15, 6, 8, 9, 8, 4),
         (15, 22, 27, 26, 24, 19, 12, 3, 2, 2, 1, 0), (None, 5, 8, 7, 4, None, None, None, None, None, None, None))  # fmt: skip


class SampleForm(forms.Form):
    """One field of each kind, with the errors of a person in a hurry."""

    phone = forms.CharField(label="Telephone of the desk", help_text="Nine figures, for example 93 000 10 00")
    signer = forms.ChoiceField(
        label="Who signs?", choices=[("S", "Secretary"), ("M", "Mayor")], widget=forms.RadioSelect
    )
    town = forms.CharField(label="Town", help_text="Name, INE code or postal code", required=False)
    kind = forms.ChoiceField(label="Kind of line", choices=[("A", "Main"), ("B", "Direct")])
    is_public = forms.BooleanField(label="Show it to citizens", required=False)
    note = forms.CharField(label="Note", widget=forms.Textarea(attrs={"rows": 3}), required=False)

    def clean_phone(self) -> str:
        """Nine figures or an explanation."""
        phone = str(self.cleaned_data["phone"])
        if len(phone.replace(" ", "")) != 9:
            raise forms.ValidationError("The telephone number has 8 figures; it needs 9")
        return phone


def everything() -> dict[str, Any]:
    """The context of the page of pieces."""
    return {
        "form": SampleForm({"phone": "93 000 41 7", "town": "Vilaexemple", "kind": "A"}),
        "filters": SampleForm(prefix="filter"),
        "states": [("ok", "Done"), ("half", "In progress"), ("warn", "Something is missing"), ("bad", "Not met"),
                   ("info", "Adtende does it"), ("none", "Not started"), ("live", "Live")],
        "exceptions": [
            SimpleNamespace(state="bad", word="Urgent", sentence="Planning did not pick up 14 of the 31 calls handed to it.",
                            detail="11 of the 14, between 9:00 and 11:00.", url="#content", action="See the 14 calls"),
            SimpleNamespace(state="warn", word="Attention", sentence="Two callbacks are more than 24 hours old.",
                            detail="The oldest was promised on Friday at 13:10.", url="#content", action="Assign them"),
        ],
        "rows": Paginator(range(1, 4140), 25).page(2),
        "columns": _columns(),
        "columns_table": charts.data_table(
            ("Day", "Answered", "Abandoned"), [(str(i + 2), str(a), str(b)) for i, (a, b) in enumerate(DAYS)]
        ),
        "columns_key": charts.key(("", "Answered"), ("k-2", "Abandoned")),
        "lines": _lines(),
        "heat": charts.heat(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat"), [str(hour) for hour in range(8, 20)], HOURS,
                            caption="Calls by weekday and hour", column_unit="hours"),
        "bars": _bars(),
        "bars_key": charts.key(("k-2", "Above the target"), ("k-m", "Within"), ("k-t", "Target, 20 %")),
        "timeline": _timeline(),
        "timeline_key": charts.key(("", "Conversation"), ("k-s", "Menu, queue or ringing"), ("k-2", "Nobody picked up")),
        "spark": charts.sparkline([answered for answered, _ in DAYS], title="Calls per day, from 0 to 301"),
    }  # fmt: skip


def _columns() -> str:
    return charts.columns(
        [Column(str(i + 2), values, sublabel="MTWTFSS"[i % 7], note="local holiday" if i == 7 else "") for i, values in enumerate(DAYS)],
        chart_id="sample-columns", title="Calls answered and abandoned by day", desc="The highest, on day 10, was 339 calls.",
    )  # fmt: skip


def _lines() -> str:
    return charts.lines(
        [str(day + 2) for day in range(len(WAITS))],
        [Series("p50", [half for half, _ in WAITS]), Series("p90", [most for _, most in WAITS])],
        chart_id="sample-lines", title="Waits by day", desc="p50 from 12 to 41 seconds, p90 from 82 to 288 seconds.",
        written=numbers.duration, is_time=True,
    )  # fmt: skip


def _bars() -> str:
    measured = (
        ("Planning", 91, 214),
        ("Social services", 63, 196),
        ("Secretary's office", 21, 88),
        ("Taxes", 55, 287),
        ("Sports", 10, 64),
    )
    return charts.bars(
        [Bar(name, part / total, (numbers.share(part, total), numbers.fraction(part, total)), is_exception=part / total > 0.2)
         for name, part, total in measured],
        caption="Calls not picked up by department", heading="Department", cell_headings=("Not picked up", "Calls"),
        target=0.2, is_muted=True,
    )  # fmt: skip


def _timeline() -> str:
    return charts.timeline(
        [
            Lane("Citizen", [Span(0, 398, "whole")]),
            Lane("Menu", [Span(0, 11, "wait", "11 s")]),
            Lane("Queue OAC", [Span(11, 25, "wait", "14 s"), Span(170, 176, "wait", "back in the queue, 6 s")]),
            Lane("Agent A-07", [Span(25, 142, "talk"), Span(176, 204, "talk", "28 s")]),
            Lane("Planning 214", [Span(142, 170, "unanswered", "28 s ringing, nobody picks up")]),
            Lane("Planning 217", [Span(204, 215, "wait", "11 s"), Span(215, 398, "talk")]),
        ],
        chart_id="sample-call", title="The legs of the call, from 10:41:03 to 10:47:41",
    )  # fmt: skip
