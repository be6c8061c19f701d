"""Telephone numbers: kept as they came where they are none, never merged when hidden."""

import re

import phonenumbers

SHORT_CODES = frozenset({"010", "012", "016", "060", "061", "062", "080", "085", "091", "092", "112"})
SHORTEST_PUBLIC_NUMBER = 7  # digits; extensions and short codes are shorter, and nobody's
DIGITS_SHOWN = 3  # of a masked number, its last ones
SEPARATORS = "+ -./()"  # what people and switchboards write between digits
_PUBLIC_NUMBER = re.compile(rf"\+?\d{{{SHORTEST_PUBLIC_NUMBER},}}")


def normalised(text: str, region: str = "ES") -> str:
    """E.164 (+34612345678) for a valid number, the short code for one, the text itself for anything else."""
    return recognised(text, region) or text


def recognised(text: str, region: str = "ES") -> str:
    """E.164 for a valid number, the short code for one, nothing for anything else."""
    plain = "".join(c for c in text if c.isdigit() or c == "+")
    if plain in SHORT_CODES:
        return plain
    try:
        number = phonenumbers.parse(plain or text, region)
    except phonenumbers.NumberParseException:
        return ""
    return (
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        if phonenumbers.is_valid_number(number)
        else ""
    )


def digits_of(text: str) -> str:
    """Only the digits 0 to 9 of a text."""
    return "".join(c for c in text if c in "0123456789")


def spellings(text: str, region: str = "ES") -> tuple[str, ...]:
    """The digits of every way in which a switchboard writes the whole number ``text``; empty for a part of one.

    +34 612 345 678 is written 612345678, 34612345678 and 0034612345678.
    """
    whole = normalised(text, region)
    if not whole.startswith("+") or not phonenumbers.is_possible_number_string(whole, region):
        return ()
    number = phonenumbers.parse(whole, region)
    abroad = whole[1:]
    at_home = (phonenumbers.national_significant_number(number),)
    is_home = phonenumbers.country_code_for_region(region) == number.country_code
    return (*(at_home if is_home else ()), abroad, f"00{abroad}")


def part_of_number(text: str, region: str = "ES") -> str:
    """The digits of a part of a number, without the code of the own country that its beginning may carry."""
    code = str(phonenumbers.country_code_for_region(region))
    plain, digits = text.strip(), digits_of(text)
    for beginning in (f"+{code}", f"00{code}"):
        if plain.startswith(beginning):
            return digits.removeprefix(digits_of(beginning))
    return digits


def is_public(number: str) -> bool:
    """Whether ``number`` is one of the world's, in E.164: short codes are everybody's, and each town has its own 010."""
    return number.startswith("+")


def is_mobile(number: str, region: str = "ES") -> bool:
    """Whether ``number``, in E.164, is a mobile telephone of the region: one that takes a text message at the price of home."""
    if not is_public(number):
        return False
    parsed = phonenumbers.parse(number, region)
    is_home = phonenumbers.country_code_for_region(region) == parsed.country_code
    return is_home and phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.MOBILE


def masked(number: str) -> str:
    """All but the last three digits hidden: ······678. Extensions and short codes are nobody's and stay."""
    if len(number) < SHORTEST_PUBLIC_NUMBER:
        return number
    return "·" * (len(number) - DIGITS_SHOWN) + number[-DIGITS_SHOWN:]


def with_numbers_masked(text: str) -> str:
    """A name with the public numbers in it masked: a mobile telephone calls are handed to, an agent called by number."""
    return _PUBLIC_NUMBER.sub(lambda found: masked(found[0]), text)
