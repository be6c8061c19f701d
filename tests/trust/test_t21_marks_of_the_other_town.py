"""T20 and T21: every row of Arrecife carries a mark; nothing that Caldes is answered, and no line of the log, has it.

Arrecife's own people work in the same process in between, so that anything left over from a request would show.
"""

import io
import json
import logging
import re
import zipfile
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin

import pytest
import structlog
from django.conf import settings as configured
from support import owner_connection
from trust.addresses import paths
from trust.marked_town import WITHOUT_WORDS, fill, ids_of, marked_tables

from tenants.people.rules import Role

THEIRS, THEIR_DIGITS = "zqarrecife", "77345"
OURS, OUR_DIGITS = "zqcaldes", "77112"
MOST_PAGES = 400


class Links(HTMLParser):
    """Where the links and the forms with GET of a page lead."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "a" and told.get("href"):
            self.found.append(told["href"])


@pytest.fixture
def logged():
    """Everything the product writes to its log, as it writes it."""
    root, written = logging.getLogger(), io.StringIO()
    ours = next(one for one in root.handlers if isinstance(one.formatter, structlog.stdlib.ProcessorFormatter))
    handler = logging.StreamHandler(written)
    handler.setFormatter(ours.formatter)
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


@pytest.fixture
def towns_full_of_marks(caldes, arrecife, tmp_path):
    return {
        "caldes": fill(caldes, OURS, OUR_DIGITS, tmp_path),
        "arrecife": fill(arrecife, THEIRS, THEIR_DIGITS, tmp_path),
    }


@pytest.fixture
def browsers(caldes, arrecife, browse, person, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    found = {}
    for slug, town in (("caldes", caldes), ("arrecife", arrecife)):
        found[slug] = browse(slug, person(town, Role.ADMINISTRATOR, f"cap-{slug}@example.org"))
        found[slug].raise_request_exception = False
    return found


def text_of(response):
    """Headers and body, a spreadsheet unpacked."""
    body = response.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"".join(book.read(name) for name in book.namelist())
    return f"{response.headers}{response.cookies}" + body.decode("utf-8", "replace")


def is_theirs(text):
    return [mark for mark in (THEIRS, THEIR_DIGITS, "Arrecife", "arrecife.localhost") if mark in text]


def test_every_table_of_both_towns_has_a_mark(towns_full_of_marks, caldes, arrecife):
    """The guard of the tests below: a new table without a mark fails here."""
    with owner_connection() as owner:
        for town, mark in ((caldes, OURS), (arrecife, THEIRS)):
            told = marked_tables(town, mark, owner)
            # A session's data are packed; who it belongs to is in its own table.
            without = {name for name, is_marked in told.items() if not is_marked} - {"django_session"}
            assert without - {"account_emailconfirmation"} == WITHOUT_WORDS


def test_no_page_file_or_log_line_of_caldes_has_a_mark_of_arrecife(towns_full_of_marks, browsers, logged, person):
    ours, theirs = browsers["caldes"], browsers["arrecife"]
    made = {slug: paths(configured.TENANT_URLCONF, ids_of(one)) for slug, one in towns_full_of_marks.items()}
    waiting = [*made["caldes"].values(), f"/imports/{towns_full_of_marks['caldes'].table}/mapping/"]
    waiting += [f"{path}?format={form}" for path in waiting for form in ("csv", "xlsx") if path.count("/") < 4]
    seen, own_marks, kinds = set(), set(), set()
    of_theirs = iter(made["arrecife"].values())
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop(0)
        if path in seen or path.startswith("/account/logout"):
            continue
        seen.add(path)
        if len(seen) % 3 == 0 and (their_path := next(of_theirs, None)):
            theirs.get(their_path)
        response = ours.get(path)
        text = text_of(response)
        assert not is_theirs(text), (path, is_theirs(text))
        own_marks |= set(re.findall(rf"{OURS}-[\w-]+", text))
        kinds.add((response.status_code, response["Content-Type"].partition(";")[0]))
        if response.get("Location"):
            waiting.append(urldefrag(urljoin(path, response["Location"]))[0])
        if response["Content-Type"].startswith("text/html"):
            links = (urldefrag(urljoin(path, one))[0] for one in Links(response.content.decode()).found)
            waiting += [one for one in links if one.startswith("/")]
    assert len(seen) > 100
    # The same pages show Caldes its own rows: the crawl reaches what there is.
    for word in "queue agent-label line department person subject why mapping queue_log new switchboard user".split():
        assert any(one.startswith(f"{OURS}-{word}") for one in own_marks), (word, sorted(own_marks))
    assert (200, "text/csv") in kinds
    assert not is_theirs(_of(logged, "caldes")), "a line of the log"


def _of(logged, slug):
    """The lines of the log that were written for this town's requests or for none."""
    from tenants.directory.queries import municipality_with_slug

    other = municipality_with_slug("arrecife" if slug == "caldes" else "caldes").schema_name
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    assert lines
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in lines if one.get("schema") != other)


