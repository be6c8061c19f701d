"""Months published for good: signed, never changed, corrected by editions, whole or not at all."""

import itertools
import json
from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, connection
from support import manage, owner_connection

from callhub.pbx.models import Import
from reporting.public import actions
from reporting.public.actions import publish, publish_closed_months
from reporting.public.models import Publication, PublicCount
from reporting.public.rules import Tally, as_told, may_be_published
from reporting.public.signing import (
    UnusableKey,
    canonical,
    fresh_key,
    public_keys,
    public_pem,
    signature,
    signing_key,
    vouches,
)
from reporting.public.tasks import publish_months
from tenants.audit.models import AuditEntry
from tenants.isolation.context import CONSOLE, PUBLIC_SITE, inside

MAY = ("2026-05-04 10:00", 40, 10)


def stored():
    """Every edition there is: month, edition, calls told."""
    with owner_connection() as owner:
        found = owner.execute("SELECT month, edition, payload FROM public.public_publication ORDER BY id").fetchall()
    return [(f"{month:%Y-%m}", edition, json.loads(text)["figures"]["calls"]) for month, edition, text in found]


def verified(settings, *arguments):
    done = manage(
        "verify_publication", *arguments, check=False,
        SCT_PUBLICATION_PUBLIC_KEYS_FILE=str(settings.PUBLICATION_PUBLIC_KEYS_FILE),
    )  # fmt: skip
    return done.returncode, (done.stdout + done.stderr).strip()


def tally(answered, rest):
    return Tally({"ANSWERED": answered, "ABANDONED": rest})


@pytest.mark.parametrize(
    ("before", "today", "said"),
    [
        ((40, 10), (40, 10), (40, 10)),
        ((40, 10), (41, 10), (40, 10)),
        ((40, 10), (44, 10), (40, 10)),
        ((40, 10), (45, 10), (45, 10)),
        ((40, 10), (43, 13), (40, 10)),  # six calls, and three of each part
        ((40, 10), (45, 15), (45, 15)),
        ((40, 10), (36, 10), (40, 10)),
        ((40, 10), (35, 10), (35, 10)),
        ((40, 10), (45, 5), (45, 5)),  # as many calls, five of them answered after all
        ((40, 10), (42, 8), (40, 10)),
    ],
)
def test_what_was_said_of_a_month_stays_while_the_difference_is_of_few_calls(before, today, said):
    assert as_told({"2026-05": tally(*today)}, {"2026-05": tally(*before)}) == {"2026-05": tally(*said)}


def test_a_month_whose_calls_were_taken_back_says_none():
    assert as_told({}, {"2026-05": tally(40, 10)})["2026-05"].calls == 0


@pytest.mark.parametrize(
    ("today", "is_due"),
    [("2026-05-31", False), ("2026-06-01", False), ("2026-06-03", False), ("2026-06-04", True), ("2027-01-01", True)],
)
def test_a_month_is_published_on_the_fourth_day_after_its_end(today, is_due):
    assert may_be_published(date(2026, 5, 1), date.fromisoformat(today)) is is_due


def test_a_month_is_published_once_with_its_line_in_the_audit_record(caldes, calls, keys):
    calls(caldes, MAY, ("2026-06-04 10:00", 60, 12))
    assert stored() == [("2026-05", 1, 50), ("2026-06", 1, 72)]
    with inside(caldes):
        assert publish() > 0
        lines = AuditEntry.objects.filter(verb="publish_month").order_by("id")
        assert [(line.subject, line.details["edition"]) for line in lines] == [("2026-05", 1), ("2026-06", 1)]
    assert len(stored()) == 2


def test_without_the_key_counts_are_published_and_no_month(caldes, calls, words):
    calls(caldes, MAY)
    assert stored() == []
    assert "50 calls" in words("/towns/caldes/").replace("of 50 calls", "50 calls")


