"""What every command prints: a sentence for people, or one JSON object for programs."""

import json
from typing import Any


def printed(answer: dict[str, Any], sentence: str, *, as_json: bool) -> str:
    """The text for stdout: the JSON alone with ``as_json``, else the sentence."""
    return json.dumps(answer, ensure_ascii=False, default=str) if as_json else sentence
