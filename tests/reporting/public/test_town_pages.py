"""A municipality's page, its months and their files say the same numbers, and nothing of others."""

import csv
import json
import re
from datetime import date

import pytest
from support import manage, owner_connection

from reporting.public.queries import similar_towns, town_site
from reporting.public.rules import is_of_similar_size, middle

MAY = ("2026-05-04 10:00", 40, 10)


def rows_of(browse, path):
    return list(csv.DictReader(browse("").get(path).content.decode().splitlines()))


def test_page_csv_and_json_of_a_town_say_the_same(caldes, calls, keys, words, browse):
    calls(caldes, MAY, ("2026-06-04 10:00", 60, 12))
    page = words("/towns/caldes/")
    rows = rows_of(browse, "/towns/caldes/months.csv")
    told = browse("").get("/towns/caldes/months.json").json()["months"]
    assert [(row["month"], row["calls"], row["answered_by_person"]) for row in rows] == [
        ("2026-06", "72", "60"),
        ("2026-05", "50", "40"),
    ]
    for row, one in zip(rows, told, strict=True):
        assert row == {"municipality": "Caldes de Montbui", "ine_code": caldes.ine_code} | {
            name: "" if value is None else str(value) for name, value in one.items() if name != "from_1_to_4"
        }
    assert "Caldes de Montbui: of 122 calls a person answered 100; 22 did not reach anybody." in page
    for month, share, row in zip(("June 2026", "May 2026"), ("83.3%", "80.0%"), rows, strict=True):
        assert f"{month} {row['calls']} {share} {row['wait_median_seconds']} s Published" in page.replace("\u00a0", " ")


def test_page_csv_and_json_of_a_month_say_the_same(caldes, calls, keys, words, browse):
    calls(caldes, MAY, ("2026-06-04 10:00", 60, 12))
    page = words("/towns/caldes/2026-05/")
    (row,) = rows_of(browse, "/towns/caldes/2026-05.csv")
    document = browse("").get("/towns/caldes/2026-05.json").json()["document"]
    assert (row["calls"], row["answered_by_person"], row["edition"]) == ("50", "40", "1")
    assert document["figures"] == {name: int(row[name]) for name in document["figures"]}
    assert "Caldes de Montbui, May 2026: a person answered 40 of 50 calls." in page
    assert "The signature vouches for these numbers." in page
    assert browse("").get("/towns/caldes/2026-05/edition-1.json").json()["document"] == document


def test_a_month_that_is_not_published_is_provisional_and_has_no_page(caldes, calls, words, browse):
    calls(caldes, MAY)
    assert "May 2026 50 – – Provisional" in words("/towns/caldes/")
    assert rows_of(browse, "/towns/caldes/months.csv")[0]["answered_by_person"] == ""
    for path in ("", ".csv", ".json", "/edition-1.json"):
        address = f"/towns/caldes/2026-05{path or '/'}"
        assert browse("").get(address).status_code == 404, address


def test_the_front_page_leads_to_each_town_and_to_the_open_data(caldes, arrecife, browse):
    page = browse("").get("/").content.decode()
    assert 'href="/towns/caldes/"' in page
    assert 'href="/towns/arrecife/"' in page
    assert 'href="/open-data/"' in page


@pytest.mark.parametrize(
    "address", ["", "months.csv", "months.json", "2026-05/", "2026-05.json", "2026-13/", "2026-00.csv"]
)
def test_nothing_is_told_of_a_town_that_nobody_knows(towns, browse, address):
    assert browse("").get(f"/towns/nowhere/{address}").status_code == 404
    assert browse("").get("/embed/nowhere/").status_code == 404


def test_nothing_is_told_of_a_town_on_trial_and_nothing_of_it_is_published_for_good(caldes, calls, keys, browse):
    with owner_connection() as owner:
        owner.execute(
            "UPDATE public.directory_municipality SET state = 'TRIAL', trial_ends_on = '2099-01-01' WHERE id = %s",
            [caldes.pk],
        )
    try:
        caldes.refresh_from_db()
        calls(caldes, MAY)
        assert browse("").get("/towns/caldes/").status_code == 404
        assert "caldes" not in browse("").get("/open-data/months.csv").content.decode().lower()
        with owner_connection() as owner:
            assert owner.execute("SELECT count(*) FROM public.public_publication").fetchone() == (0,)
    finally:
        with owner_connection() as owner:
            owner.execute(
                "UPDATE public.directory_municipality SET state = 'ACTIVE', trial_ends_on = NULL WHERE id = %s",
                [caldes.pk],
            )
        caldes.refresh_from_db()


