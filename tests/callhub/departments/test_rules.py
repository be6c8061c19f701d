"""What a row of a spreadsheet says, and what is wrong with it."""

import pytest

from callhub.departments.rules import (
    Change,
    Known,
    KnownExtension,
    Problem,
    Row,
    columns_of,
    judged,
    planned,
    starter_set,
)


@pytest.mark.parametrize(("population", "count"), [(300, 5), (3_000, 7), (18_000, 12), (300_000, 16)])
def test_the_starter_set_grows_with_the_town(population, count):
    assert len(starter_set(population, "ca")) == count
    assert len(set(starter_set(population, "es"))) == count


@pytest.mark.parametrize(
    "header",
    [
        ["Department", "Extension", "Who answers", "Direct telephone", "E-mail address"],
        ["DEPARTAMENTO", "Extensión", "Quién atiende", "Teléfono directo", "Correo electrónico"],
        ["Departament", "Extensió", "Qui atén", "Telèfon directe", "Correu electrònic"],
        ["department", "extension", "person", "telephone", "email"],
    ],
)
def test_a_header_is_known_in_each_language(header):
    assert columns_of(header) == {"department": 0, "extension": 1, "person": 2, "telephone": 3, "email": 4}


def test_columns_may_stand_in_any_order_among_others():
    assert columns_of(["planta", "Ext.", "área", ""]) == {"extension": 1, "department": 2}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (Row(2, ""), Problem.DEPARTMENT_MISSING),
        (Row(2, "· !"), Problem.DEPARTMENT_MISSING),
        (Row(2, "U" * 101), Problem.DEPARTMENT_LONG),
        (Row(2, "Urbanisme", "", "Laia"), Problem.EXTENSION_MISSING),
        (Row(2, "Urbanisme", "3x2"), Problem.EXTENSION_FIGURES),
        (Row(2, "Urbanisme", "٣٠١"), Problem.EXTENSION_FIGURES),
        (Row(2, "Urbanisme", "1"), Problem.EXTENSION_FIGURES),
        (Row(2, "Urbanisme", "301", "L" * 101), Problem.PERSON_LONG),
        (Row(2, "Urbanisme", "301", "Laia", "93123456"), Problem.TELEPHONE_FIGURES),
        (Row(2, "Urbanisme", "301", "Laia", "123456789"), Problem.TELEPHONE_UNKNOWN),
        (Row(2, "Urbanisme", "301", "Laia", "ext. 4"), Problem.TELEPHONE_UNKNOWN),
        (Row(2, "Urbanisme", "301", "Laia", "", "laia"), Problem.EMAIL_UNKNOWN),
        (Row(2, "Urbanisme", "301", "Laia", "", f"{'l' * 250}@x.es"), Problem.EMAIL_UNKNOWN),
    ],
)
def test_what_is_wrong_with_a_row(row, problem):
    assert [one.problem for one in judged([row])[1]] == [problem]


@pytest.mark.parametrize(
    ("telephone", "kept"),
    [("93 123 45 67", "+34931234567"), ("+33 1 42 68 53 00", "+33142685300"), ("112", "112"), ("", "")],
)
def test_a_right_telephone_is_kept_in_one_form(telephone, kept):
    assert judged([Row(2, "Urbanisme", "301", "", telephone)])[0][0].telephone == kept


def test_a_row_may_not_contradict_one_above_it():
    rows = [
        Row(2, "Urbanisme", "301", email="a@x.es"),
        Row(3, "Padró", "301"),
        Row(4, "urbanismé", "302", email="b@x.es"),
        Row(5, "Urbanisme", "303", email="A@x.es"),
    ]
    good, refused = judged(rows)
    assert [one.number for one in good] == [2, 5]
    assert [(one.row.number, one.problem, one.other) for one in refused] == [
        (3, Problem.EXTENSION_REPEATED, 2),
        (4, Problem.EMAIL_DIFFERS, 2),
    ]


KNOWN = {"Urbanisme": "urb@x.es", "Padró": ""}
LAIA = KnownExtension("Urbanisme", "Laia", "")


@pytest.mark.parametrize(
    ("row", "change", "changes"),
    [
        (Row(2, "Urbanisme", "301", "Laia"), Change.SAME, ()),
        (Row(2, "Urbanisme", "301"), Change.SAME, ()),
        (Row(2, "urbanisme"), Change.SAME, ()),
        (Row(2, "Urbanisme", email="URB@x.es"), Change.SAME, ()),
        (Row(2, "Urbanisme", "302"), Change.NEW, ()),
        (Row(2, "Esports"), Change.NEW, ()),
        (Row(2, "Urbanisme", "301", "Joan"), Change.CHANGED, (("person", "Laia", "Joan"),)),
        (Row(2, "padro", "301"), Change.CHANGED, (("department", "Urbanisme", "Padró"),)),
        (Row(2, "Padró", email="p@x.es"), Change.CHANGED, (("email", "", "p@x.es"),)),
        (Row(2, "Esports", "301"), Change.NEW, (("department", "Urbanisme", "Esports"),)),
    ],
)
def test_what_a_row_would_do(row, change, changes):
    (one,) = planned([row], Known(dict(KNOWN), {"301": LAIA}))
    assert (one.change, one.changes) == (change, changes)


def test_what_one_row_adds_is_known_to_the_rows_below():
    plan = planned([Row(2, "Esports", "305"), Row(3, "esports"), Row(4, "Esports", "306")], Known())
    assert [(one.department, one.change) for one in plan] == [
        ("Esports", Change.NEW),
        ("Esports", Change.SAME),
        ("Esports", Change.NEW),
    ]


def test_making_a_plan_leaves_what_is_known_alone():
    known = Known(dict(KNOWN), {"301": LAIA})
    planned([Row(2, "Esports", "301")], known)
    assert (known.emails, known.extensions) == (KNOWN, {"301": LAIA})
