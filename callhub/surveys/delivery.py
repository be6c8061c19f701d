"""How a link reaches a citizen. ``SURVEY_MESSAGES`` names the function that sends text messages; e-mail is Django's.

Whoever connects an operator writes a function with the shape of ``into_file`` and names it in the settings.
"""

import json
import os
from datetime import UTC, datetime

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils.module_loading import import_string

from callhub.surveys.definitions import words_in
from tenants.directory.models import Municipality
from tenants.directory.queries import host_of


def into_file(*, number: str, text: str) -> None:
    """Writes the message to a file of the day instead of sending it. Raises OSError where that cannot be."""
    now = datetime.now(UTC)
    settings.SURVEY_OUTBOX.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = settings.SURVEY_OUTBOX / f"{now:%Y-%m-%d}.jsonl"
    line = json.dumps({"at": now.isoformat(timespec="seconds"), "to": number, "text": text}, ensure_ascii=False)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8") as file:
        file.write(line + "\n")


def send_message(*, town: Municipality, number: str, token: str, is_reminder: bool = False) -> None:
    """Sends the link by text message in the language of the municipality; errors of the operator's function come through."""
    words = words_in(town.language)
    text = (words.reminder if is_reminder else words.message).format(town=town.name, link=link_of(town, token))
    import_string(settings.SURVEY_MESSAGES)(number=number, text=text)


def send_link_by_mail(*, town: Municipality, email: str, token: str) -> None:
    """Sends the link by e-mail in the language of the municipality."""
    words = words_in(town.language)
    text = words.message.format(town=town.name, link=link_of(town, token))
    send_mail(words.mail_subject, text, None, [email])


def link_of(town: Municipality, token: str) -> str:
    """The whole address of the page that a token opens."""
    path = reverse("surveys:answer", settings.TENANT_URLCONF, [token])
    scheme, port = ("https", "") if settings.SECURE else ("http", f":{settings.PORT}")
    return f"{scheme}://{host_of(town.slug)}{port}{path}"
