"""A supervisor who has no mouse: signs in, imports a file and opens a call of it with Tab, Enter and the arrows alone."""

import pytest
from fixtures.looking import speak
from fixtures.records import unpacked
from support import PASSWORD

from tenants.people.rules import Role

FAR = 80  # no control of a page is further than so many steps of the keyboard
FOCUS = """() => {
  const e = document.activeElement, s = getComputedStyle(e);
  return {tag: e.tagName, name: e.getAttribute('name') || '', type: e.getAttribute('type') || '', href: e.getAttribute('href') || '',
          text: (e.innerText || '').trim(), seen: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2,
          hidden: e.tagName !== 'BODY' && !e.checkVisibility()};
}"""


def tab_to(page, wanted):
    """Presses Tab until the focus is on what is wanted; each stop on the way must be seen."""
    for _step in range(FAR):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus["tag"] != "BODY":
            assert focus["seen"], focus
            assert not focus["hidden"], focus
        if wanted(focus):
            return focus
    raise AssertionError(f"Tab never came there on {page.url}")


@pytest.fixture
def keyboard(page, site, caldes, person):
    """The sign-in page of Caldes, in Spanish; Pau, a supervisor, is known."""
    person(caldes, Role.SUPERVISOR, "pau@example.org")
    speak(page.context, site, "es", "caldes.")
    page.goto(f"http://caldes.localhost:{site}/")
    return page


def enter(page):
    tab_to(page, lambda f: f["name"] == "login")
    page.keyboard.type("pau@example.org")
    tab_to(page, lambda f: f["name"] == "password")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def follow(page, words):
    tab_to(page, lambda f: f["tag"] in {"A", "BUTTON"} and f["text"] == words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_file_is_imported_and_a_call_opened_with_the_keyboard_alone(keyboard, tmp_path):
    page = keyboard
    path = unpacked("edges", "queue_log", tmp_path)
    page.on("filechooser", lambda chooser: chooser.set_files(path))  # the browser must know before the key is pressed
    enter(page)
    follow(page, "Importaciones")
    follow(page, "Importar un fichero")
    tab_to(page, lambda f: f["type"] == "file")
    page.keyboard.press("Enter")
    while page.evaluate("document.querySelector('input[type=file]').files.length") == 0:
        page.wait_for_timeout(50)
    follow(page, "Importar")
    page.wait_for_selector(".badge.ok", timeout=60_000)
    follow(page, "Llamadas")
    tab_to(page, lambda f: f["href"].startswith("/calls/") and len(f["href"]) > 30)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.is_visible("ol.trace")


def test_the_first_stop_skips_to_the_content_and_a_slash_goes_to_the_search(keyboard, site):
    page = keyboard
    enter(page)
    for path in ("/calls/", "/departments/", "/lines/queues/"):
        page.goto(f"http://caldes.localhost:{site}{path}")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content", path
        if page.query_selector("main input[type=search]"):
            page.keyboard.press("/")
            assert page.evaluate(FOCUS)["type"] == "search", path
            assert page.evaluate("document.activeElement.value") == "", path
