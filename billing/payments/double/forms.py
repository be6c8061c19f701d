"""Stripe's way of writing nested values in a form: `items[0][price]=p&metadata[a]=b&expand[]=customer`."""

import re
from typing import Any
from urllib.parse import parse_qsl

_PART = re.compile(r"\[([^\]]*)\]")


def decode(text: str) -> dict[str, Any]:
    """Nested values of a form; lists where the keys are numbers or empty."""
    root: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        keys = [name.partition("[")[0], *_PART.findall(name)]
        here = root
        for number, key in enumerate(keys):
            place = str(len(here)) if key == "" else key
            if number == len(keys) - 1:
                here[place] = value
            else:
                here = here.setdefault(place, {})
    return {key: _with_lists(value) for key, value in root.items()}


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    found = {key: _with_lists(one) for key, one in value.items()}
    if found and all(key.isdigit() for key in found):
        return [found[key] for key in sorted(found, key=int)]
    return found
