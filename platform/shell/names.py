"""How things are called in a sentence: a town hall with the language's own contractions, a browser in two words."""

from typing import Any

from django.utils.translation import get_language, gettext

# In this order: Edge and Opera call themselves Chrome as well, and Chrome calls itself Safari.
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_DEVICES = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
_CATALAN_ARTICLES = {"el ": "del ", "els ": "dels ", "la ": "de la ", "les ": "de les ", "l'": "de l'", "l’": "de l’"}
_CATALAN_VOWELS = "aeiouàèéíòóúh"


def town_hall(place: Any) -> str:
    """``Olot`` gives ``Ayuntamiento de Olot``, in Catalan ``Ajuntament d'Olot``; ``el Masnou``, ``Ajuntament del Masnou``.

    ``place`` is a name, or something with one; the name of what says that it ``is_town_hall`` not is whole as it is.
    """
    name = str(getattr(place, "name", place))
    if not getattr(place, "is_town_hall", True):
        return name
    if (get_language() or "").startswith("ca"):
        return "Ajuntament " + _of_in_catalan(name)
    return gettext("Town hall of %(name)s") % {"name": name}


def your_house(place: Any) -> str:
    """What its people are told is theirs: a town hall, or for any other body, an organisation."""
    return gettext("Your town hall") if getattr(place, "is_town_hall", True) else gettext("Your organisation")


def _of_in_catalan(name: str) -> str:
    small = name.lower()
    for article, contraction in _CATALAN_ARTICLES.items():
        if small.startswith(article):
            return contraction + name[len(article) :]
    return f"d'{name}" if small[:1] in _CATALAN_VOWELS else f"de {name}"


def browser(user_agent: str) -> str:
    """``Chrome, Windows`` for what a browser writes of itself; its first words when it is none that we know."""
    known = [next((name for mark, name in marks if mark in user_agent), "") for marks in (_BROWSERS, _DEVICES)]
    return ", ".join(filter(None, known)) or user_agent[:40]
