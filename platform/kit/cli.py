"""What every command prints: a sentence for people, or one JSON object for programs."""

import json
from argparse import ArgumentTypeError
from collections.abc import Callable
from typing import Any


def printed(answer: dict[str, Any], sentence: str, *, as_json: bool) -> str:
    """The text for stdout: the JSON alone with ``as_json``, else the sentence."""
    return json.dumps(answer, ensure_ascii=False, default=str) if as_json else sentence


def complaint(sentence: str, *, as_json: bool) -> str:
    """The text for stderr when a command cannot do what it was asked: one sentence, on one line."""
    told = " ".join(sentence.split())
    return printed({"error": told}, told, as_json=as_json)


def text_up_to(letters: int) -> Callable[[str], str]:
    """A type for arguments that are stored: a text that can be, with so many letters at most."""

    def text(given: str) -> str:
        try:
            given.encode()
        except UnicodeEncodeError:
            raise ArgumentTypeError("it is not UTF-8") from None
        if len(given) > letters:
            raise ArgumentTypeError(f"it has {len(given)} letters, and {letters} are the most")
        return given

    return text


def unreadable_arguments(message: str, command: str) -> str:
    """What argparse says of arguments, as a sentence that names the way to the full list."""
    told = message.removeprefix("Error: ").rstrip(".")
    return f"{told[:1].upper()}{told[1:]}; `manage {command} --help` tells them all."