def test_a_key_that_cannot_be_read_publishes_no_month_and_the_counts_all_the_same(caldes, calls, keys, settings):
    settings.PUBLICATION_KEY_FILE.write_text("no key")
    calls(caldes, MAY)
    assert stored() == []
    with owner_connection() as owner:
        assert owner.execute("SELECT count(*) FROM public.public_publiccount").fetchone()[0] > 0


def test_the_job_publishes_what_is_over_where_nobody_did(caldes, arrecife, calls, settings, tmp_path):
    from fixtures.publishing import publication_keys

    calls(caldes, MAY)
    calls(arrecife, MAY, name="other")
    publish_months.func(0)
    assert stored() == []
    for name, value in publication_keys(tmp_path).items():
        setattr(settings, name, value)
    publish_months.func(0)
    publish_months.func(0)
    assert stored() == [("2026-05", 1, 50), ("2026-05", 1, 50)]


def test_a_month_that_goes_on_waits_with_its_publication(caldes, calls, keys, monkeypatch):
    monkeypatch.setattr(actions.timezone, "now", lambda: datetime(2026, 6, 3, 21, 59, tzinfo=UTC))
    calls(caldes, MAY)
    assert stored() == []
    monkeypatch.setattr(actions.timezone, "now", lambda: datetime(2026, 6, 3, 22, 1, tzinfo=UTC))  # midnight in Caldes
    with inside(caldes):
        publish_closed_months()
    assert stored() == [("2026-05", 1, 50)]


def test_figures_that_wait_to_be_computed_keep_their_month_back(caldes, calls, keys):
    from reporting.kpi.actions import compute_changed, mark_changed

    calls(caldes, MAY)
    with owner_connection() as owner:
        owner.execute("DELETE FROM public.public_publication")
    with inside(caldes):
        mark_changed({datetime(2026, 5, 20, 10, tzinfo=UTC)})
        publish_closed_months()
        assert stored() == []
        compute_changed()
        publish_closed_months()
    assert stored() == [("2026-05", 1, 50)]


def test_a_late_record_makes_a_new_edition_and_the_earlier_one_stays(caldes, calls, keys, words, browse):
    calls(caldes, MAY)
    calls(caldes, ("2026-05-20 10:00", 9, 6), name="late")
    assert stored() == [("2026-05", 1, 50), ("2026-05", 2, 65)]
    sentence = "May 2026 50 calls, 40 answered by a person 65 calls, 49 answered by a person"
    for path in ("/towns/caldes/", "/towns/caldes/2026-05/", "/open-data/"):
        assert sentence in words(path), path
    first = browse("").get("/towns/caldes/2026-05/edition-1.json").json()["document"]
    assert (first["figures"]["calls"], first["edition"]) == (50, 1)
    assert browse("").get("/towns/caldes/2026-05.json").json()["document"]["figures"]["calls"] == 65
    line = browse("").get("/open-data/corrections.csv").content.decode().splitlines()[1].split(",")
    assert line[:3] + line[4:] == ["Caldes de Montbui", "2026-05", "2", "50", "65", "40", "49"]
    with inside(caldes):
        assert AuditEntry.objects.filter(verb="correct_month", subject="2026-05").count() == 1


def test_a_late_record_of_few_calls_waits_on_every_page(caldes, calls, keys, words, table):
    calls(caldes, MAY)
    calls(caldes, ("2026-05-20 10:00", 2, 0), ("2026-06-20 10:00", 30, 10), name="late")
    assert stored() == [("2026-05", 1, 50), ("2026-06", 1, 40)]
    assert [(row["month"], row["calls"]) for row in table("months")] == [("2026-05", "50"), ("2026-06", "40")]
    assert "90 calls to town halls" in words("/")
    assert "Caldes de Montbui: of 90 calls a person answered 70; 20 did not reach anybody." in words("/towns/caldes/")
    calls(caldes, ("2026-05-21 10:00", 3, 0), name="more")
    assert stored()[2:] == [("2026-05", 2, 55)]
    assert "95 calls to town halls" in words("/")


