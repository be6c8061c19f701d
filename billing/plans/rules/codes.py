"""Codes that a contract with an administration carries. Knows nothing of Django.

What is wrong is said in English sentences that ``billing.plans.sentences`` lists, so that pages tell them in every language.
"""

import re

from stdnum.es import cif, nif
from stdnum.exceptions import InvalidChecksum, ValidationError

_ADMINISTRATIONS = "PQS"  # local bodies, public bodies, organs of the State: their control is a letter
_DIR3 = re.compile(r"[A-Z][A-Z0-9]\d{7}")
_TOWN_HALL = "L01"


class UnusableCode(ValueError):
    """A text that cannot be such a code; one sentence says why."""


def tax_number(text: str) -> str:
    """A Spanish tax number in its plain form, as P0803300C. Raises UnusableCode.

    A number of an administration (P, Q or S in front) ends in a letter, that of other entities in a letter or a figure.
    """
    plain = re.sub(r"[\s.\-/]", "", text).upper().removeprefix("ES")
    try:
        checked = str(nif.validate(plain)) if len(plain) == 9 else ""
    except InvalidChecksum as error:
        raise UnusableCode(_wrong_control(text, plain)) from error
    except ValidationError:
        checked = ""
    if not checked:
        raise UnusableCode(f"“{text}” is not a tax number: it has nine characters, such as P0803300C for a town hall.")
    if checked[0] in _ADMINISTRATIONS and checked[-1].isdigit():
        raise UnusableCode(_wrong_control(text, plain))
    return checked


def _wrong_control(text: str, plain: str) -> str:
    if plain[0] not in _ADMINISTRATIONS:
        return f"“{text}” is not a tax number: its control, the last character, does not belong to the ones before it."
    control = str(cif.calc_check_digits(plain[:-1])[1])
    return f"“{text}” is not a tax number: its control, the last character, would have to be {control}."


def dir3_code(text: str, town_halls: frozenset[str]) -> str:
    """A DIR3 code in its plain form: nine characters, as L01080333. Raises UnusableCode.

    ``town_halls`` are the codes of all of them: of L01, the five figures of INE and their control, only those exist.
    """
    plain = re.sub(r"[\s.\-]", "", text).upper()
    if not _DIR3.fullmatch(plain):
        raise UnusableCode(
            f"“{text}” is not a DIR3 code: it has nine characters, a letter first and seven figures last, such as L01080333."
        )
    if plain.startswith(_TOWN_HALL) and plain not in town_halls:
        near = [code for code in town_halls if code[:-1] == plain[:-1]]
        if near:
            raise UnusableCode(
                f"“{text}” is not a DIR3 code: its control, the last figure, would have to be {near[0][-1]}."
            )
        raise UnusableCode(f"“{text}” is not a DIR3 code: no town hall has the figures {plain[3:8]}.")
    return plain
