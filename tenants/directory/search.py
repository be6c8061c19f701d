"""Finding one of the 8,132 municipalities: by a name in any of its languages, by INE code, by postal code."""

from dataclasses import dataclass
from functools import cache

from tenants.directory.reference import ReferenceMunicipality, municipalities, postal_codes, provinces
from tenants.directory.rules import search_key

_ARTICLES = frozenset("el la los las els les lo l a o os as es sa ses s n en na".split())
_SMALL_WORDS = frozenset("de del d dels la las los el els les l y i e".split())
# Names that many still write and that the INE's list no longer has.
_FORMER_NAMES = {
    "07026": "Ibiza",
    "07032": "Mahón",
    "08200": "San Baudilio de Llobregat",
    "17079": "Gerona",
    "20036": "Fuenterrabía",
    "25120": "Lérida",
    "32054": "Orense",
    "46145": "Játiva",
    "48044": "Guecho",
}
SHORTEST = 2  # letters; fewer find half of Spain


@dataclass(frozen=True)
class Found:
    """A municipality, and the postal code it was found by when that is how."""

    municipality: ReferenceMunicipality
    postal_code: str = ""


@dataclass(frozen=True, slots=True)
class _Entry:
    municipality: ReferenceMunicipality
    cores: tuple[str, ...]  # each name without its article
    words: frozenset[str]
    around: str  # every name and the province, for words that only say which one of several


def core_of(text: str) -> str:
    """A name as it is compared: without accents, punctuation, or its article, wherever that stands.

    `La Bisbal del Penedès`, `Bisbal del Penedès, La` and `bisbal penedes` are the same; so are `Sant` and `San`.
    """
    words = search_key(text).split()
    if len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    if len(words) > 1 and words[-1] in _ARTICLES:
        words = words[:-1]
    kept = [word for word in words if word not in _SMALL_WORDS] or words
    return " ".join("san" if word in {"sant", "santo"} else word for word in kept)


@cache
def _entries() -> tuple[_Entry, ...]:
    made = []
    for one in municipalities().values():
        names = (*one.names, *filter(None, [_FORMER_NAMES.get(one.ine_code)]))
        cores = tuple(core_of(name) for name in names)
        province = provinces()[one.ine_code[:2]]
        around = search_key(" ".join((*cores, province.name, province.name_es, province.name_ca)))
        made.append(_Entry(one, cores, frozenset(" ".join(cores).split()), f" {around}"))
    return tuple(made)


def search(text: str, limit: int = 20) -> list[Found]:
    """The municipalities that ``text`` may mean, the likeliest first: the exact name, then how many live there."""
    wanted = text.strip()
    if wanted.isascii() and wanted.isdigit():
        return _by_code(wanted)[:limit]
    core = core_of(wanted)
    if len(core) < SHORTEST:
        return []
    words = core.split()
    ranked = []
    for entry in _entries():
        rank = _rank(entry, core, words)
        if rank is not None:
            ranked.append((rank, -entry.municipality.population, entry.municipality.ine_code, entry.municipality))
    return [Found(municipality) for _rank_, _people, _code, municipality in sorted(ranked)[:limit]]


def _rank(entry: _Entry, core: str, words: list[str]) -> int | None:
    if core in entry.cores:
        return 0
    if any(one.startswith(core) for one in entry.cores):
        return 1
    if all(word in entry.words for word in words):
        return 2
    if words[0][:1] and all(f" {word}" in entry.around for word in words):
        # At least one word must be of the name: a province alone would list all of its municipalities.
        return 3 if any(one.startswith(word) for word in words for one in entry.words) else None
    return None


def _by_code(digits: str) -> list[Found]:
    if len(digits) != 5:
        return []
    exact = municipalities().get(digits)
    by_post = [Found(municipalities()[code], digits) for code in postal_codes().get(digits, ())]
    by_post.sort(key=lambda found: -found.municipality.population)
    return ([Found(exact)] if exact else []) + [one for one in by_post if one.municipality != exact]
