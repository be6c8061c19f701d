"""The public page, its method and Adtende's console, looked at by a browser: accessible, never wider than a phone."""

import pytest
from fixtures.imports import imported
from fixtures.looking import faults, speak, unfold, width_of
from support import PASSWORD

from callhub.pbx.adapters import SourceFormat
from tenants.isolation.context import CONSOLE, inside
from tenants.people.models import User
from tenants.people.rules import Role

MAPPING = {
    "arrived": ["arrived"], "queue": "queue", "key": ["id"], "wait_seconds": "wait",
    "outcome": {"column": "result", "values": {"OK": "ANSWERED", "HANG": "ABANDONED"}},
}  # fmt: skip


@pytest.fixture
def published(caldes, arrecife, tmp_path):
    """A town with a year of months, of which one is small, and a small town: every part of the page has something to say."""
    for town, months, calls in ((caldes, range(1, 13), 40), (arrecife, (3,), 28)):
        lines = ["arrived,queue,wait,result,id"]
        for month in months:
            for number in range(3 if month == 7 else calls + month):
                result = "HANG" if number % 8 == 0 else "OK"
                lines.append(f"2025-{month:02d}-03 10:{number:02d}:00,oac,{number},{result},{month}-{number}")
        path = tmp_path / f"{town.slug}.csv"
        path.write_text("\n".join(lines) + "\n")
        imported(town, path, SourceFormat.TABLE, mapping=MAPPING)


@pytest.fixture
def console(page, site, person):
    """A browser in which an administrator of Adtende is signed in."""
    with inside(CONSOLE):
        User.objects.filter(email="olga@example.org").update(is_active=True, role=Role.STAFF_ADMINISTRATOR.value)
        is_known = User.objects.filter(email="olga@example.org").exists()
    if not is_known:
        person(None, Role.STAFF_ADMINISTRATOR, "olga@example.org")
    page.goto(f"http://consola.localhost:{site}/")
    page.fill("input[name=login]", "olga@example.org")
    page.fill("input[name=password]", PASSWORD)
    page.click("button.main")
    return page


def addresses(site):
    public = [f"http://localhost:{site}{path}" for path in ("/", "/method/")]
    own = ("/", "/?text=caldes", "/?text=zzzz", "/people/", "/people/invite/", "/audit/", "/account/sessions/")
    return public + [f"http://consola.localhost:{site}{path}" for path in own]


def test_public_pages_and_console_have_no_accessibility_fault(published, console, site):
    for language, theme in (("ca", "dark"), ("en", "light")):
        console.emulate_media(color_scheme=theme)
        speak(console.context, site, language, "", "consola.")
        for address in addresses(site):
            console.goto(address)
            unfold(console)
            assert faults(console) == "", (language, theme)


def test_public_pages_and_console_are_never_wider_than_the_screen(published, console, site):
    for address in addresses(site):
        console.goto(address)
        for width in (320, 390, 1366):
            console.set_viewport_size({"width": width, "height": 800})
            assert width_of(console) <= width, address


def test_every_page_of_a_demonstration_is_marked_as_one(published, console, site):
    for address in addresses(site):
        console.goto(address)
        assert console.is_visible("aside.demonstration"), address


def test_the_public_page_is_whole_and_light_without_scripts(published, chromium, site):
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    weights = []
    page.on("response", lambda response: weights.append(len(response.body())))
    page.goto(f"http://localhost:{site}/")
    assert page.is_visible("#trend")
    assert page.is_visible("figure svg.wide")
    assert page.is_visible("#outcomes")
    assert page.is_visible("#satisfaction")
    assert page.inner_text(".total td:nth-child(3)") in page.inner_text("h1")
    assert sum(weights) < 100_000
    context.close()
