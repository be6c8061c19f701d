"""A table's columns are told by clicking: what becomes of the rows is shown first, and the import does just that."""

import io
from html import unescape
from pathlib import Path

import pytest
from fixtures.imports import fingerprint, imported, minutes_later, worked_on

from callhub.pbx import tasks
from callhub.pbx.actions import UnableToImport, take_in
from callhub.pbx.adapters import SourceFormat
from callhub.pbx.mapping_forms import initial_of
from callhub.pbx.models import Import, TableMapping
from callhub.pbx.previews import preview_of, words_of
from tenants.audit.models import AuditEntry
from tenants.isolation.context import inside
from tenants.people.rules import Role

COLUMNS = "line\tid\tdate\tvru_entry\tq_start\tq_time\toutcome\tser_start\tser_exit\tser_time\tserver\ttype"
ROWS = [
    "AA01\t1\t261123\t9:00:00\t9:00:05\t35\tAGENT\t9:00:40\t9:03:40\t180\tANNA\tPS",
    "AA01\t2\t261123\t23:59:50\t23:59:58\t4\tAGENT\t0:00:02\t0:01:02\t60\tPAU\tPS",
    "AA02\t3\t261124\t9:10:00\t9:10:04\t20\tHANG\t0:00:00\t0:00:00\t0\tNO_SERVER\tNW",
    "AA02\t4\t261124\t9:11:00\t0:00:00\t0\tPHANTOM\t0:00:00\t0:00:00\t0\tNO_SERVER\tNW",
]
BY_HAND = {
    "delimiter": "\t", "encoding": "utf-8", "date_format": "%y%m%d", "time_format": "%H:%M:%S", "empty_times": ["0:00:00"],
    "key": ["line", "id", "date"], "arrived": ["date", "vru_entry"], "queued": ["date", "q_start"],
    "answered": ["date", "ser_start"], "ended": ["date", "ser_exit"], "wait_seconds": "q_time", "talk_seconds": "ser_time",
    "queue": "type", "agent": "server",
    "outcome": {"column": "outcome", "values": {"AGENT": "ANSWERED", "HANG": "ABANDONED", "PHANTOM": "IGNORE"}},
}  # fmt: skip
CLICKED = {
    "date": "date", "arrived": "vru_entry", "queued": "q_start", "answered": "ser_start", "ended": "ser_exit",
    "date_format": "%y%m%d", "time_format": "%H:%M:%S", "empty_times": "0:00:00", "key": ["line", "id", "date"],
    "wait_seconds": "q_time", "talk_seconds": "ser_time", "queue": "type", "agent": "server", "outcome": "outcome",
    "words_of": "outcome", "word_0": "ANSWERED", "word_1": "ABANDONED", "word_2": "IGNORE",
}  # fmt: skip
FETCHED = {"X-Requested-With": "fetch", "accept-language": "en"}


@pytest.fixture
def pau(caldes, browse, person):
    return browse("caldes", person(caldes, Role.SUPERVISOR))


@pytest.fixture
def text():
    return "\n".join([COLUMNS, *ROWS]) + "\n"


def uploaded(client, text, name="calls.tsv"):
    """The address of the page that asks for the columns."""
    file = io.BytesIO(text.encode())
    file.name = name
    form = {"file": file, "format": "table", "pbx": "Centralita", "timezone": "Europe/Madrid"}
    done = client.post("/imports/upload/", form)
    assert done.status_code == 302, done.content.decode()
    return done["location"]


def asked_again(client, address, **changes):
    return client.post(address, {**CLICKED, "show": "1", **changes}, headers=FETCHED)


def test_the_page_begins_with_a_good_guess_and_shows_its_calls(pau, text):
    page = pau.get(uploaded(pau, text), headers={"accept-language": "en"}).content.decode()
    assert "Of the first 4 rows: 3 calls, 0 left out, 1 that cannot be read." in page
    assert "the outcome “PHANTOM” is not in the mapping" in page
    assert all(moment in page for moment in ("09:00:00", "23:59:50", "09:10:00"))


def test_each_choice_shows_at_once_what_becomes_of_the_rows_and_stores_nothing(pau, caldes, text):
    address = uploaded(pau, text)
    shown = asked_again(pau, address).content.decode()
    assert "Of the first 4 rows: 3 calls, 1 left out, 0 that cannot be read." in shown
    assert "<html" not in shown
    wrong = asked_again(pau, address, date_format="%Y-%m-%d").content.decode()
    assert "“261123” is not a date like %Y-%m-%d" in wrong
    with inside(caldes):
        assert Import.objects.get().mapping is None


def test_clicking_imports_what_the_same_mapping_by_hand_imports(pau, caldes, arrecife, text, tmp_path):
    path = tmp_path / "calls.tsv"
    path.write_text(text)
    done = pau.post(uploaded(pau, text), CLICKED)
    assert done.status_code == 302
    with inside(caldes):
        batch = take_in(batch=Import.objects.get())
        kept = {name: value for name, value in batch.mapping.items() if name != "columns"}
    assert kept == BY_HAND
    assert (batch.rows, batch.used, batch.ignored) == (4, 3, {"outcome_ignored_by_mapping": 1})
    imported(arrecife, path, SourceFormat.TABLE, mapping=dict(BY_HAND))
    assert fingerprint(caldes) == fingerprint(arrecife)


