"""Telephone numbers: kept as they came where they are none, never merged when hidden."""

import phonenumbers

SHORT_CODES = frozenset({"010", "012", "016", "060", "061", "062", "080", "085", "091", "092", "112"})


def normalised(text: str, region: str = "ES") -> str:
    """E.164 (+34612345678) for a valid number, the short code for one, the text itself for anything else."""
    plain = "".join(c for c in text if c.isdigit() or c == "+")
    if plain in SHORT_CODES:
        return plain
    try:
        number = phonenumbers.parse(plain or text, region)
    except phonenumbers.NumberParseException:
        return text
    return (
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        if phonenumbers.is_valid_number(number)
        else text
    )


def masked(number: str) -> str:
    """All but the last three digits hidden: ······678. Short codes are nobody's and stay."""
    if number in SHORT_CODES or len(number) <= 3:
        return number
    return "·" * (len(number) - 3) + number[-3:]
