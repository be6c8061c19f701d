"""Every sentence that the code and the templates mark for translation stands, translated, in every catalogue."""

import ast
from functools import cache
from pathlib import Path

import polib
import pytest
from django.template.engine import Engine
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

ROOT = Path(__file__).parents[3]
FOLDERS = ("platform", "tenants", "callhub", "reporting", "billing")
MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
LANGUAGES = ("es", "ca")


def python_files():
    return [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts]


def template_files():
    return [
        path
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("templates/**/*.*")
        if path.suffix in {".html", ".txt"}
    ]


def _is_mark(node):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS and node.args


def marked_in_python(path):
    """Sentence and line of each call that marks one; the sentence is None when it is not a plain text."""
    for node in ast.walk(ast.parse(path.read_text())):
        if _is_mark(node):
            first = node.args[0]
            is_text = isinstance(first, ast.Constant) and isinstance(first.value, str)
            if is_text or isinstance(first, ast.JoinedStr | ast.BinOp):
                yield (first.value if is_text else None), node.lineno


def marked_in_template(path):
    template = Engine.get_default().from_string(path.read_text())
    for node in template.nodelist.get_nodes_by_type(TranslateNode):
        yield str(getattr(node.filter_expression.var, "literal", "") or "").replace("%", "%%")
    for node in template.nodelist.get_nodes_by_type(BlockTranslateNode):
        text, _names = node.render_token_list(node.singular)
        yield text


@cache
def catalogue(language):
    found = polib.pofile(str(ROOT / f"platform/shell/locale/{language}/LC_MESSAGES/django.po"))
    return {entry.msgid for entry in found if entry.translated() and not entry.obsolete}


def missing(texts):
    return [(language, text) for text in texts for language in LANGUAGES if text and text not in catalogue(language)]


def test_sentences_of_the_code_are_in_every_catalogue():
    found = [text for path in python_files() for text, _ in marked_in_python(path)]
    assert len(found) > 200
    assert missing(text for text in found if text) == []


def test_sentences_of_the_templates_are_in_every_catalogue():
    found = [text for path in template_files() for text in marked_in_template(path)]
    assert len(found) > 200
    assert missing(found) == []


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_sentence_is_built_where_the_collector_cannot_see_it(path):
    tree = ast.parse(path.read_text())
    hidden = [
        inner.lineno
        for outer in ast.walk(tree) if isinstance(outer, ast.JoinedStr)
        for inner in ast.walk(outer) if _is_mark(inner)
    ]  # fmt: skip
    assert hidden == [], "a sentence is marked inside an f-string"
    assert [line for text, line in marked_in_python(path) if text is None] == [], "a sentence is not one plain text"
