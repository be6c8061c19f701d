"""Departments a town hall usually has, and what a row of a spreadsheet of departments says. Knows nothing of Django."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from kit.telephones import recognised
from tenants.directory.rules import search_key

# Smallest population at which a town hall usually has the department, and its name in Spanish and Catalan.
_USUAL: tuple[tuple[int, str, str], ...] = (
    (0, "Atención Ciudadana", "Oficina d'Atenció Ciutadana"),
    (0, "Secretaría", "Secretaria"),
    (0, "Urbanismo", "Urbanisme"),
    (0, "Padrón de Habitantes", "Padró d'Habitants"),
    (0, "Servicios Sociales", "Serveis Socials"),
    (2_000, "Tributos", "Tributs"),
    (2_000, "Policía Local", "Policia Local"),
    (5_000, "Intervención", "Intervenció"),
    (5_000, "Cultura y Fiestas", "Cultura i Festes"),
    (5_000, "Deportes", "Esports"),
    (10_000, "Educación", "Educació"),
    (10_000, "Medio Ambiente", "Medi Ambient"),
    (20_000, "Recursos Humanos", "Recursos Humans"),
    (20_000, "Promoción Económica", "Promoció Econòmica"),
    (50_000, "Movilidad", "Mobilitat"),
    (50_000, "Contratación", "Contractació"),
)


def starter_set(population: int, language: str) -> list[str]:
    """Names of the departments to begin with, in the municipality's first language."""
    return [catalan if language == "ca" else spanish for least, spanish, catalan in _USUAL if population >= least]


# What the columns of a spreadsheet may be called, without accents, in English, Spanish and Catalan.
COLUMNS: dict[str, frozenset[str]] = {
    "department": frozenset({"department", "departamento", "departament", "area"}),
    "extension": frozenset({"extension", "extensio", "ext"}),
    "person": frozenset({"person", "persona", "who answers", "quien atiende", "qui aten", "nombre", "nom", "name"}),
    "telephone": frozenset({"telephone", "phone", "telefono", "telefon", "direct telephone", "telefono directo",
                            "telefon directe"}),
    "email": frozenset({"email", "e mail", "e mail address", "correo", "correo electronico", "correu",
                        "correu electronic"}),
}  # fmt: skip


def columns_of(header: Iterable[str]) -> dict[str, int]:
    """Where each known column stands; the first one of a name counts, unknown ones are left alone."""
    found: dict[str, int] = {}
    for place, cell in enumerate(header):
        key = search_key(cell)
        for column, names in COLUMNS.items():
            if key in names:
                found.setdefault(column, place)
    return found


@dataclass(frozen=True)
class Row:
    """One row of a spreadsheet; ``number`` is the one that the spreadsheet program shows. Empty says nothing."""

    number: int
    department: str
    extension: str = ""
    person: str = ""
    telephone: str = ""
    email: str = ""


class Problem(StrEnum):
    """Why a row cannot be used."""

    DEPARTMENT_MISSING = "DEPARTMENT_MISSING"
    DEPARTMENT_LONG = "DEPARTMENT_LONG"
    EXTENSION_MISSING = "EXTENSION_MISSING"
    EXTENSION_FIGURES = "EXTENSION_FIGURES"
    EXTENSION_REPEATED = "EXTENSION_REPEATED"
    PERSON_LONG = "PERSON_LONG"
    TELEPHONE_FIGURES = "TELEPHONE_FIGURES"
    TELEPHONE_UNKNOWN = "TELEPHONE_UNKNOWN"
    EMAIL_UNKNOWN = "EMAIL_UNKNOWN"
    EMAIL_DIFFERS = "EMAIL_DIFFERS"


@dataclass(frozen=True)
class Refusal:
    """A row that cannot be used: ``text`` is the value in question, ``other`` the earlier row it contradicts."""

    row: Row
    problem: Problem
    text: str = ""
    other: int = 0


_EXTENSION = re.compile(r"[0-9]{2,10}")
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s.,;<>\"]{2,}")


def judged(rows: Iterable[Row]) -> tuple[list[Row], list[Refusal]]:
    """The rows that can be used, telephones in E.164, and the ones that cannot. A row is judged after those above it."""
    good: list[Row] = []
    refused: list[Refusal] = []
    extensions: dict[str, int] = {}
    emails: dict[str, tuple[str, int]] = {}
    for row in rows:
        refusal = _refusal(row, extensions, emails)
        if refusal:
            refused.append(refusal)
            continue
        if row.extension:
            extensions[row.extension] = row.number
        if row.email:
            emails.setdefault(search_key(row.department), (row.email.lower(), row.number))
        good.append(replace(row, telephone=recognised(row.telephone) if row.telephone else ""))
    return good, refused