# What a page asks while it is made, as dotted names: each is made to fail, with the pages that ask it.
BROKEN = {
    "callhub.calls.views.calls_matching": "/calls/",
    "callhub.calls.views.names_in_use": "/calls/?outcome=ANSWERED",
    "callhub.departments.views.departments.departments_matching": "/departments/",
    "callhub.departments.views.extensions.extensions_matching": "/departments/extensions/",
    "callhub.pbx.queries.imports_latest_first": "/imports/",
    "reporting.dashboard.views.dashboard.board": "/",
    "reporting.dashboard.views.figures.fill": "/figures/",
    "tenants.audit.views.entries": "/audit/",
    "tenants.people.views.people.render": "/people/",
}


NOWHERE = (
    "/figures/none/", "/charts/none.csv", "/my-department/none.csv", "/?until=never", "/?month=13", "/?starts=x&ends=y",
    "/calls/?behind=none", "/calls/?behind=inbound&part=none", "/lines/none/", "/lines/queues/999999/", "/nowhere/",
    "/people/accept/none/", "/departments/999999/", "/calls/none/", "/imports/none/", "/figures/?starts=2026-13-01",
    "/kit/", "/readyz/none", "/departments/999999/change/", "/people/999999/", "/switchboards/none/",
)  # fmt: skip


def test_no_error_page_of_caldes_has_a_mark_of_arrecife(towns_full_of_marks, browsers, logged, monkeypatch):
    ours, theirs = browsers["caldes"], browsers["arrecife"]
    made = {slug: paths(configured.TENANT_URLCONF, ids_of(one)) for slug, one in towns_full_of_marks.items()}
    plain = {name for name, path in made["caldes"].items() if path == made["arrecife"].get(name)}
    statuses = []

    def answered(response):
        text = text_of(response)
        assert not is_theirs(text), (response.request["PATH_INFO"], is_theirs(text))
        statuses.append(response.status_code)

    for name, path in made["arrecife"].items():  # 404 and 405: what is not here
        if name not in plain:
            theirs.get(path)
            answered(ours.get(path))
            answered(ours.post(path))
    for name in ("departments:change", "departments:extension", "lines:one", "people:person", "pbx:switchboard"):
        theirs.post(made["arrecife"][name], {"name": THEIRS})
        answered(
            ours.post(made["caldes"][name], {"name": "", "role": "x", "reason": "", "number": "?", "department": "x"})
        )
    for name in (
        "departments:add",
        "people:invite",
        "pbx:upload",
        "lines:add",
        "departments:spreadsheet",
        "departments:confirm",
    ):
        answered(ours.post(made["caldes"][name], {"email": "no address", "rows": "no rows", "file": "no file"}))
    for path in (*NOWHERE, f"/my-department/?department={towns_full_of_marks['arrecife'].department}99"):
        answered(ours.get(path))
    for dotted, path in BROKEN.items():

        def fails(*args, **kwargs):
            raise RuntimeError("forced")

        theirs.get(path)
        with monkeypatch.context() as broken:
            broken.setattr(dotted, fails)
            answered(ours.get(path))
        assert statuses[-1] == 500, path
    assert len([one for one in statuses if one >= 400]) >= 50, statuses
    assert {404, 422, 500} <= set(statuses)
    assert not is_theirs(_of(logged, "caldes"))
    assert "forced" in logged.getvalue()
