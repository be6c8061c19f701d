"""The list behind a figure says in words whom it shows, keeps to it when filtered, and can be left."""

import csv
import io

ANSWERED_WITHIN = "/calls/?behind=sl_answered&target_seconds=4&queue=oac"


def test_the_page_says_which_visits_it_shows_of_how_many(reference, pau):
    response = pau.get(ANSWERED_WITHIN)
    page = response.content.decode()
    assert "The 122 visits answered within 4\u00a0s, of 241." in page
    assert response.context["page"].paginator.count == 122
    assert 'href="?queue=oac">See all calls, not only those of the figure</a>' in page
    assert "&amp;part=denominator" in page
    whole = pau.get(f"{ANSWERED_WITHIN}&part=denominator")
    assert "The 241 visits answered whose wait is known." in whole.content.decode()
    assert whole.context["page"].paginator.count == 241


IN_WORDS = {
    "?behind=disaffection": "The 28 derivations that the department did not pick up, of 50.",
    "?behind=disaffection&part=denominator": "The 50 derivations followed to the end.",
    "?behind=solution_index": "The 357 calls answered by a person and not handed to anybody, of 407.",
    "?behind=answered_by_person_rate": "The 407 inbound calls answered by a person, of 660.",
    "?behind=wait_median": "The 288 visits answered whose wait is known.",
    "?behind=sl_default&part=denominator&short_abandon_seconds=0": "The 352 visits answered, or abandoned after",
}


def test_each_kind_of_population_in_words(reference, pau):
    for address, says in IN_WORDS.items():
        assert says in pau.get(f"/calls/{address}").content.decode(), address


def test_the_other_filters_narrow_part_and_whole_alike(reference, pau):
    from callhub.calls.models import Derivation
    from callhub.lines.models import Agent
    from tenants.isolation.context import inside

    with inside(reference):
        blind = Derivation.objects.filter(kind="BLIND")
        agents = Agent.objects.values_list("name", flat=True)  # a desk telephone derives too, and is no agent
        by = blind.filter(result="LOST", by_agent__in=agents).order_by("by_agent").values_list("by_agent", flat=True)[0]
        whole = blind.filter(by_agent=by).count()
        part = blind.filter(by_agent=by, result__in=["RETURNED", "LOST"]).count()
        assert 0 < part < 28
    told = pau.get("/calls/", {"behind": "disaffection", "agent": by})
    assert told.context["form"].is_valid()
    assert (told.context["page"].paginator.count, f", of {whole}." in told.context["population"]) == (part, True)
    day = pau.get("/calls/?behind=answer_rate&ends=2000-01-01")
    assert "The 0 visits answered by a person, of 0." in day.content.decode()


def test_the_form_keeps_the_figure_when_it_is_sent_again(reference, pau):
    page = pau.get(ANSWERED_WITHIN).content.decode()
    assert '<input type="hidden" name="behind" value="sl_answered"' in page
    assert '<input type="hidden" name="target_seconds" value="4"' in page


def test_the_file_holds_the_same_rows_and_says_which(reference, pau):
    text = pau.get(f"{ANSWERED_WITHIN}&format=csv").content.decode()
    rows = list(csv.DictReader(io.StringIO(text)))[:-1]
    assert len(rows) == 122
    assert all(row["outcome"] == "ANSWERED" and float(row["wait_seconds"]) < 5 for row in rows)
    assert text.splitlines()[-1] == "# queue: oac; behind: sl_answered; target_seconds: 4"
    derivations = list(csv.DictReader(io.StringIO(pau.get("/calls/?behind=disaffection&format=csv").content.decode())))
    assert {row["result"] for row in derivations[:-1]} == {"RETURNED", "LOST"}
    assert all(float(row["seconds"]) >= 0 for row in derivations[:-1])


def test_a_figure_that_does_not_exist_is_a_404(caldes, pau):
    assert pau.get("/calls/?behind=happiness").status_code == 404
    assert pau.get("/calls/?behind=answer_rate&target_seconds=-1").status_code == 404
    assert pau.get("/calls/?behind=answer_rate&part=other").status_code == 404
