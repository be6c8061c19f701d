"""Every page there is, in a browser: without a fault for axe, never wider than a small telephone, whole on paper."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from fixtures.addresses import OF_NOBODY, OF_SECOND_FACTOR, Values, pages, unknown_names
from fixtures.looking import enter, faults, open_page, speak, unfold, width_of

from tenants.isolation.context import PUBLIC_SITE, inside

HOSTS = ("", "caldes.", "consola.", "ningu.")
NARROW = 320
A4 = {"width": 680, "height": 1000}  # the width between the margins


class Visitor:
    """A signed-in browser and the pages it can see, as name and whole address."""

    def __init__(self, chromium, site, host, paths):
        self.context = chromium.new_context(
            viewport={"width": 1366, "height": 768}, locale="es-ES", reduced_motion="reduce"
        )
        self.page = self.context.new_page()
        self.site, self.host = site, host
        self.pages = {name: f"http://{host}localhost:{site}{path}" for name, path in paths.items()}
        speak(self.context, site, "es", *HOSTS)


def told_by_stripe():
    """An event of nobody we know: the list and the page of events have something to show."""
    from billing.payments.models import StripeEvent

    with inside(PUBLIC_SITE):
        kept = {"id": "cus_1", "object": "customer", "customer": None}
        event, _is_new = StripeEvent.objects.get_or_create(
            event_id="evt_of_nobody",
            defaults={"type": "customer.created", "created": datetime(2026, 11, 25, tzinfo=UTC), "payload": kept},
        )
    return event.pk


@pytest.fixture(scope="module")
def visitors(shown, staff, chromium, site):
    """Nobody, an administrator of a town, somebody with a second factor, and an administrator of Adtende."""
    values, codes = shown
    of_staff = Values(
        {
            **values.by_name,
            "people:person": {"pk": staff.pk},
            "console:town": {"slug": "caldes"},
            "payments:event": {"pk": told_by_stripe()},
        }
    )
    town, console = settings.TENANT_URLCONF, settings.STAFF_URLCONF
    found = {
        "public": Visitor(chromium, site, "", pages(settings.PUBLIC_URLCONF, None, values)),
        "nobody": Visitor(chromium, site, "caldes.", pages(town, OF_NOBODY, values)),
        "town": Visitor(chromium, site, "caldes.", pages(town, None, values)),
        "second factor": Visitor(chromium, site, "caldes.", pages(town, OF_SECOND_FACTOR, values)),
        "console": Visitor(chromium, site, "consola.", pages(console, None, of_staff)),
    }
    enter(found["town"].page, site, "caldes.", "anna@example.org")
    enter(found["console"].page, site, "consola.", staff.email)
    second = found["second factor"]
    enter(second.page, site, "caldes.", "eva@example.org")
    second.between = faults(second.page)  # the page between password and code
    assert second.page.url == second.pages.pop("mfa_authenticate")
    second.page.fill("input[name=code]", codes[0])
    second.page.click("main button.main")
    yield found
    for one in found.values():
        one.context.close()


def look(visitor):
    """Opens every page of a visitor, what is folded unfolded; gives name and page."""
    for name, address in visitor.pages.items():
        if name == "account_reset_password_from_key":  # its link sends on to an address without the key
            visitor.page.goto(address)
        else:
            open_page(visitor.page, address)
        unfold(visitor.page)
        yield name, visitor.page


WHO = ["public", "nobody", "town", "second factor", "console"]


def test_no_list_names_an_address_that_is_gone():
    assert unknown_names() == set()


@pytest.mark.parametrize("who", WHO)
def test_no_page_has_a_fault(visitors, who):
    found = [getattr(visitors[who], "between", "")]
    for _name, page in look(visitors[who]):
        found.append(faults(page))
        page.emulate_media(color_scheme="dark")
        found.append(faults(page, "color-contrast", "link-in-text-block"))
        page.emulate_media(color_scheme="light")
    assert "\n".join(filter(None, found)) == ""


@pytest.mark.parametrize("language", ["ca", "en"])
def test_no_page_has_a_fault_in_another_language(visitors, site, language):
    town, public = visitors["town"], visitors["public"]
    found = []
    for visitor, names in (
        (
            town,
            (
                "dashboard:dashboard",
                "dashboard:figures",
                "calls:calls",
                "calls:call",
                "pbx:import",
                "departments:departments",
            ),
        ),
        (public, ("public:front",)),
    ):
        speak(visitor.context, site, language, *HOSTS)
        for name in names:
            open_page(visitor.page, visitor.pages[name])
            assert visitor.page.get_attribute("html", "lang") == language
            found.append(faults(visitor.page))
        speak(visitor.context, site, "es", *HOSTS)
    assert "".join(found) == ""


@pytest.mark.parametrize("who", WHO)
def test_no_page_is_wider_than_a_small_telephone(visitors, who):
    visitors[who].page.set_viewport_size({"width": NARROW, "height": 640})
    wide = {name: width_of(page) for name, page in look(visitors[who]) if width_of(page) > NARROW}
    visitors[who].page.set_viewport_size({"width": 1366, "height": 768})
    assert wide == {}


@pytest.mark.parametrize("who", ["public", "town", "console"])
def test_paper_has_the_heading_and_no_controls(visitors, who):
    visitor = visitors[who]
    visitor.page.set_viewport_size(A4)
    visitor.page.emulate_media(media="print")
    controls = ".btn, .side, form.filters, .choices, .crumbs, .app > header .aside, .tabs a:not([aria-current]), .skip"
    for name, page in look(visitor):
        assert page.is_visible("main h1"), name
        seen = page.eval_on_selector_all(controls, "all => all.filter(e => e.checkVisibility()).map(e => e.outerHTML)")
        assert seen == [], name
        assert width_of(page) <= A4["width"], name
    visitor.page.emulate_media(media="screen")
    visitor.page.set_viewport_size({"width": 1366, "height": 768})


def test_dark_ink_stands_on_paper_whatever_was_chosen_for_the_screen(visitors):
    page = visitors["public"].page
    page.goto(visitors["public"].pages["public:front"])
    page.click("button[name=theme][value=dark]")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) != "rgb(255, 255, 255)"
    page.emulate_media(media="print")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    page.emulate_media(media="screen")
    page.click("button[name=theme][value='']")


def test_charts_and_the_ledger_keep_an_edge_in_forced_colours(visitors):
    visitor = visitors["town"]
    visitor.page.emulate_media(forced_colors="active")
    for name, shapes in (
        ("dashboard:dashboard", ".chart svg rect[class], .bars svg rect[class]"),
        ("pbx:import", ".ledgerbar rect"),
    ):
        visitor.page.goto(visitor.pages[name])
        seen = visitor.page.eval_on_selector_all(
            shapes,
            """all => all.map(e => { const s = getComputedStyle(e); const ground = getComputedStyle(document.body).backgroundColor;
            return (s.stroke !== 'none' && s.stroke !== ground) || (s.fill !== 'none' && s.fill !== ground); })""",
        )
        assert seen, name
        assert all(seen), name
    visitor.page.emulate_media(forced_colors="none")


def trouble_pages(visitors, site):
    """Pages that went wrong, each brought about as it happens in life: name, status and browser."""
    public, town = visitors["public"].page, visitors["town"].page
    town.emulate_media(media="screen")
    yield "unknown host", public.goto(f"http://ningu.localhost:{site}/").status, 404, public
    yield "unknown address", town.goto(f"http://caldes.localhost:{site}/zzz/").status, 404, town
    yield "too large", sent(town, visitors["town"].pages["people:invite"], "x" * 6_000_000), 413, town
    contact = visitors["nobody"]
    enter(contact.page, site, "caldes.", "laia@example.org")
    yield "not for this role", contact.page.goto(f"http://caldes.localhost:{site}/calls/").status, 403, contact.page
    contact.context.clear_cookies(name="csrftoken")
    speak(contact.context, site, "es", *HOSTS)
    yield (
        "without its mark",
        sent(contact.page, f"http://caldes.localhost:{site}/account/password/change/", "", True),
        403,
        contact.page,
    )
    contact.context.clear_cookies()
    speak(contact.context, site, "es", *HOSTS)


def sent(page, address, text, without_cookie=False):
    """The status after the form of a page was sent with this text in its first field."""
    page.goto(address)
    if without_cookie:
        page.context.clear_cookies(name="csrftoken")
    page.eval_on_selector(
        "main form input[type=text], main form input[type=password]", "(e, t) => { e.value = t; }", text
    )
    with page.expect_navigation() as there:
        page.click("main form button.main")
    return there.value.status


def test_pages_that_went_wrong_have_no_fault_and_say_nothing_of_the_machine(visitors, site):
    for name, status, expected, page in trouble_pages(visitors, site):
        assert status == expected, name
        assert page.get_attribute("html", "lang") == "es", name
        assert faults(page) == "", name
        page.emulate_media(color_scheme="dark")
        assert faults(page, "color-contrast") == "", name
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": NARROW, "height": 640})
        assert width_of(page) <= NARROW, name
        page.set_viewport_size({"width": 1366, "height": 768})
        assert "role may not" not in page.inner_text("main"), name