def test_a_towns_page_tells_nothing_of_another_town(caldes, arrecife, calls, keys, words, browse):
    calls(caldes, MAY)
    calls(arrecife, ("2026-05-04 10:00", 777, 111), name="other")
    for path in ("/towns/caldes/", "/towns/caldes/2026-05/", "/embed/caldes/"):
        page = words(path)
        assert "Arrecife" not in page
        assert not re.search(r"777|888|111", page), path
    assert "Arrecife" not in browse("").get("/towns/caldes/months.json").content.decode()
    names = {row["municipality"] for row in rows_of(browse, "/open-data/months.csv")}
    assert names == {"Caldes de Montbui", "Arrecife"}


def test_a_month_with_few_calls_says_so_and_never_a_number(caldes, calls, keys, words, browse):
    calls(caldes, ("2026-04-04 10:00", 3, 0), ("2026-05-04 10:00", 140, 20), ("2026-06-04 10:00", 90, 30))
    assert "Caldes de Montbui, April 2026: there were fewer than five calls." in words("/towns/caldes/2026-04/")
    assert "how many calls there were is not told" in words("/towns/caldes/2026-06/")
    assert [row["calls"] for row in rows_of(browse, "/towns/caldes/months.csv")] == ["", "160", "<5"]
    document = browse("").get("/towns/caldes/2026-04.json").json()["document"]
    assert (document["figures"]["calls"], document["from_1_to_4"]) == (None, ["calls"])


@pytest.mark.parametrize("path", ["/towns/caldes/", "/towns/caldes/2026-05/", "/embed/caldes/", "/open-data/"])
def test_pages_are_light_and_have_no_cookie_and_the_rest_of_the_site_in_no_frame(caldes, calls, keys, browse, path):
    calls(caldes, *((f"{year}-{month:02d}-04 10:00", 40, 10) for year in (2024, 2025) for month in range(1, 13)), MAY)
    answer = browse("").get(path)
    assert answer.status_code == 200
    assert len(answer.content) < 60_000  # style sheets and icon are some 40 more
    assert not answer.cookies
    assert answer["Cache-Control"] == "public, max-age=300"
    may_be_framed = path.startswith("/embed/")
    assert ("frame-ancestors *" in answer["Content-Security-Policy"]) == may_be_framed
    assert ("X-Frame-Options" not in answer) == may_be_framed
    assert ("<script" not in answer.content.decode()) == may_be_framed
    page = re.sub(r"<code[^>]*>.*?</code>", "", answer.content.decode())
    assert set(re.findall(r'(?:src|href)="(http[^"]*)"', page)) <= {"https://creativecommons.org/licenses/by/4.0/"}


def test_a_month_stands_beside_the_same_one_a_year_before(caldes, calls, keys, words):
    calls(caldes, ("2025-05-05 10:00", 70, 30), MAY)
    assert "A year before, in May 2025, there were 100 calls, and a person answered 70.0%." in words(
        "/towns/caldes/2026-05/"
    )
    assert "Of the same month a year before nothing is published" in words("/towns/caldes/2025-05/")


@pytest.mark.parametrize(
    ("inhabitants", "others", "is_similar"),
    [(10_000, 5_000, True), (10_000, 4_999, False), (10_000, 20_000, True), (10_000, 20_001, False), (7, 7, True)],
)
def test_similar_is_from_half_to_twice_as_large(inhabitants, others, is_similar):
    assert is_of_similar_size(inhabitants, others) is is_similar


@pytest.mark.parametrize(
    ("shares", "found"), [([], None), ([0.9] * 4, None), ([0.5, 0.9, 0.7, 0.6, 0.8], 0.7), ([0.2] * 6, 0.2)]
)
def test_the_middle_is_told_of_five_or_more(shares, found):
    assert middle(shares) == found


