"""A supervisor imports the switchboard's file in the browser and sees its figures; citizens see the published ones."""

import gzip
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from support import PASSWORD

from tenants.people.rules import Role

RECORDS = Path(__file__).resolve().parents[2] / "platform/config/demonstration/records"
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


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


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["es", "ca", "en"])
def test_pages_have_no_accessibility_fault(imported, site, theme, language):
    page = imported
    page.emulate_media(color_scheme=theme)
    page.context.add_cookies(
        [{"name": "language", "value": language, "url": f"http://{h}localhost:{site}"} for h in ("", "caldes.")]
    )
    addresses = [f"http://localhost:{site}/", f"http://localhost:{site}/method/"]
    addresses += [
        f"http://caldes.localhost:{site}{path}"
        for path in ("/", "/figures/", "/figures/disaffection/", "/calls/", "/imports/", "/imports/upload/", "/departments/",
                     "/departments/add/", "/account/sessions/")
    ]  # fmt: skip
    page.goto(f"http://caldes.localhost:{site}/imports/")
    addresses.append(f"http://caldes.localhost:{site}" + page.get_attribute("tbody a", "href"))
    page.goto(f"http://caldes.localhost:{site}/calls/")
    addresses.append(f"http://caldes.localhost:{site}" + page.get_attribute("tbody a", "href"))
    for address in addresses:
        page.goto(address)
        found = Axe().run(page, options=WCAG)
        assert found.violations_count == 0, f"{address}\n{found.generate_report()}"


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


@pytest.mark.parametrize("width", [320, 390, 1366])
def test_no_page_is_wider_than_the_screen(imported, site, width):
    page = imported
    page.set_viewport_size({"width": width, "height": 800})
    for address in (
        f"http://localhost:{site}/",
        *(f"http://caldes.localhost:{site}{p}" for p in ("/", "/calls/", "/imports/", "/figures/")),
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