def test_words_without_a_meaning_are_asked_for_and_nothing_is_imported(pau, caldes, text):
    address = uploaded(pau, text)
    assert pau.post(address, {**CLICKED, "word_2": ""}).status_code == 422
    other = pau.post(address, {**CLICKED, "outcome": "server"}, headers={"accept-language": "en"})
    assert other.status_code in (200, 422)
    assert "NO_SERVER" in other.content.decode()
    with inside(caldes):
        assert Import.objects.get().mapping is None


def test_what_is_missing_is_named_in_the_summary(pau, text):
    asked = {**CLICKED, "word_2": "", "arrived": ""}
    page = pau.post(uploaded(pau, text), asked, headers={"accept-language": "en"}).content.decode()
    summary = page[page.index('class="summary"') : page.index("</ul>", page.index('class="summary"'))]
    assert '<a href="#id_arrived">Arrival of the call: This field is required.</a>' in summary
    assert '<a href="#id_word_2">PHANTOM: Say what this word means, or that its rows are left out.</a>' in summary


def test_a_kept_mapping_fills_the_page_of_the_next_file(pau, caldes, text):
    pau.post(uploaded(pau, text), {**CLICKED, "save_as": "The old centre"})
    with inside(caldes):
        assert TableMapping.objects.get().mapping == BY_HAND
    address = uploaded(pau, text.replace("261124", "261125"), "next.tsv")
    page = pau.get(f"{address}?saved=The old centre", headers={"accept-language": "en"}).content.decode()
    assert "Of the first 4 rows: 3 calls, 1 left out, 0 that cannot be read." in page


def test_a_mapping_cannot_be_chosen_twice_nor_from_another_town(pau, arrecife, browse, person, text):
    address = uploaded(pau, text)
    stranger = browse("arrecife", person(arrecife, Role.SUPERVISOR))
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, CLICKED).status_code == 404
    assert pau.post(address, CLICKED).status_code == 302
    assert pau.post(address, CLICKED).status_code == 404


def test_who_may_only_read_cannot_choose(caldes, browse, person, pau, text):
    address = uploaded(pau, text)
    officer = browse("caldes", person(caldes, Role.DATA_PROTECTION_OFFICER))
    assert officer.post(address, CLICKED).status_code == 403


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        ("fecha;hora;cola;estado", "31/12/2026;17:05;OAC;Atendida", {"date": "fecha", "arrived": "hora", "queue": "cola",
                                                                  "date_format": "%d/%m/%Y", "time_format": "%H:%M"}),
        ("inicio,origen,resultado", "2026-12-31 17:05:09,600000001,ok", {"arrived": "inicio", "caller": "origen",
                                                                      "date_format": "%Y-%m-%d", "time_format": "%H:%M:%S"}),
        ("Data\tHora\tAgent", "31.12.26\t17.05.09\tAnna", {"date": "Data", "arrived": "Hora", "agent": "Agent"}),
    ],
)  # fmt: skip
def test_columns_and_forms_are_guessed_from_names_and_examples(tmp_path, header, row, expected):
    path = tmp_path / "calls.csv"
    path.write_text(f"{header}\n{row}\n")
    initial = initial_of(preview_of(path), None)
    assert {name: initial.get(name) for name in expected} == expected


def test_a_column_of_a_thousand_names_is_no_column_of_outcomes(tmp_path):
    path = tmp_path / "calls.csv"
    path.write_text("id,word\n" + "".join(f"{n},w{n}\n" for n in range(1000)))
    assert words_of(path, preview_of(path), "word") == []
    assert words_of(path, preview_of(path), "missing") == []


def test_the_sweep_leaves_a_table_alone_until_its_columns_are_told(pau, caldes, text, monkeypatch):
    address, asked = uploaded(pau, text), []
    monkeypatch.setattr(tasks, "_ask_once", lambda task, lock, **arguments: asked.append(arguments["import_id"]))
    with inside(caldes):
        batch = Import.objects.get()
    minutes_later(caldes, batch)
    tasks.sweep_imports(0)
    assert asked == []
    worked_on(caldes, batch)
    assert pau.get(address).status_code == 200
    pau.post(address, CLICKED)
    tasks.sweep_imports(0)
    assert asked == [batch.pk]


def test_an_uploaded_file_is_removed_once_it_is_in_or_was_discarded(pau, caldes, text):
    pau.post(uploaded(pau, text), CLICKED)
    address = uploaded(pau, text, "again.tsv")
    with inside(caldes):
        second, first = Import.objects.order_by("-id")
        assert Path(first.stored_at).exists() and Path(second.stored_at).exists()
        take_in(batch=first)
    assert not Path(first.stored_at).exists()
    assert pau.post(address.replace("mapping", "undo"), {"reason": "not ours"}).status_code == 302
    assert not Path(second.stored_at).exists()
    assert pau.get(address).status_code == 404
    with inside(caldes):
        assert AuditEntry.objects.filter(verb="discard_upload", reason="not ours").exists()


