"""A citizen with a telephone in the hand answers in Catalan what the call was like; the town hall sees it and replies."""

import pytest
from factories import CallFactory
from fixtures.looking import enter, faults, speak, width_of
from support import PASSWORD

from callhub.surveys import actions
from callhub.surveys.definitions import LANGUAGES
from callhub.surveys.models import Answer, Way
from tenants.audit.actions import actor_of_command
from tenants.isolation.context import inside
from tenants.people.models import User
from tenants.people.rules import Role

TELEPHONE = {"width": 390, "height": 844}


@pytest.fixture
def asked(caldes):
    """The link and the code of two calls, and a supervisor who reads what is written."""
    by = actor_of_command()
    with inside(caldes):
        User.objects.create_user("pau@example.org", PASSWORD, name="Pau Font", role=Role.SUPERVISOR.value)
        return [
            actions.ask(town=caldes, call=CallFactory(), way=way, by=by, reason="test").secret
            for way in (Way.MESSAGE, Way.CODE)
        ]


def looked_at(page, language):
    assert page.get_attribute("html", "lang") == language
    assert width_of(page) <= TELEPHONE["width"], page.url
    assert faults(page) == "", page.url


def test_a_citizen_answers_and_the_administration_replies(asked, caldes, chromium, site):
    token, code = asked
    base, words = f"http://caldes.localhost:{site}", LANGUAGES["ca"]
    without_scripts = chromium.new_context(viewport=TELEPHONE, locale="ca-ES", java_script_enabled=False)
    page = without_scripts.new_page()
    page.goto(f"{base}/survey/{token}/")
    page.click("label[for=id_solved_1]")
    page.click("label[for=id_treatment_9]")
    page.click("main button.main")
    assert words.look_again in page.inner_text("main")
    assert page.is_checked("input[name=treatment][value='9']"), "what was chosen is still there"
    page.click("label[for=id_overall_8]")
    page.fill("textarea", "Em van trucar al 612 345 678 i encara espero.")
    page.click("main button.main")
    assert words.thanks_text in page.inner_text("main")
    assert without_scripts.cookies() == []
    page.goto(f"{base}/survey/{token}/")
    assert words.kept in page.inner_text("main")
    without_scripts.close()

    context = chromium.new_context(viewport=TELEPHONE, locale="ca-ES", reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{base}/survey/")
    looked_at(page, "ca")
    page.fill("#code", f"{code[:4].lower()} {code[4:]}")
    page.click("main button.main")
    looked_at(page, "ca")
    page.click("main button.main")
    looked_at(page, "ca")
    page.emulate_media(color_scheme="dark")
    assert faults(page, "color-contrast", "link-in-text-block") == ""
    page.emulate_media(color_scheme="light")
    for language in LANGUAGES:
        page.click(f"footer a[hreflang={language}]")
        looked_at(page, language)
    context.close()

    context = chromium.new_context(viewport=TELEPHONE, locale="ca-ES", reduced_motion="reduce")
    speak(context, site, "ca", "caldes.")
    page = context.new_page()
    enter(page, site, "caldes.", "pau@example.org")
    for path in ("/satisfaction/", "/satisfaction/asking/", "/satisfaction/texts/"):
        page.goto(base + path)
        looked_at(page, "ca")
    assert "Em van trucar al [···] i encara espero." in page.inner_text("main")
    page.click("main li a")
    looked_at(page, "ca")
    page.fill("#reply", "Ens sap greu: el truquem avui.")
    page.click("button[value=REPLY]")
    assert "Ens sap greu: el truquem avui." in page.inner_text("main")
    context.close()
    with inside(caldes):
        assert Answer.objects.get().overall == 8