def _refusal(row: Row, extensions: Mapping[str, int], emails: Mapping[str, tuple[str, int]]) -> Refusal | None:
    if not search_key(row.department):
        return Refusal(row, Problem.DEPARTMENT_MISSING)
    if len(row.department) > 100:
        return Refusal(row, Problem.DEPARTMENT_LONG)
    if not row.extension and (row.person or row.telephone):
        return Refusal(row, Problem.EXTENSION_MISSING)
    if row.extension and not _EXTENSION.fullmatch(row.extension):
        return Refusal(row, Problem.EXTENSION_FIGURES, row.extension)
    if row.extension in extensions:
        return Refusal(row, Problem.EXTENSION_REPEATED, row.extension, extensions[row.extension])
    if len(row.person) > 100:
        return Refusal(row, Problem.PERSON_LONG)
    if row.telephone and (problem := telephone_problem(row.telephone)):
        return Refusal(row, problem, row.telephone)
    if row.email and (len(row.email) > 254 or not _EMAIL.fullmatch(row.email)):
        return Refusal(row, Problem.EMAIL_UNKNOWN, row.email)
    email, other = emails.get(search_key(row.department), (row.email.lower(), 0))
    if row.email and email != row.email.lower():
        return Refusal(row, Problem.EMAIL_DIFFERS, row.email, other)
    return None


def telephone_problem(text: str) -> Problem | None:
    """What is wrong with a telephone number; None when it can be dialled. Without a country it is a Spanish one."""
    if recognised(text):
        return None
    is_national = re.fullmatch(r"(?!00)[0-9\s.\-/()]+", text.strip()) is not None
    return Problem.TELEPHONE_FIGURES if is_national and len(figures_in(text)) != 9 else Problem.TELEPHONE_UNKNOWN


def figures_in(text: str) -> str:
    """The figures of a telephone number as it was written."""
    return "".join(c for c in text if c.isdigit())


class Change(StrEnum):
    """What a row would do."""

    NEW = "NEW"
    CHANGED = "CHANGED"
    SAME = "SAME"


@dataclass(frozen=True)
class KnownExtension:
    """An extension as it is kept now; ``department`` is its department's name, empty when it has none."""

    department: str
    person: str
    telephone: str


@dataclass
class Known:
    """What is kept now: e-mail addresses by name of the department, and extensions by number."""

    emails: dict[str, str] = field(default_factory=dict)
    extensions: dict[str, KnownExtension] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._by_key = {search_key(name): name for name in self.emails}

    def name_of(self, written: str) -> str:
        """The kept name of a department as somebody wrote it, with or without accents; as written when it is new."""
        return written if written in self.emails else self._by_key.get(search_key(written), written)

    def keep(self, name: str, email: str) -> None:
        """A department, and its e-mail address when the row says one."""
        self.emails[name] = email or self.emails.get(name, "")
        self._by_key.setdefault(search_key(name), name)


@dataclass(frozen=True)
class Planned:
    """A row, its department by its kept name, what it would do, and (what, before, after) of each change."""

    row: Row
    department: str
    change: Change
    changes: tuple[tuple[str, str, str], ...] = ()


def planned(rows: Iterable[Row], known: Known) -> list[Planned]:
    """What each row would do, in order: a department that one row adds is known to the rows below it."""
    now = Known(dict(known.emails), dict(known.extensions))
    plan = []
    for row in rows:
        name = now.name_of(row.department)
        is_new_department = name not in now.emails
        before = now.extensions.get(row.extension)
        changes = []
        if row.email and not is_new_department and now.emails[name].lower() != row.email.lower():
            changes.append(("email", now.emails[name], row.email))
        if before:
            after = {"department": name, "person": row.person, "telephone": row.telephone}
            changes += [
                (what, old, after[what])
                for what, old in (("department", before.department), ("person", before.person),
                                  ("telephone", before.telephone))
                if after[what] and after[what] != old
            ]  # fmt: skip
        is_new = is_new_department or bool(row.extension and not before)
        change = Change.NEW if is_new else Change.CHANGED if changes else Change.SAME
        plan.append(Planned(row, name, change, tuple(changes)))
        now.keep(name, row.email)
        if row.extension:
            old = before or KnownExtension("", "", "")
            now.extensions[row.extension] = KnownExtension(
                name, row.person or old.person, row.telephone or old.telephone
            )
    return plan