def test_a_published_number_is_told_for_ever_and_the_others_are_hidden_around_it(caldes, calls, keys, browse):
    calls(caldes, ("2026-04-04 10:00", 30, 10))
    calls(caldes, ("2026-05-04 10:00", 3, 0), ("2026-06-04 10:00", 100, 30), name="later")
    rows = browse("").get("/towns/caldes/months.csv").content.decode().splitlines()[1:]
    assert [row.split(",")[2:4] for row in rows] == [["2026-06", ""], ["2026-05", "<5"], ["2026-04", "40"]]


def test_what_would_give_a_small_number_away_beside_what_was_published_waits(caldes, calls, keys, words):
    calls(caldes, ("2026-04-04 10:00", 30, 10), ("2026-05-04 10:00", 50, 20))
    before = stored()
    calls(caldes, ("2026-06-04 10:00", 2, 0), name="later")
    assert stored() == before
    assert "110 calls to town halls" in words("/")
    calls(caldes, ("2026-07-04 10:00", 60, 20), name="summer")
    assert stored() == [*before, ("2026-06", 1, None), ("2026-07", 1, None)]


def told_now():
    with owner_connection() as owner:
        return owner.execute(
            "SELECT id, indicator, period, value, as_at FROM public.public_publiccount ORDER BY id"
        ).fetchall()


@pytest.mark.parametrize("breaks_at", range(1, 5))
def test_a_publication_that_breaks_half_way_publishes_nothing(
    caldes, calls, settings, tmp_path, monkeypatch, breaks_at
):
    """Broken at each line of the audit record in turn: that of the counts, and those of three months."""
    from fixtures.publishing import publication_keys

    calls(caldes, MAY, ("2026-06-04 10:00", 60, 12), ("2026-07-04 10:00", 60, 12))
    for name, value in publication_keys(tmp_path).items():
        setattr(settings, name, value)
    numbers = itertools.count(1)

    def breaking(**line):
        if next(numbers) == breaks_at:
            raise OSError("killed")
        return record(**line)

    record, before = actions.record, told_now()
    with inside(caldes), monkeypatch.context() as broken:
        lines = AuditEntry.objects.count()
        broken.setattr(actions, "record", breaking)
        with pytest.raises(OSError, match="killed"):
            publish_closed_months()
        assert AuditEntry.objects.count() == lines
    assert (told_now(), stored()) == (before, [])
    with inside(caldes):
        publish_closed_months()
    assert stored() == [("2026-05", 1, 50), ("2026-06", 1, 72), ("2026-07", 1, 72)]


def test_files_of_history_come_in_one_after_the_other_and_make_one_edition(caldes, calls, settings, tmp_path):
    from fixtures.publishing import publication_keys

    calls(caldes, MAY)
    for name, value in publication_keys(tmp_path).items():
        setattr(settings, name, value)
    with inside(caldes):
        publish()  # as after each import
    assert stored() == []
    with inside(caldes):
        Import.objects.update(state=Import.State.RUNNING)
        publish_closed_months()
        assert stored() == []
        Import.objects.update(state=Import.State.DONE)
        publish_closed_months()
    assert stored() == [("2026-05", 1, 50)]


def test_nobody_changes_or_deletes_what_is_published_and_nobody_publishes_for_another(caldes, arrecife, calls, keys):
    calls(caldes, MAY)
    for statement in (
        "UPDATE public.public_publication SET edition = 9",
        "DELETE FROM public.public_publication",
        f"INSERT INTO public.public_publication (schema_name, month, edition, payload, signature, tally, published_at)"
        f" VALUES ('{arrecife.schema_name}', '2026-05-01', 1, '', '', '{{}}', now())",
    ):
        with (
            inside(caldes),
            connection.cursor() as cursor,
            pytest.raises(DatabaseError, match=r"permission denied|row-level"),
        ):
            cursor.execute(statement)
    with inside(arrecife):
        assert Publication.objects.count() == 0
    for side in (PUBLIC_SITE, CONSOLE):
        with inside(side), connection.cursor() as cursor, pytest.raises(DatabaseError, match="permission denied"):
            cursor.execute("SELECT tally FROM public.public_publication")
    with inside(PUBLIC_SITE):
        assert Publication.objects.defer("tally").count() == 1
    assert len(stored()) == 1


