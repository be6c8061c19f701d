"""The data of prices and law: whole, without gap and without overlap, or refused with one sentence."""

import shutil
from datetime import date

import pytest

from billing.plans.definitions import ATTENDED, DATA, PLANS, UnknownPrice, UnusableData, book, read_book
from billing.plans.rules import tax_of, terms_of

NOV = date(2026, 11, 1)


def test_the_products_own_data_are_in_order():
    known = book()
    assert set(known.plans) == set(PLANS)
    for entries in (*known.plans.values(), *known.taxes.values(), known.minor_contract_cents):
        assert entries[-1].ends_before is None
        for before, after in zip(entries, entries[1:], strict=False):
            assert before.ends_before == after.starts_on


@pytest.fixture
def folder(tmp_path):
    """A copy of the data, to be changed."""
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)
    return copy


IVA = '[[IVA]]\nfrom = 2012-09-01\npercent = "21"\n'
WRONG = [
    ("law.toml", IVA, IVA + '[[IVA]]\nfrom = 2027-01-01\npercent = "22"\n', "IVA in law.toml: on 2027-01-01 two entries hold at once."),
    (
        "law.toml",
        IVA,
        '[[IVA]]\nfrom = 2012-09-01\nuntil = 2026-12-30\npercent = "21"\n[[IVA]]\nfrom = 2027-01-01\npercent = "22"\n',
        "IVA in law.toml: from 2026-12-31 until the day before 2027-01-01 none holds.",
    ),
    (
        "law.toml",
        IVA,
        '[[IVA]]\nfrom = 2012-09-01\nuntil = 2027-01-01\npercent = "21"\n[[IVA]]\nfrom = 2027-01-01\npercent = "22"\n',
        "IVA in law.toml: on 2027-01-01 two entries hold at once.",
    ),
    ("law.toml", IVA, IVA.replace("percent", "until = 2026-12-31\npercent"), "IVA in law.toml: from 2027-01-01 on none holds."),
    ("law.toml", IVA, IVA.replace("percent", "until = 2012-08-01\npercent"), "ends before it starts"),
    ("law.toml", IVA, "", "IVA in law.toml has no entry."),
    ("law.toml", '"21"', '"121"', "entry 1 is not complete or not in its form"),
    ("law.toml", "from = 2012-09-01", "", "entry 1 is not complete or not in its form"),
    ("law.toml", "[[IVA]]", "[[IVA]", "law.toml cannot be read"),
    ("attended.toml", "up_to = 20_000", "up_to = 200", "bands go from small to large"),
    ("attended.toml", "month_cents = 890_000", "up_to = 200_000, month_cents = 890_000", "only the last has no end"),
    ("attended.toml", 'code = "attended"', 'code = "atended"', "attended.toml is of the plan “atended”."),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "sentence"), WRONG)
def test_data_that_contradict_themselves_are_refused_with_one_sentence(folder, file, old, new, sentence):
    path = folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(UnusableData) as refused:
        read_book(folder)
    assert sentence in str(refused.value)
    assert str(refused.value).count("\n") <= 1


def test_a_price_that_changes_holds_from_its_day_and_the_old_one_for_what_was_before(folder):
    path = folder / "attended.toml"
    kept = path.read_text()
    later = kept.partition("[[prices]]")[2].replace("from = 2026-01-01", "from = 2027-01-01")
    path.write_text(
        kept.replace("from = 2026-01-01", "from = 2026-01-01\nuntil = 2026-12-31")
        + "\n[[prices]]"
        + later.replace("109_000", "115_000")
    )
    law = folder / "law.toml"
    law.write_text(
        law.read_text().replace("from = 2012-09-01", "from = 2012-09-01\nuntil = 2026-12-31")
        + '\n[[IVA]]\nfrom = 2027-01-01\npercent = "20.5"\n'
    )
    known = read_book(folder)
    days = {date(2026, 12, 31): (109_000, "21"), date(2027, 1, 1): (115_000, "20.5")}
    for day, (cents, rate) in days.items():
        assert terms_of(ATTENDED, 18_567, day, of=known).month_cents == cents
        assert str(tax_of("08033", day, known).rate) == rate


def test_a_day_before_any_price_has_none():
    with pytest.raises(UnknownPrice, match="The plan “attended” has no price on 2025-12-31"):
        terms_of(ATTENDED, 100, date(2025, 12, 31))
    with pytest.raises(UnknownPrice, match="There is no plan “gold”"):
        terms_of("gold", 100, NOV)
