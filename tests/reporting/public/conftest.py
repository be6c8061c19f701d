"""Calls to publish, and keys to publish months with."""

import csv
import re
from html import unescape

import pytest

MAPPING = {
    "arrived": ["arrived"], "ended": ["ended"], "queue": "queue", "key": ["id"], "wait_seconds": "wait",
    "outcome": {"column": "result", "values": {"OK": "ANSWERED", "HANG": "ABANDONED"}},
}  # fmt: skip


@pytest.fixture
def calls(tmp_path, settings):
    """calls(caldes, ("2026-05-02 10:00", 28, 2)) takes in 28 answered and 2 abandoned calls of that moment.

    With ``keys``, the job that publishes months has come by then.
    """

    def take_in(town, *batches, name="calls"):
        lines = ["arrived,ended,queue,wait,result,id"]
        for at, answered, abandoned in batches:
            for number in range(answered + abandoned):
                result = "OK" if number < answered else "HANG"
                lines.append(f"{at}:00,{at}:59,oac,{number % 40},{result},{name}-{at}-{number}")
        path = tmp_path / f"{name}.csv"
        path.write_text("\n".join(lines) + "\n")
        from fixtures.imports import imported

        from callhub.pbx.adapters import SourceFormat

        batch = imported(town, path, SourceFormat.TABLE, mapping=MAPPING)
        if settings.PUBLICATION_KEY_FILE:
            from reporting.public.actions import publish_closed_months
            from tenants.isolation.context import inside

            with inside(town):
                publish_closed_months()
        return batch

    return take_in


@pytest.fixture
def keys(settings, tmp_path):
    """This process has the key, as the one that publishes."""
    from fixtures.publishing import publication_keys

    for name, value in publication_keys(tmp_path).items():
        setattr(settings, name, value)


@pytest.fixture
def words(browse):
    """words("/towns/caldes/") is what the page says in English."""

    def said(path, language="en"):
        page = browse("").get(path, headers={"accept-language": language})
        assert page.status_code == 200, (path, page.status_code)
        return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode())))

    return said


@pytest.fixture
def table(browse):
    """table("months") is the CSV of that name as rows."""

    def rows(name):
        return list(csv.DictReader(browse("").get(f"/data/{name}.csv").content.decode().splitlines()))

    return rows
