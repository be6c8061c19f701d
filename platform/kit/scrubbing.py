"""Taking personal data out of texts that leave the application: logs and error reports."""

import re
from typing import Any

_NUMBER = re.compile(r"\+?\d[\d .-]{5,}\d")
_MAIL = re.compile(r"[^\s@<>\"'()=]+@[^\s@<>\"'()]+\.[a-zA-Z]+")
# What PostgreSQL adds to an error quotes whole rows.
_ROWS = re.compile(r"^(DETAIL|CONTEXT|QUERY|STATEMENT):.*(\n[ \t]+.*)*", re.MULTILINE)


def scrubbed(value: Any) -> Any:
    """The same structure without telephone numbers, e-mail addresses and rows of the database in its texts."""
    if isinstance(value, str):
        return _NUMBER.sub("[number]", _MAIL.sub("[mail]", _ROWS.sub(r"\1: [row]", value)))
    if isinstance(value, dict):
        return {key: scrubbed(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [scrubbed(one) for one in value]
    return value
