"""A secretary opens the town hall's account on a telephone: public page, mail, account, password, dashboard. Nobody helps."""

import email
import email.policy
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from fixtures.looking import faults, speak, width_of
from support import PASSWORD, owner_connection

TELEPHONE = {"width": 390, "height": 844}
TOWNS = {"es": ("28127", "las rozas de madrid", "rozas-viatge"), "ca": ("17114", "olot", "olot-viatge")}
ANOTHER = ("28079", "madrid", "madrid-viatge")


@pytest.fixture(scope="module")
def provisioner(site):
    process = subprocess.Popen(
        [sys.executable, "-m", "config.manage", "run_provisioner"],
        env={**os.environ, "PORT": str(site)},
        stderr=subprocess.DEVNULL,
    )
    yield process
    process.terminate()
    process.wait(timeout=30)
    with owner_connection() as owner:
        opened = "SELECT schema_name FROM opening_application WHERE schema_name <> ''"
        owner.execute(f"UPDATE directory_municipality SET state = 'CLOSED' WHERE schema_name IN ({opened})")
        owner.execute("DELETE FROM public.opening_application")


def link_to(address):
    """The link in the newest message to an address; messages are files in demonstration mode."""
    for path in sorted(Path(settings.EMAIL_FILE_PATH).glob("*"), key=os.path.getmtime, reverse=True):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if address in str(message["To"]):
            return re.search(r"http\S+/open-account/continue/\S+", message.get_content())[0]
    raise AssertionError(f"no message to {address}")


def telephone(chromium, site, language, **more):
    context = chromium.new_context(viewport=TELEPHONE, locale=f"{language}-ES", reduced_motion="reduce", **more)
    speak(context, site, language, "")
    return context, context.new_page()


def looked_at(page, language, *, is_scripted=True):
    """The page is in the reader's language, fits the screen, and has no fault for whoever cannot see it."""
    assert page.get_attribute("html", "lang") == language
    assert page.is_visible("main h1")
    if is_scripted:
        assert width_of(page) <= TELEPHONE["width"], page.url
        assert faults(page) == "", page.url


def apply(page, site, language, address, town, *, is_scripted=True):
    code, name, slug = town
    page.goto(f"http://localhost:{site}/")
    page.click("header a[href='/open-account/']")
    looked_at(page, language, is_scripted=is_scripted)
    page.fill("input[name=text]", name)
    page.click("main button.main")
    looked_at(page, language, is_scripted=is_scripted)
    page.click(f"a[href='/open-account/{code}/']")
    looked_at(page, language, is_scripted=is_scripted)
    page.fill("input[name=slug]", slug)
    page.click("main button.main")
    page.fill("input[name=person]", "Núria Vila")
    page.fill("input[name=post]", "Secretaría")
    page.fill("input[name=email]", "not an address")
    page.fill("input[name=telephone]", "972 27 91 00")
    page.click("main button.main")
    assert page.is_visible(".summary a[href='#id_email']")
    assert page.input_value("input[name=telephone]") == "972 27 91 00"
    looked_at(page, language, is_scripted=is_scripted)
    page.fill("input[name=email]", address)
    page.click("main button.main")
    looked_at(page, language, is_scripted=is_scripted)
    page.click("main button.main")
    looked_at(page, language, is_scripted=is_scripted)
    return link_to(address)


@pytest.mark.parametrize("language", ["es", "ca"])
def test_from_the_public_page_to_the_dashboard_of_a_new_town_hall(language, chromium, site, provisioner):
    context, page = telephone(chromium, site, language)
    address = f"nuria@{language}.example.org"
    link = apply(page, site, language, address, TOWNS[language])
    page.goto(link)
    looked_at(page, language)
    page.click("button[value=open]")
    page.wait_for_selector("button[value=enter]", timeout=60_000)  # the page looks again by itself
    looked_at(page, language)
    page.click("button[value=enter]")
    slug = TOWNS[language][2]
    assert page.url.startswith(f"http://{slug}.localhost:{site}/people/accept/")
    speak(context, site, language, f"{slug}.")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button.main")
    assert page.url == f"http://{slug}.localhost:{site}/"
    looked_at(page, language)
    page.goto(f"http://{slug}.localhost:{site}/getting-started/")
    looked_at(page, language)
    assert page.locator(".tasks .badge.none").count() >= 4
    page.goto(link)
    page.click("button[value=enter]")
    assert "/account/login/" in page.url or page.url == f"http://{slug}.localhost:{site}/", (
        "the link leads in, for ever"
    )
    context.close()


def test_another_day_on_another_computer_without_scripts_and_without_a_cookie(chromium, site, provisioner):
    context, page = telephone(chromium, site, "es", java_script_enabled=False)
    address = "otra@es.example.org"
    link = apply(page, site, "es", address, ANOTHER, is_scripted=False)
    assert {one["name"] for one in context.cookies()} <= {"language"}
    context.close()

    context, page = telephone(chromium, site, "es", java_script_enabled=False)
    page.goto(link)
    assert address in page.inner_text("main") and "madrid-viatge" in page.inner_text("main")
    page.click("button[value=open]")
    for _ in range(20):
        if page.locator("button[value=enter]").count():
            break
        page.wait_for_timeout(1000)
        page.goto(link)
    page.click("button[value=enter]")
    assert page.url.startswith(f"http://madrid-viatge.localhost:{site}/people/accept/")
    context.close()
