"""How a town hall is called in a sentence, with the language's own contractions."""

from django.utils.translation import get_language, gettext

_CATALAN_ARTICLES = {"el ": "del ", "els ": "dels ", "la ": "de la ", "les ": "de les ", "l'": "de l'", "l’": "de l’"}
_CATALAN_VOWELS = "aeiouàèéíòóúh"


def town_hall(name: str) -> str:
    """``Olot`` gives ``Ayuntamiento de Olot``, in Catalan ``Ajuntament d'Olot``; ``el Masnou``, ``Ajuntament del Masnou``."""
    if (get_language() or "").startswith("ca"):
        return "Ajuntament " + _of_in_catalan(name)
    return gettext("Town hall of %(name)s") % {"name": name}


def _of_in_catalan(name: str) -> str:
    small = name.lower()
    for article, contraction in _CATALAN_ARTICLES.items():
        if small.startswith(article):
            return contraction + name[len(article) :]
    return f"d'{name}" if small[:1] in _CATALAN_VOWELS else f"de {name}"
