"""A supervisor imports the switchboard's file in the browser and sees its figures; citizens see the published ones."""

import gzip
from pathlib import Path

import pytest
from support import PASSWORD

from tenants.people.rules import Role

RECORDS = Path(__file__).resolve().parents[2] / "platform/config/demonstration/records"


def sign_in(page, site, person, host="caldes"):
    page.goto(f"http://{host}.localhost:{site}/")
    page.fill("input[name=login]", person.email)
    page.fill("input[name=password]", PASSWORD)
    page.click("button.main")


def upload(page, site, path, source):
    page.goto(f"http://caldes.localhost:{site}/imports/upload/")
    page.set_input_files("input[type=file]", path)
    page.select_option("select[name=format]", source)
    page.click("main button.main")
    page.wait_for_selector(".badge.ok", timeout=60_000)


@pytest.fixture
def imported(page, site, caldes, person, tmp_path):
    sign_in(page, site, person(caldes, Role.SUPERVISOR, "pau@example.org"))
    for name, source in (("queue_log", "asterisk-queue-log"), ("cel.csv", "asterisk-cel")):
        path = tmp_path / name
        path.write_bytes(gzip.decompress((RECORDS / f"{name}.gz").read_bytes()))
        upload(page, site, path, source)
    return page


def test_a_file_becomes_figures_a_call_and_a_public_number(imported, site):
    page = imported
    assert "13.785" in page.inner_text("tfoot")
    page.fill("input[name=line]", "1")
    page.click("section form.filters button")
    assert page.is_visible(".notice")

    page.goto(f"http://caldes.localhost:{site}/")
    assert "660" in page.inner_text(".saying")
    page.click("dl.figures a >> nth=0")
    assert "407" in page.inner_text(".fraction")

    page.goto(f"http://caldes.localhost:{site}/calls/?derivation=NOT_PICKED_UP")
    assert "28" in page.inner_text("nav.pages")
    page.click("tbody a >> nth=0")
    assert page.is_visible("figure svg")

    page.goto(f"http://localhost:{site}/")
    assert "660" in page.inner_text("h1")


def test_the_public_page_is_whole_without_scripts_sets_no_cookie_and_asks_nobody_else(chromium, site):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    response = page.goto(f"http://localhost:{site}/")
    assert page.inner_text("h1")
    assert context.cookies() == []
    assert all(url.startswith(f"http://localhost:{site}/") for url in asked)
    assert len(response.body()) < 100_000
    context.close()