def changed(month, sql, *values):
    with owner_connection() as owner:
        owner.execute(f"UPDATE public.public_publication SET {sql} WHERE month = '{month}-01'", values)


def test_what_is_published_is_verified(caldes, arrecife, calls, keys, settings, browse, tmp_path):
    calls(caldes, MAY, ("2026-06-04 10:00", 60, 12))
    calls(arrecife, MAY, name="other")
    calls(caldes, ("2026-05-20 10:00", 9, 6), name="late")
    assert verified(settings) == (0, "4 editions of months are what was published and signed.")
    assert verified(settings, "--municipality", "caldes")[1].startswith("3 editions")
    assert verified(settings, "--month", "2026-06")[1].startswith("1 edition")
    assert verified(settings, "--month", "2026-06", "--municipality", "arrecife")[0] == 1
    for name in ("2026-05.json", "2026-05/edition-1.json"):
        path = tmp_path / "file.json"
        path.write_bytes(browse("").get(f"/towns/caldes/{name}").content)
        code, told = verified(settings, "--file", str(path))
        assert (code, told) == (0, told)
        assert told.startswith("Caldes de Montbui, 2026-05, edition")


@pytest.mark.parametrize(
    ("sql", "values", "why"),
    [
        ("payload = replace(payload, '\"calls\":72', '\"calls\":71')", (), "signature does not vouch"),
        ("signature = overlay(signature placing 'AAAA' from 1)", (), "signature does not vouch"),
        ("signature = 'no signature'", (), "signature does not vouch"),
        ("payload = '{}'", (), "no published month"),
        ("payload = 'no JSON'", (), "no published month"),
        ("edition = 3", (), "it was published as caldes, 2026-06, edition 1."),
    ],
)  # fmt: skip
def test_a_tampered_month_is_named(caldes, calls, keys, settings, sql, values, why):
    calls(caldes, MAY, ("2026-06-04 10:00", 60, 12))
    changed("2026-06", sql, *values)
    code, told = verified(settings)
    assert code == 1
    assert "caldes, 2026-06" in told
    assert why in told
    assert "2026-05" not in told
    assert verified(settings, "--month", "2026-05")[0] == 0


def test_a_month_taken_away_is_missed_by_the_next_one(caldes, calls, keys, settings):
    calls(caldes, MAY, ("2026-06-04 10:00", 60, 12))
    with owner_connection() as owner:
        owner.execute("DELETE FROM public.public_publication WHERE month = '2026-05-01'")
    code, told = verified(settings)
    assert code == 1
    assert "2026-06, edition 1: what the municipality published before it is missing or was changed." in told


def test_a_month_signed_by_a_towns_own_key_is_named(caldes, calls, keys, settings):
    """A town's role may add rows, and has no key that anybody believes."""
    calls(caldes, MAY)
    forged = signing_key(fresh_key())
    with owner_connection() as owner:
        ((text,),) = owner.execute("SELECT payload FROM public.public_publication").fetchall()
    text = text.replace('"calls":50', '"calls":500')
    changed("2026-05", "payload = %s, signature = %s", text, signature(text, forged))
    assert "2026-05, edition 1: its signature does not vouch" in verified(settings)[1]


def test_a_table_that_says_another_number_is_named(caldes, calls, keys, settings):
    calls(caldes, MAY)
    with owner_connection() as owner:
        owner.execute(
            "UPDATE public.public_publiccount SET value = 51 WHERE period = '2026-05' AND indicator = 'calls'"
        )
    assert "2026-05, edition 1: the public table says another number of calls." in verified(settings)[1]


