"""The public page tells what is published and nothing else: small towns, months that move, towns that left."""

import re
from dataclasses import replace
from html import unescape

import pytest
from support import manage, owner_connection

from reporting.public.queries import public_board


@pytest.fixture
def front(browse):
    """front() is the words of the front page in English."""

    def words():
        page = browse("").get("/", headers={"accept-language": "en"}).content.decode()
        return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))

    return words


def calls_of(table, *names):
    known = {row["municipality"]: row["calls"] for row in table("calls")}
    return [known[name] for name in names]


def test_a_small_town_is_not_said_to_have_left_everybody_unanswered(caldes, calls, front, table):
    calls(caldes, ("2026-05-04 10:00", 28, 2))
    words = front()
    assert "30 calls to town halls, registered one by one." in words
    assert "a person answered" not in words
    assert "did not reach anybody" not in words
    assert "0.0%" not in words
    assert "Not told: the numbers are too small." in words
    assert not re.search(r"\b(28|2)\b", words.split("Municipalities in service")[0].split("The counters")[1])
    assert [row["answered_by_person"] for row in table("calls") if row["calls"]] == [""]
    assert {row["outcome"]: row["calls"] for row in table("outcomes") if row["calls"] not in ("", "0")} == {
        "ABANDONED": "<5",
        "NOT_TOLD": "30",
    }


def test_with_numbers_large_enough_the_sentence_says_who_was_answered(caldes, calls, front):
    calls(caldes, ("2026-05-04 10:00", 40, 10))
    words = front()
    assert "50 calls to town halls, registered one by one: a person answered 40; 10 did not reach anybody." in words
    assert "80.0%" in words
    assert "Hung up while waiting" in words


def test_a_wait_is_told_only_where_the_number_of_those_answered_is(caldes, calls, table):
    calls(caldes, ("2026-05-04 10:00", 30, 1))
    assert {row["wait_p90_seconds"] for row in table("calls")} == {""}
    calls(caldes, ("2026-05-05 10:00", 0, 9), name="more")
    assert "26" in {row["wait_p90_seconds"] for row in table("calls")}


def test_under_thirty_calls_no_percentage_is_shown(caldes, calls, front):
    calls(caldes, ("2026-05-04 10:00", 20, 6))
    assert "%" not in front()
    assert "little data" in front()


def test_a_hidden_month_is_not_the_total_without_the_others(caldes, calls, front, table):
    calls(caldes, ("2026-05-04 10:00", 140, 0), ("2026-06-01 10:00", 3, 0))
    words = front()
    assert "143" in words
    assert "140" not in words
    assert [row["calls"] for row in table("months")] == ["", ""]


def test_of_two_towns_the_one_that_is_told_apart_tells_for_itself(caldes, arrecife, calls, front, table):
    calls(caldes, ("2026-05-04 10:00", 40, 10))
    calls(arrecife, ("2026-05-04 10:00", 28, 2), name="other")
    words = front()
    assert "80 calls to town halls, registered one by one." in words
    assert "Where the numbers are large enough to be told, a person answered 40 of 50." in words
    month = table("months")[0]
    assert (month["calls"], month["answered_by_person"]) == ("80", "")
    assert {row["outcome"]: row["calls"] for row in table("outcomes") if row["calls"] not in ("", "0")} == {
        "ANSWERED": "40",
        "ABANDONED": "10",
        "NOT_TOLD": "30",
    }


def test_a_town_with_less_than_five_calls_adds_nothing_and_is_written_as_such(caldes, arrecife, calls, front, table):
    calls(caldes, ("2026-05-04 10:00", 40, 10))
    calls(arrecife, ("2026-05-04 10:00", 3, 0), name="other")
    assert "50 calls to town halls" in front()
    assert calls_of(table, "Arrecife", "Caldes de Montbui") == ["<5", "50"]


def test_a_town_that_never_published_is_not_taken_for_a_small_one(caldes, arrecife, calls, table):
    calls(caldes, ("2026-05-04 10:00", 40, 10))
    assert calls_of(table, "Arrecife", "Caldes de Montbui") == ["", "50"]


def test_one_more_call_does_not_show_by_a_page_before_and_after(caldes, calls, front):
    calls(caldes, ("2026-05-04 10:00", 40, 10))
    calls(caldes, ("2026-05-05 10:00", 1, 0), name="one more")
    assert "50 calls to town halls" in front()
    calls(caldes, ("2026-05-06 10:00", 6, 0), name="more")
    assert "57 calls to town halls" in front()


def test_a_call_at_midnight_belongs_to_the_month_of_its_own_towns_clock(caldes, arrecife, calls, table):
    midnight = ("2026-06-01 00:30", 30, 6)  # in Arrecife it is 23:30 of the day before
    calls(caldes, midnight)
    assert [row["month"] for row in table("months")] == ["2026-06"]
    calls(arrecife, midnight, name="other")
    assert [(row["month"], row["calls"]) for row in table("months")] == [("2026-05", "36"), ("2026-06", "36")]


