"""What rules, adapters and actions say in English is told in the reader's language, every sentence of it."""

import ast
import re
from pathlib import Path

import pytest
from django.utils import translation

from shell.sentences import in_words, template_of

ROOT = Path(__file__).parents[3]
SAYING = {"Rejected", "UnableToRead", "BadRow", "ValueError", "UnusableSettings", "UnableToImport", "UnableToUndo"}
FOLDERS = ("callhub/pbx",)


def said():
    """Every sentence in the code that an error, or a row of the ledger, carries to a person: text, where."""
    for path in (one for folder in FOLDERS for one in (ROOT / folder).rglob("*.py") if "migrations" not in one.parts):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            if name in SAYING or name.startswith("UnableTo"):
                for argument in node.args:
                    text = _text(argument)
                    if re.search(r"[a-z]{3}", text) and " " in text:
                        yield text, f"{path.relative_to(ROOT)}:{node.lineno}"


def _text(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "7" for part in node.values)
    return ""


SAID = sorted(set(said()))


@pytest.mark.parametrize(("text", "where"), SAID, ids=[where for _, where in SAID])
def test_every_sentence_of_an_error_has_a_translation(text, where):
    template = template_of(text)
    assert template, f"{where} says “{text}”, which stands in no list of sentences"
    for language in ("es", "ca"):
        with translation.override(language):
            assert in_words(text) != text, f"{where}: “{text}” is not told in {language}"


def test_what_a_sentence_quotes_stays_and_a_sentence_inside_is_told_too():
    text = "None of the first 3 rows can be read: in line 7, the row holds NUL bytes."
    with translation.override("es"):
        assert in_words("“the x” is not a time") == "«the x» no es una hora"
        assert (
            in_words(text)
            == "No se puede leer ninguna de las primeras 3 filas: en la línea 7, la fila contiene bytes NUL."
        )


def test_what_is_no_known_sentence_stays_as_it_is():
    with translation.override("ca"):
        assert in_words("something else") == "something else"
        assert in_words("") == ""