def test_a_file_named_on_the_command_line_stays(caldes, text, tmp_path):
    path = tmp_path / "calls.tsv"
    path.write_text(text)
    imported(caldes, path, SourceFormat.TABLE, mapping=dict(BY_HAND))
    assert path.exists()


def test_rows_with_citizens_numbers_are_read_by_who_may_see_numbers_only(caldes, browse, person, pau, tmp_path):
    path = tmp_path / "queue_log"
    path.write_text("1795453859|1795453859.5|oac|NONE|ENTERQUEUE||612345678|1\n1795453860|x|oac\n612345678|bad\n")
    batch = imported(caldes, path, SourceFormat.QUEUE_LOG)
    officer = browse("caldes", person(caldes, Role.DATA_PROTECTION_OFFICER))
    for where in (f"/imports/{batch.uuid}/?line=1", f"/imports/{batch.uuid}/rejected.csv"):
        assert "612345678" in pau.get(where).content.decode()
        assert "612345678" not in officer.get(where).content.decode()


@pytest.mark.parametrize("number", ["34612345678", "+34 612 34 56 78", "93-123.45.67"])
def test_reasons_quote_no_citizens_number_to_who_may_not_see_them(caldes, browse, person, pau, tmp_path, number):
    path = tmp_path / "calls.csv"
    path.write_text(f"start,who\n{number},x\n2026-11-23 10:00:00,x\n")
    batch = imported(caldes, path, SourceFormat.TABLE, mapping={"arrived": ["start"]})
    path.write_text(f"{number};Maria\n" * 3)
    with pytest.raises(UnableToImport):
        imported(caldes, path, SourceFormat.CDR)
    with inside(caldes):
        failed = Import.objects.order_by("id").last()
    officer = browse("caldes", person(caldes, Role.DATA_PROTECTION_OFFICER))
    for one in (batch, failed):
        seen = unescape(officer.get(f"/imports/{one.uuid}/?line=2").content.decode())
        assert number in unescape(pau.get(f"/imports/{one.uuid}/?line=2").content.decode())
        assert number not in seen
        assert "Maria" not in seen
    assert number in pau.get(f"/imports/{batch.uuid}/rejected.csv").content.decode()
    told = officer.get(f"/imports/{batch.uuid}/rejected.csv", headers={"accept-language": "en"}).content.decode()
    assert number not in told
    assert "is not a moment like" in told


@pytest.mark.parametrize("line", ["²", "9" * 5_000, "-1", "x"])
def test_a_line_that_is_no_number_is_no_error(pau, caldes, tmp_path, line):
    path = tmp_path / "queue_log"
    path.write_text("1795453859|1795453859.5|oac|NONE|ENTERQUEUE||612345678|1\n")
    batch = imported(caldes, path, SourceFormat.QUEUE_LOG)
    assert pau.get(f"/imports/{batch.uuid}/", {"line": line}).status_code == 200


def test_the_officer_is_offered_no_button_that_would_be_refused(caldes, browse, person, pau, tmp_path):
    path = tmp_path / "queue_log"
    path.write_text("1795453859|1795453859.5|oac|NONE|ENTERQUEUE||612345678|1\n")
    batch = imported(caldes, path, SourceFormat.QUEUE_LOG)
    officer = browse("caldes", person(caldes, Role.DATA_PROTECTION_OFFICER))
    for where in ("/imports/", f"/imports/{batch.uuid}/"):
        assert any(part in pau.get(where).content.decode() for part in ("/upload/", "/undo/"))
        page = officer.get(where).content.decode()
        assert not any(part in page for part in ("/upload/", "/undo/", "/switchboards/"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("calls.csv", b"id,at,result\r1,2026-03-02 10:00:00,ok\r2,2026-03-02 10:01:00,ok\r"),
        ("calls.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20),
        ("calls.xlsx", b"PK\x03\x04 and no more"),
        ("calls.csv", b'id,at\n1,"never closed\n2,x\n'),
        ("calls.csv", b"\0" * 5_000),
        ("calls.csv", b""),
        ("calls.csv", b"a," * 400_000 + b"\n1,2\n"),
        ("calls.csv", b"\n" * 20_000_000),
    ],
)
def test_a_file_that_is_no_table_gets_a_sentence_on_the_page_of_its_columns(pau, caldes, name, content):
    file = io.BytesIO(content)
    file.name = name
    form = {"file": file, "format": "table", "pbx": "Centralita", "timezone": "Europe/Madrid"}
    done = pau.post("/imports/upload/", form)
    assert done.status_code in (302, 422)
    if done.status_code == 302:
        assert pau.get(done["location"]).status_code == 200
