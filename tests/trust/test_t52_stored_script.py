"""T52: forty ways to write a script into a name are words on every page that shows them; every answer forbids inline script."""

from collections import Counter
from html.parser import HTMLParser
from io import BytesIO

import pytest
from django.conf import settings as configured
from django.test import Client
from django.utils import timezone
from factories import CallFactory, DerivationFactory, InvitationFactory, VisitFactory
from trust.addresses import paths

from callhub.calls.models import Leg
from callhub.departments.models import Department, Extension
from callhub.lines.models import Agent, Line, Queue
from callhub.pbx.models import Import, Pbx, RefusedRow, TableMapping
from reporting.kpi.actions import compute_changed, mark_changed
from tenants.audit.models import AuditEntry
from tenants.isolation.context import inside
from tenants.people.models import Invitation, User
from tenants.people.rules import Role

PAYLOADS = (
    "<script>alert(1)</script>", "<ScRiPt>alert(1)</sCrIpT>", "<script src=//evil.example>", "</script><script>alert(1)//",
    "<img src=x onerror=alert(1)>", "<img/src/onerror=alert(1)>", "<svg onload=alert(1)>", "<svg><script>alert(1)",
    "<svg><animate onbegin=alert(1)>", "<iframe srcdoc='<script>alert(1)'>", "<iframe src=javascript:alert(1)>",
    "<body onload=alert(1)>", "<details open ontoggle=alert(1)>", "<a href=javascript:alert(1)>x</a>", "javascript:alert(1)",
    '"><script>alert(1)</script>', "'><script>alert(1)</script>", '" onmouseover="alert(1)', "' onmouseover='alert(1)",
    '" autofocus onfocus=alert(1) x="', "' autofocus onfocus=alert(1) x='", "` onmouseover=alert(1)", '"/onclick="alert(1)',
    "</title><script>alert(1)</script>", "</textarea><script>alert(1)</script>", "</style><script>alert(1)</script>",
    "</option></select><img src=x>", "</svg><img src=x onerror=alert(1)>", "--><script>alert(1)</script>", "]]><script>alert(1)",
    "{{ request.user.password }}", "{% debug %}", "${alert(1)}", "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;",
    "<math><mtext></p><img src=x>", "\u202e<script>alert(1)", "＜script＞alert(1)", "<base href=//evil.example>",
    "<form action=//evil.example><button>",
)  # fmt: skip
assert len(set(PAYLOADS)) == 40
HARMLESS = tuple(f"Word number {n}" for n in range(40))
NOON = CallFactory._meta.declarations["started_at"]


class Elements(HTMLParser):
    """Elements of a page with the names of their attributes, counted; addresses that would run something."""

    def __init__(self, page):
        super().__init__()
        self.found, self.running = Counter(), []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found[tag, tuple(sorted(name for name, _value in attrs))] += 1
        self.running += [name for name, _value in attrs if name.startswith("on")]
        addresses = [
            value or ""
            for name, value in attrs
            if name in {"href", "src", "action", "formaction", "data", "xlink:href"}
        ]
        self.running += [
            one for one in addresses if ":" in one and not one.startswith(("http", "/", "?", "mailto:", "tel:", "#"))
        ]

    handle_startendtag = handle_starttag


def store(town, words, folder):
    """Rows of everything that shows a name, each with one of ``words``, replacing those before; the pages that show them."""
    table = folder / "table.csv"
    table.write_text("\n".join([",".join(f'"{w.replace(chr(34), chr(34) * 2)}"' for w in words[:20])] * 3) + "\n")
    with inside(town):
        pbx, _made = Pbx.objects.get_or_create(name="first")
        Pbx.objects.filter(pk=pbx.pk).update(name=words[0], chosen={"trunk_peers": list(words)})
        someone = {}
        for n, word in enumerate(words):
            department = Department(
                pk=100 + n, name=word, search_key=f"{n:03}", description=word, email="a@example.org"
            )
            department.save()
            Extension(pk=100 + n, number=str(300 + n), person=word, department=department, search_key=f"{n:03}").save()
            Queue(pk=100 + n, name=f"{word[:60]} {n:03}", label=word).save()
            Agent(pk=100 + n, name=f"{word[:60]} {n:03}", label=word).save()
            Line(pk=100 + n, number=f"{n:03}{word[:17]}"[:20], name=word).save()
            User(pk=1_000_000 + n, email=f"p{n:03}@example.org", name=word, role=Role.DEPARTMENT_CONTACT.value).save()
            batch = {"pbx": pbx, "format": "asterisk-cel", "file_name": word, "file_size": 1, "timezone": "Europe/Madrid",
                     "state": "FAILED", "error": word, "requested_by": word, "stored_at": str(table)}  # fmt: skip
            Import(pk=100 + n, uuid=_uuid(n), requested_at=timezone.now(), **batch).save()
            Import.objects.filter(pk=100 + n).update(requested_at=timezone.now())
            call = CallFactory(
                id=_uuid(n), pbx_id=pbx.pk, key=word, caller=word, line=word, agent=word, outcome_reason=word,
            )  # fmt: skip
            VisitFactory(call=call, queue=word, agent=word, exit_reason=word)
            Leg.objects.create(call=call, party=word, started_at=call.started_at, talk_seconds=9.0)
            DerivationFactory(call=call, target=word, by_agent=word, reason=word)
            InvitationFactory(uuid=_uuid(n), email=f"n{n}@example.org", name=word, invited_by=word)
            TableMapping.objects.create(name=word[:100], mapping={"arrived": [words[0]]})
            AuditEntry.objects.create(
                actor_kind="PERSON",
                actor_name=word,
                verb="change_person",
                subject=word,
                reason=word,
                origin=word,
                details={},
            )
            someone[n] = call
        Import.objects.create(
            pk=99, uuid=_uuid(99), pbx=pbx, format="table", file_name=words[1], file_size=1, stored_at=str(table),
            timezone="Europe/Madrid", requested_by=words[1],
        )  # fmt: skip
        mark_changed({call.started_at for call in someone.values()})
        compute_changed()
        return pbx.uuid


