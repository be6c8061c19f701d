"""What everybody may see: from the published table only, small numbers suppressed so that they cannot be found."""

import json

from support import manage, owner_connection


def test_a_town_publishes_its_own_counts_and_the_front_page_shows_them(caldes, arrecife, browse, tmp_path):
    rows = "".join(
        f"2026-05-{1 + n % 28:02d} 10:00:00,2026-05-{1 + n % 28:02d} 10:00:20,oac,OK,{n}\n" for n in range(1234)
    )
    (tmp_path / "calls.csv").write_text("arrived,answered,queue,result,id\n" + rows)
    mapping = {"arrived": ["arrived"], "answered": ["answered"], "queue": "queue", "key": ["id"],
               "outcome": {"column": "result", "values": {"OK": "ANSWERED"}}}  # fmt: skip
    (tmp_path / "mapping.json").write_text(json.dumps(mapping))
    manage(
        "import_calls",
        "--municipality",
        "caldes",
        "--format",
        "table",
        "--mapping",
        str(tmp_path / "mapping.json"),
        str(tmp_path / "calls.csv"),
    )
    with owner_connection() as owner:
        published = owner.execute("SELECT DISTINCT schema_name FROM public.public_publiccount").fetchall()
    assert published == [(caldes.schema_name,)]
    page = browse("").get("/", headers={"accept-language": "en"})
    assert "1,234" in page.content.decode()
    assert not page.cookies


def test_an_empty_platform_says_so_and_shows_no_zero(towns, browse):
    page = browse("").get("/", headers={"accept-language": "en"}).content.decode()
    assert "Nothing is published yet." in page


def test_the_data_are_given_as_csv(caldes, browse):
    response = browse("").get("/data/calls.csv")
    assert response["Content-Type"].startswith("text/csv")
    assert "Caldes de Montbui" in response.content.decode()