@pytest.fixture
def five_others(caldes):
    """Five municipalities of Caldes' size with figures of May, and one far larger."""
    made = []
    with owner_connection() as owner:
        for n in range(6):
            schema, size = f"t_9000{n:02d}", caldes.population * (50 if n == 5 else 1)
            owner.execute(
                "INSERT INTO public.directory_municipality (schema_name, uuid, slug, look_alike_key, name, ine_code, tax_id, province,"
                " population, population_year, time_zone, language, colour, state, is_demonstration, schema_plan, opened_at)"
                " VALUES (%s, gen_random_uuid(), %s, %s, %s, %s, '', 'Girona', %s, 2025, 'Europe/Madrid', 'ca', 'teal',"
                " 'ACTIVE', false, '', now())",
                [schema, f"similar-{n}", f"similar{n}", f"Similar {n}", f"9900{n}", size],
            )
            for indicator, value in (("calls", 100), ("answered", 60 + n)):
                owner.execute(
                    "INSERT INTO public.public_publiccount (schema_name, indicator, period, value, is_suppressed, as_at)"
                    " VALUES (%s, %s, '2026-05', %s, false, now())",
                    [schema, indicator, value],
                )
            made.append(schema)
    yield made
    with owner_connection() as owner:
        owner.execute("DELETE FROM public.public_publiccount WHERE schema_name = ANY(%s)", [made])
        owner.execute("DELETE FROM public.directory_municipality WHERE schema_name = ANY(%s)", [made])


def test_a_month_stands_beside_towns_of_similar_size_without_their_names(caldes, calls, keys, words, five_others):
    calls(caldes, MAY)
    page = words("/towns/caldes/2026-05/")
    assert "Half of 5 municipalities of similar size had a person answer at least 62.0% of the calls." in page
    assert "Similar" not in page
    with owner_connection() as owner:
        owner.execute("DELETE FROM public.public_publiccount WHERE schema_name = ANY(%s)", [five_others[::5]])
    similar = similar_towns(town_site("caldes").town, date(2026, 5, 1))
    assert (similar.municipalities, similar.middle) == (4, None)
    assert "Menos de cinco municipios de tamaño parecido" in words("/towns/caldes/2026-05/", "es")  # not kept yet


def test_the_catalogue_names_licence_publisher_and_files_that_are_there(caldes, calls, keys, browse):
    calls(caldes, MAY)
    answer = browse("").get("/open-data/catalog.jsonld")
    assert answer["Content-Type"] == "application/ld+json"
    (dataset,) = json.loads(answer.content)["dcat:dataset"]
    for one in dataset["dcat:distribution"]:
        address = one["dcat:downloadURL"]["@id"]
        assert browse("").get("/" + address.split("/", 3)[3]).status_code == 200
        assert one["dct:license"]["@id"] == "https://creativecommons.org/licenses/by/4.0/"
    assert {title["@language"] for title in dataset["dct:title"]} == {"es", "ca", "en"}


def test_the_dictionary_has_every_column_of_every_file(caldes, calls, keys, browse):
    calls(caldes, MAY)
    named = {(row["file"], row["column"]) for row in rows_of(browse, "/open-data/dictionary.csv")}
    for name in ("months.csv", "corrections.csv"):
        header = browse("").get(f"/open-data/{name}").content.decode().splitlines()[0].split(",")
        assert {(name, column) for column in header} == {one for one in named if one[0] == name}


def test_a_closed_towns_months_stay_at_their_address(caldes, calls, keys, words, browse, tmp_path):
    from tenants.directory.models import Municipality

    manage("open_municipality", "--ine", "08064", "--slug", "leaving")
    leaving = Municipality.objects.get(slug="leaving")
    try:
        calls(leaving, MAY, name="other")
        manage("close_municipality", "--slug", "leaving", "--export-to", str(tmp_path / "export"), "--reason", "test")
        assert "No longer in service" in words("/towns/leaving/")
        assert "a person answered 40 of 50 calls" in words("/towns/leaving/2026-05/")
        assert browse("").get("/towns/leaving/2026-05.json").status_code == 200
    finally:
        with owner_connection() as owner:
            for table in ("publiccount", "publication"):
                owner.execute(f"DELETE FROM public.public_{table} WHERE schema_name = %s", [leaving.schema_name])
            owner.execute("DELETE FROM public.directory_domain WHERE tenant_id = %s", [leaving.pk])
            owner.execute("DELETE FROM public.directory_municipality WHERE id = %s", [leaving.pk])