def _uuid(n):
    return f"00000000-0000-4000-8000-{n:012}"


@pytest.fixture
def anna(anna):
    anna.get("/account/sessions/")  # the notice of the sign-in is shown once
    return anna


MODELS = (AuditEntry, TableMapping, Invitation, Line, Agent, Queue, Extension, Department, Import, User)


def shown(anna, town, words, folder):
    """Every page that shows one of ``words``, by path; rows are stored under the same keys each time."""
    store(town, words, folder)
    with inside(town):
        pbx = Pbx.objects.get()
    lists = ["/", "/figures/", "/calls/", "/calls/?page=2", "/departments/", "/departments/extensions/", "/lines/", "/lines/agents/",
             "/lines/numbers/", "/imports/", "/imports/?page=2", "/people/", "/people/?page=2", "/audit/", "/audit/?page=2",
             "/departments/100/contacts/", "/departments/start/", f"/switchboards/{pbx.uuid}/", f"/imports/{_uuid(99)}/mapping/",
             "/imports/upload/", "/my-department/", "/figures/wait_median/"]  # fmt: skip
    each = [
        path
        for n in range(len(words))
        for path in (
            f"/calls/{_uuid(n)}/", f"/departments/{100 + n}/", f"/departments/extensions/{100 + n}/", f"/lines/queues/{100 + n}/",
            f"/lines/agents/{100 + n}/", f"/lines/numbers/{100 + n}/", f"/people/{1_000_000 + n}/", f"/imports/{_uuid(n)}/",
            f"/my-department/?department={100 + n}", f"/imports/{_uuid(n)}/undo/",
        )
    ]  # fmt: skip
    found = {}
    for path in (*lists, *each):
        response = anna.get(path)
        if response.status_code == 200:
            found[path.replace(str(pbx.uuid), "PBX")] = response.content.decode()
    return found


def test_forty_scripts_in_every_name_are_words_on_every_page(
    anna, caldes, arrecife, browse, person, settings, tmp_path
):
    """Arrecife holds the same rows with harmless words: its pages have the same elements."""
    ines = browse("arrecife", person(arrecife, Role.ADMINISTRATOR, "anna@example.org"))
    ines.get("/account/sessions/")
    pages = shown(anna, caldes, PAYLOADS, tmp_path)
    harmless = shown(ines, arrecife, HARMLESS, tmp_path)
    assert pages.keys() == harmless.keys()
    assert len(pages) > 40 * 8, sorted(pages)
    assert {
        f"/imports/{_uuid(99)}/mapping/",
        "/switchboards/PBX/",
        "/my-department/",
        "/",
        "/audit/?page=2",
    } <= pages.keys()
    seen = Counter()
    for path, page in pages.items():
        one, other = Elements(page), Elements(harmless[path])
        assert one.found == other.found, (path, one.found - other.found, other.found - one.found)
        assert one.running == [], (path, one.running)
        assert "<script>" not in page.lower() and "<svg onload" not in page.lower(), path
        seen.update(text for text in ("&lt;script&gt;", "onerror=alert", "&#x27;", "&quot;") if text in page)
    assert min(seen.values()) > 40 and len(seen) == 4, f"the words are shown, as words: {seen}"


