"""What citizens answer, in their language, and what the municipality chooses."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callhub.surveys.definitions import Words
from callhub.surveys.models import Answer, Edition
from callhub.surveys.rules import HIGHEST, LONGEST_TEXT, Reply

_SCALE = [(str(number), str(number)) for number in range(HIGHEST + 1)]


class AnswerForm(forms.Form):
    """The three questions and a free text, in the language of ``words``; nothing is chosen before the citizen does."""

    def __init__(self, *args: Any, words: Words, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        solved = [("YES", words.yes), ("PARTLY", words.partly), ("NO", words.no)]
        for name, label, hint, choices in (
            ("solved", words.solved, "", solved),
            ("treatment", words.treatment, words.scale, _SCALE),
            ("overall", words.overall, words.scale, _SCALE),
        ):
            self.fields[name] = _choice(label, hint, choices, words.choose)
        self.fields["text"] = forms.CharField(
            label=words.text,
            help_text=words.text_hint,
            required=False,
            max_length=LONGEST_TEXT,
            widget=forms.Textarea(attrs={"rows": 4, "class": "input"}),
        )

    def reply(self) -> Reply:
        """What was answered, once it is valid."""
        data = self.cleaned_data
        return Reply(data["solved"], int(data["treatment"]), int(data["overall"]), data["text"])


def _choice(label: str, hint: str, choices: Sequence[tuple[str, str]], error: str) -> forms.ChoiceField:
    messages = {"required": error, "invalid_choice": error}
    return forms.ChoiceField(
        label=label, help_text=hint, choices=choices, widget=forms.RadioSelect, error_messages=messages
    )


class AskingForm(forms.ModelForm):  # type: ignore[type-arg]
    """Whether, how and about how many calls citizens are asked."""

    class Meta:
        model = Edition
        fields = ("is_on", "sends_messages", "one_in")
        labels = {
            "is_on": gettext_lazy("Ask citizens what they think of the calls that a person answered"),
            "sends_messages": gettext_lazy("Send a link by text message to mobile telephones"),
            "one_in": gettext_lazy("Ask about one call in every"),
        }
        help_texts = {
            "one_in": gettext_lazy("1 asks about all of them; nobody is asked twice in thirty days."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["one_in"] = forms.IntegerField(
            label=self.fields["one_in"].label,
            help_text=self.fields["one_in"].help_text,
            min_value=1,
            max_value=1000,
        )


class TextForm(forms.Form):
    """What is done with a text that a citizen wrote."""

    state = forms.ChoiceField(choices=[(one, one) for one in ("PUBLISHED", "HELD_BACK", "REPLY")])
    why = forms.CharField(max_length=200, required=False)
    reply = forms.CharField(max_length=LONGEST_TEXT, required=False)

    def clean(self) -> dict[str, Any]:
        """Holding back takes a reason."""
        data = super().clean() or {}
        if data.get("state") == Answer.TextState.HELD_BACK and not data.get("why"):
            raise forms.ValidationError(_("Say why the text is not published."))
        return data


class MailForm(forms.Form):
    """Where the link is sent; the address is used for that and not kept."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("It is used to send the link now and is not kept."),
    )
