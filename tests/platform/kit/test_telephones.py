"""Numbers are masked, normalised and searched the same everywhere."""

import pytest

from kit.telephones import masked, normalised, part_of_number, spellings, with_numbers_masked


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("600 12 34 56", "+34600123456"),
        ("0034600123456", "+34600123456"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("010", "010"),
        ("201", "201"),
        ("anna@sip.example", "anna@sip.example"),
        ("", ""),
    ],
)
def test_a_number_is_normalised_only_when_it_is_one(text, told):
    assert normalised(text) == told


@pytest.mark.parametrize("text", ["600123456", "600 12 34 56", "+34 600 123 456", "0034600123456", "34600123456"])
def test_a_whole_number_has_the_same_spellings_however_it_is_written(text):
    assert spellings(text) == ("600123456", "34600123456", "0034600123456")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("+33612345678", ("33612345678", "0033612345678")),
        ("456", ()),
        ("+34 600", ()),
        ("010", ()),
        ("", ()),
        ("a", ()),
    ],
)
def test_a_foreign_number_has_its_code_and_a_part_has_no_spelling(text, told):
    assert spellings(text) == told


@pytest.mark.parametrize(
    ("text", "digits"), [("+34 600 12", "60012"), ("0034600", "600"), ("34 56", "3456"), ("12-34", "1234"), ("a", "")]
)
def test_a_part_of_a_number_leaves_the_countrys_code_out(text, digits):
    assert part_of_number(text) == digits


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("600123456", "······456"),
        ("+34600123456", "·········456"),
        ("3456", "3456"),
        ("112", "112"),
        ("012345", "012345"),
        ("", ""),
    ],
)
def test_extensions_and_short_codes_are_nobodys_and_stay(number, shown):
    assert masked(number) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Local/600123456@agents", "Local/······456@agents"), ("PJSIP/221", "PJSIP/221"), ("Núria Solé", "Núria Solé")],
)
def test_a_number_inside_a_name_is_masked(name, shown):
    assert with_numbers_masked(name) == shown