def test_scripts_in_a_file_and_its_name_are_words_in_preview_ledger_and_errors(anna, caldes):
    for n, (word, plain) in enumerate(zip(PAYLOADS, HARMLESS, strict=True)):
        elements = []
        for text in (word, plain):
            cell = text.replace('"', '""')
            sheet = BytesIO(
                f'departamento,extensión,persona\n"{cell}",4{n:02},"{cell}"\n"{cell}",x,"{cell}"\n'.encode()
            )
            sheet.name = f"{text.replace('/', ' ')}.csv"
            preview = anna.post("/departments/spreadsheet/", {"file": sheet})
            file = BytesIO(f"{text}\n{text}|{text}\n".encode())
            file.name = sheet.name
            form = {"file": file, "format": "asterisk-queue-log", "pbx": text, "timezone": text}
            refused = anna.post("/imports/upload/", form)
            assert (preview.status_code, refused.status_code) == (200, 422)
            invited = anna.post("/people/invite/", {"email": text, "name": text, "role": text})
            searched = anna.get("/departments/", {"text": text})
            pages = [one.content.decode() for one in (preview, refused, invited, searched)]
            elements.append([Elements(page) for page in pages])
            assert not [one.running for one in elements[-1] if one.running], text
        for one, other in zip(*elements, strict=True):
            assert one.found == other.found, (word, one.found - other.found, other.found - one.found)


def test_a_rejected_line_with_a_script_is_words_in_the_ledger(anna, caldes):
    with inside(caldes):
        pbx = Pbx.objects.create(name="x")
        batch = Import.objects.create(
            pbx=pbx,
            format="asterisk-cel",
            file_name="f",
            file_size=1,
            timezone="Europe/Madrid",
            state="DONE",
            requested_by="x",
        )
        for n, word in enumerate(PAYLOADS):
            RefusedRow.objects.create(batch=batch, line=n, reason=f"“{word}” is not a time", excerpt=word)
    page = anna.get(f"/imports/{batch.uuid}/").content.decode()
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 10
    assert Elements(page).running == []
    for n in range(len(PAYLOADS)):
        one = Elements(anna.get(f"/imports/{batch.uuid}/", {"line": n}).content.decode())
        assert one.running == []
        assert not [tag for tag, _names in one.found if tag in {"iframe", "base", "math", "details"}]
        assert all("src" in names for tag, names in one.found if tag == "script")


def answers_of_every_kind(anna, browse, outsider):
    """Pages, files and errors of every host, by what they are."""
    strict = Client(headers={"host": "caldes.localhost"}, enforce_csrf_checks=True)
    ids = dict.fromkeys(("calls", "pbx", "surveys", "people:withdraw"), _uuid(1)) | dict.fromkeys(
        ("departments", "timetables", "payments", "people", "lines"), 1
    )
    for name, path in paths(configured.TENANT_URLCONF, ids).items():
        yield f"caldes {name}", anna.get(path)
        if name != "account_logout":
            yield f"caldes {name} posted", anna.post(path)
        yield f"caldes {name} by a stranger", browse("caldes").get(path)
    for name, path in paths(configured.PUBLIC_URLCONF, {}).items():
        yield f"public {name}", browse("").get(path)
    for name, path in paths(configured.STAFF_URLCONF, ids).items():
        yield f"console {name}", browse("consola").get(path)
    yield "403 csrf", strict.post("/account/login/", {})
    yield "404", anna.get("/nowhere/")
    yield "404 of the public site", browse("").get("/nowhere/")
    yield "404 of the console", browse("consola").get("/nowhere/")
    yield "unknown host", browse("enlloc").get("/")
    yield "no host", Client(headers={"host": "[::1]"}).get("/")
    yield "too large", anna.post("/departments/add/", {"name": "x" * 6_000_000})
    yield "too many fields", anna.post("/departments/add/", {f"f{n}": "x" for n in range(2_000)})
    yield "static file", browse("").get("/static/shell/shell.js")
    yield "no static file", browse("").get("/static/none.js")


def test_every_answer_forbids_inline_script(anna, browse, outsider, caldes, monkeypatch):
    anna.raise_request_exception = False
    statuses = set()

    def check(what, response):
        policy = response.headers.get("Content-Security-Policy", "")
        assert "default-src 'self'" in policy, what
        framed_by = "*" if what.endswith("public:embed") else "'none'"  # the one page that is made to be framed
        assert f"frame-ancestors {framed_by};" in f"{policy};" and "base-uri 'none'" in policy, what
        assert "unsafe" not in policy and "script-src" not in policy, what
        assert response.headers["X-Content-Type-Options"] == "nosniff", what
        statuses.add(response.status_code)

    for what, response in answers_of_every_kind(anna, browse, outsider):
        if "static file" not in what:
            check(what, response)

    def fails(*args, **kwargs):
        raise RuntimeError("forced")

    monkeypatch.setattr("callhub.calls.views.calls_matching", fails)
    check("500", anna.get("/calls/"))
    monkeypatch.setattr(type(caldes), "is_open", False)
    check("closing", browse("caldes").get("/"))
    assert {200, 302, 400, 403, 404, 410, 413, 422, 500} <= statuses, statuses
