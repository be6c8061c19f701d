"""Sentences that rules, adapters and actions say in English, told in the reader's language.

They know nothing of translation and give a finished sentence: it is stored, logged and printed by commands. Each app
lists the sentences it says (`SENTENCES` in the settings names the lists); a page finds which one it is, and what it
quotes stays as it is, unless that is a sentence of the list itself.
"""

import re
from functools import lru_cache

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Every sentence with a pattern that finds its values; the most telling ones first."""
    templates = [template for path in settings.SENTENCES for template in import_string(path)]
    templates.sort(key=lambda template: -len(_PLACEHOLDER.sub("", template)))
    return [(template, _pattern(template)) for template in templates]


def _pattern(template: str) -> re.Pattern[str]:
    parts = _PLACEHOLDER.split(template)
    texts = [re.escape(part.replace("%%", "%")) for part in parts[::2]]
    names = [f"(?P<{name}>.+?)" for name in parts[1::2]] + [""]
    return re.compile("".join(text + name for text, name in zip(texts, names, strict=True)), re.DOTALL)


def template_of(text: str) -> str:
    """The sentence of the lists that ``text`` is; empty when it is none."""
    return next((template for template, pattern in _patterns() if pattern.fullmatch(text)), "")


def in_words(text: str) -> str:
    """``text`` in the reader's language; unchanged when it stands in no list."""
    for template, pattern in _patterns():
        found = pattern.fullmatch(text)
        if found:
            return gettext(template) % {name: in_words(value) for name, value in found.groupdict().items()}
    return text