def test_a_month_is_over_when_every_town_published_after_it_by_its_own_clock(caldes, arrecife, calls, front, table):
    calls(caldes, ("2026-05-04 10:00", 40, 10))
    with owner_connection() as owner:
        owner.execute("UPDATE public.public_publiccount SET as_at = '2026-05-31 22:30Z'")
    assert table("months")[0]["closed"] == "yes"
    calls(arrecife, ("2026-05-04 10:00", 40, 10), name="other")
    with owner_connection() as owner:
        owner.execute("UPDATE public.public_publiccount SET as_at = '2026-05-31 22:30Z'")
    month = table("months")[0]
    assert (month["closed"], month["calls"], month["answered_by_person"]) == ("no", "100", "")


def test_consolidated_and_provisional_months_are_told_apart(caldes, calls, front):
    calls(caldes, ("2026-05-04 10:00", 40, 10), ("2026-06-04 10:00", 60, 0), ("2026-07-01 10:00", 20, 0))
    with owner_connection() as owner:
        owner.execute("UPDATE public.public_publiccount SET as_at = '2026-07-02 10:00Z', id = id + 100000")
    words = front()
    assert "Consolidated Up to June 2026." in words
    assert "Provisional From July 2026 on: 20 calls so far." in words
    assert "The worst month was May 2026: 20.0% of the calls did not reach anybody (10 of 50)." in words
    assert "July 2026, provisional" in words
    assert "Data updated on" in words


def test_a_town_that_left_keeps_its_calls_but_its_citizens_are_not_covered(caldes, calls, front, table, tmp_path):
    from tenants.directory.models import Municipality

    calls(caldes, ("2026-05-04 10:00", 40, 10))
    manage("open_municipality", "--ine", "08064", "--slug", "leaving")
    leaving = Municipality.objects.get(slug="leaving")
    try:
        calls(leaving, ("2026-05-04 10:00", 20, 10), name="other")
        before = front()
        covered = sum(town.population for town in Municipality.objects.filter(state="ACTIVE"))
        assert "80 calls to town halls" in before
        assert f"{covered:,}" in before
        manage("close_municipality", "--slug", "leaving", "--export-to", str(tmp_path / "export"), "--reason", "test")
        after = front()
        assert "80 calls to town halls" in after
        assert f"{covered - leaving.population:,}" in after
        assert "No longer in service" in after
        row = next(row for row in table("calls") if row["municipality"] == leaving.name)
        assert (row["in_service"], row["population"], row["calls"]) == ("no", "", "30")
    finally:
        with owner_connection() as owner:
            owner.execute("DELETE FROM public.public_publiccount WHERE schema_name = %s", [leaving.schema_name])
            owner.execute("DELETE FROM public.directory_domain WHERE tenant_id = %s", [leaving.pk])
            owner.execute("DELETE FROM public.directory_municipality WHERE id = %s", [leaving.pk])


def test_the_citizens_of_a_municipality_with_two_accounts_are_covered_once(caldes, arrecife, calls):
    board = public_board()
    of_caldes = next(town for town in board.towns if town.ine_code == caldes.ine_code)
    twice = replace(board, towns=[*board.towns, replace(of_caldes, name="Escola de Caldes")])
    assert twice.covered == board.covered == caldes.population + arrecife.population


def test_invented_calls_count_in_a_demonstration_only(caldes, calls, front, settings):
    calls(caldes, ("2026-05-04 10:00", 40, 10))
    with owner_connection() as owner:
        owner.execute("UPDATE public.directory_municipality SET is_demonstration = true WHERE id = %s", [caldes.pk])
    try:
        settings.DEMONSTRATION = True
        assert "50 calls to town halls" in front()
        assert "Demonstration data" in front()
        settings.DEMONSTRATION = False
        assert "Caldes" not in front()
        assert "50 calls" not in front()
    finally:
        with owner_connection() as owner:
            owner.execute(
                "UPDATE public.directory_municipality SET is_demonstration = false WHERE id = %s", [caldes.pk]
            )


def test_every_counter_leads_to_how_it_is_counted(caldes, calls, browse):
    calls(caldes, ("2026-05-04 10:00", 40, 10))
    page = browse("").get("/").content.decode()
    method = browse("").get("/method/").content.decode()
    anchors = re.findall(r'href="/method/#([a-z]+)"', page)
    assert {"calls", "covered", "answered", "outcomes", "satisfaction"} <= set(anchors)
    assert all(f'id="{anchor}"' in method for anchor in anchors)


def test_the_page_is_light_and_needs_no_script(caldes, calls, browse):
    calls(caldes, *((f"2026-{month:02d}-04 10:00", 40, 10) for month in range(1, 12)))
    response = browse("").get("/")
    assert len(response.content) < 100_000
    assert response["Cache-Control"] == "public, max-age=300"
    assert "<svg" in response.content.decode()