def test_a_page_whose_signature_does_not_fit_says_so(caldes, calls, keys, words):
    calls(caldes, MAY)
    changed("2026-05", "payload = replace(payload, '\"calls\":50', '\"calls\":51')")
    assert "The signature does not fit these numbers: do not rely on them." in words("/towns/caldes/2026-05/")


def test_a_file_that_was_changed_or_is_none_is_refused_in_one_sentence(caldes, calls, keys, settings, browse, tmp_path):
    calls(caldes, MAY)
    path = tmp_path / "month.json"
    whole = browse("").get("/towns/caldes/2026-05.json").content.decode()
    for text, why in (
        (
            whole.replace('"calls":50', '"calls":49'),
            "month.json (caldes, 2026-05, edition 1): its signature does not vouch",
        ),
        ("{}", "month.json is no file of a published month"),
        ("calls,50", "month.json is no file of a published month"),
        ("[]", "month.json is no file of a published month"),
    ):
        path.write_text(text)
        code, told = verified(settings, "--file", str(path))
        assert code == 1
        assert why in told
        assert "Traceback" not in told
    path.unlink()
    assert "cannot be read" in verified(settings, "--file", str(path))[1]
    assert "is not a month" in verified(settings, "--month", "May")[1]
    assert "No municipality has the address" in verified(settings, "--municipality", "nowhere")[1]


def test_signatures_of_an_earlier_key_count_while_it_stands_in_the_file(caldes, calls, keys, settings):
    calls(caldes, MAY)
    public = settings.PUBLICATION_PUBLIC_KEYS_FILE
    earlier, later = public.read_bytes(), signing_key(fresh_key())
    public.write_bytes(public_pem(later))
    assert verified(settings)[0] == 1
    public.write_bytes(public_pem(later) + earlier)
    assert verified(settings)[0] == 0


@pytest.mark.parametrize("pem", [b"", b"no key", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_a_file_without_a_key_is_refused(pem):
    with pytest.raises(UnusableKey):
        public_keys(pem)
    with pytest.raises(UnusableKey):
        signing_key(pem)


def test_a_document_is_written_in_one_way_whatever_order_it_was_made_in():
    assert canonical({"b": 1, "a": "Órgiva"}) == canonical({"a": "Órgiva", "b": 1}) == '{"a":"Órgiva","b":1}'
    key = signing_key(fresh_key())
    assert vouches(signature("text", key), "text", [key.public_key()])
    assert not vouches(signature("text", key), "texT", [key.public_key()])


def test_the_key_of_a_demonstration_is_made_once_and_is_read_by_its_user_only(settings, tmp_path):
    from reporting.public.keys import key_to_sign_with, keys_to_check_with
    from reporting.public.signing import fingerprint

    settings.DEMONSTRATION = True
    settings.PUBLICATION_KEY_FILE = tmp_path / "secrets" / "key.pem"
    settings.PUBLICATION_PUBLIC_KEYS_FILE = tmp_path / "keys.pem"
    made = key_to_sign_with()
    assert fingerprint(key_to_sign_with().public_key()) == fingerprint(made.public_key())
    assert fingerprint(keys_to_check_with()[0]) == fingerprint(made.public_key())
    assert settings.PUBLICATION_KEY_FILE.stat().st_mode & 0o077 == 0


def test_counts_of_a_published_month_stand_in_the_public_table_as_in_its_document(caldes, calls, keys):
    calls(caldes, MAY)
    with inside(PUBLIC_SITE):
        cells = {
            c.indicator: c.value for c in PublicCount.objects.filter(schema_name=caldes.schema_name, period="2026-05")
        }
        figures = Publication.objects.defer("tally").get().said.figures.values
    assert cells == {
        "calls": figures["calls"],
        "answered": figures["answered_by_person"],
        "wait_median": figures["wait_median_seconds"],
        "wait_p90": figures["wait_p90_seconds"],
    }
