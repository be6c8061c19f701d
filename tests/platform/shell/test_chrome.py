"""The frame around every page: language, theme, forms whose errors can be found, pages that went wrong."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, QueryDict
from django.template import Context, Template
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils import translation

from shell import views
from shell.menus import MenuEntry, MenuGroup
from shell.samples import SampleForm

pytestmark = pytest.mark.urls("shell.urls")
TOWN = SimpleNamespace(
    name="L'Hospitalet de Llobregat", colour="sienna", is_demonstration=False, state="ACTIVE", trial_ends_on=None
)


@pytest.fixture
def request_() -> HttpRequest:
    request = RequestFactory().get("/calls/?queue=oac&page=4", headers={"host": "caldes.localhost:8000"})
    request.municipality = TOWN  # type: ignore[attr-defined]
    return request


def rendered(source: str, request: HttpRequest | None = None, **context: Any) -> str:
    return Template("{% load page figures %}" + source).render(Context({"request": request, **context}))


def test_a_town_page_says_its_language_its_town_and_where_one_is(request_: HttpRequest) -> None:
    menu = [MenuGroup("", [MenuEntry("Hoy", "/", is_current=True), MenuEntry("<b>", "/b/", count="3")])]
    with translation.override("ca"):
        page = render_to_string("shell/base_town.html", {"menu": menu}, request_)
    assert '<html lang="ca">' in page
    assert "Ajuntament de l&#x27;Hospitalet de Llobregat" in page and 'class="app town-sienna"' in page
    assert '<a href="/" aria-current="page">Hoy</a>' in page
    assert '&lt;b&gt;<span class="count">3</span>' in page
    assert page.index('class="skip" href="#content"') < page.index("<header>") < page.index('id="content"')


def test_a_demonstration_is_marked_and_a_real_town_is_not(request_: HttpRequest) -> None:
    marked = 'class="demonstration"'
    assert marked not in render_to_string("shell/base_town.html", {"menu": []}, request_)
    request_.municipality = SimpleNamespace(**{**vars(TOWN), "is_demonstration": True})  # type: ignore[attr-defined]
    assert marked in render_to_string("shell/base_town.html", {"menu": []}, request_)


@pytest.mark.parametrize(("cookie", "expected"), [("dark", ' data-theme="dark"'), ('"><script>', ""), ("", "")])
def test_the_theme_is_the_one_the_person_chose(request_: HttpRequest, cookie: str, expected: str) -> None:
    request_.COOKIES["theme"] = cookie
    page = render_to_string("shell/base_public.html", {}, request_)
    assert re.search(r'<html lang="\w+"(.*)>', page).group(1) == expected  # type: ignore[union-attr]


def test_a_page_without_a_person_asks_for_no_cookie(request_: HttpRequest) -> None:
    page = render_to_string("shell/base_public.html", {}, request_)
    assert "csrfmiddlewaretoken" not in page
    assert 'action="/preferences/language/"' in page


@pytest.mark.parametrize(
    ("wanted", "lands"), [("/calls/?a=1", "/calls/?a=1"), ("https://elsewhere.example/", "/"), ("", "/")]
)
def test_choosing_a_theme_keeps_it_and_never_leaves_the_site(wanted: str, lands: str) -> None:
    response = views.choose_theme(RequestFactory().post("/preferences/theme/", {"theme": "dark", "next": wanted}))
    assert (response.status_code, response["Location"]) == (302, lands)
    assert response.cookies["theme"].value == "dark" and response.cookies["theme"]["samesite"] == "Lax"


def test_handing_the_theme_back_to_the_device_forgets_the_cookie() -> None:
    response = views.choose_theme(RequestFactory().post("/", {"theme": ""}))
    assert response.cookies["theme"]["max-age"] == 0


def test_the_page_of_a_broken_server_needs_neither_database_nor_context() -> None:
    page = get_template("500.html").render()
    assert "<h1>" in page and "/static/shell/tokens.css" in page


@pytest.mark.parametrize(
    "name", ["400.html", "403.html", "403_csrf.html", "404.html", "503.html", "shell/unknown_host.html"]
)
def test_a_page_that_went_wrong_says_what_to_do(request_: HttpRequest, name: str) -> None:
    page = render_to_string(name, {"host": "calds.localhost"}, request_)
    assert page.count("<h1>") == 1 and 'class="btn main"' in page


def test_an_unknown_host_is_told_where_the_public_site_is(request_: HttpRequest) -> None:
    page = render_to_string("shell/unknown_host.html", {"host": "<calds>"}, request_)
    assert 'href="http://localhost:8000/"' in page and "<calds>" not in page


def test_unavailable_asks_to_come_back() -> None:
    response = views.service_unavailable(RequestFactory().get("/"))
    assert (response.status_code, response["Retry-After"]) == (503, "60")


def test_the_page_of_pieces_exists_only_in_demonstration(request_: HttpRequest, settings: Any) -> None:
    settings.DEMONSTRATION = False
    with pytest.raises(Http404):
        views.kit(request_)
    settings.DEMONSTRATION = True
    page = views.kit(request_).content.decode()
    assert page.count("<svg") >= 10
    identities = re.findall(r'\sid="([^"]+)"', page)
    assert len(identities) == len(set(identities)) > 20


def test_every_error_of_a_form_links_to_its_field_and_is_read_with_it() -> None:
    form = SampleForm({"phone": "93 000 41 7", "kind": "A"})
    page = rendered("{% form_fields form %}", form=form)
    assert re.findall(r'<a href="#(\w+)">', page) == ["id_phone", "id_signer_0"]
    assert 'id="id_phone"' in page and 'id="id_signer_0"' in page
    assert 'aria-describedby="id_phone-hint id_phone-error" aria-invalid="true"' in page
    assert 'id="id_phone-error"' in page and 'value="93 000 41 7"' in page


def test_a_form_without_errors_has_no_summary_and_hidden_fields_stay_hidden() -> None:
    class Quiet(forms.Form):
        token = forms.CharField(widget=forms.HiddenInput)
        name = forms.CharField(widget=forms.TextInput(attrs={"placeholder": "gone when typing"}))

    page = rendered("{% form_fields form %}", form=Quiet())
    assert 'class="summary"' not in page and "placeholder" not in page
    assert '<input type="hidden" name="token"' in page and page.count("<label") == 1


def test_what_a_person_typed_is_never_markup() -> None:
    page = rendered("{% form_fields form %}", form=SampleForm({"phone": '"><script>'}))
    assert "<script>" not in page


def test_pages_of_a_list_keep_the_filters(request_: HttpRequest) -> None:
    page = rendered("{% pages rows %}", request_, rows=Paginator(range(100), 10).page(4))
    assert 'href="?queue=oac&amp;page=3"' in page and 'href="?queue=oac&amp;page=5"' in page


def test_sorting_keeps_the_filters_turns_round_and_goes_to_the_first_page(request_: HttpRequest) -> None:
    heading = '{% sort_heading "wait" "Wait" number=True %}'
    assert 'href="?queue=oac&amp;sort=wait"' in rendered(heading, request_)
    request_.GET = QueryDict("sort=wait&page=3")
    page = rendered(heading, request_)
    assert 'href="?sort=-wait"' in page and 'aria-sort="ascending"' in page


def test_filters_beside_a_form_are_kept_except_the_ones_it_asks(request_: HttpRequest) -> None:
    request_.GET = QueryDict("queue=oac&queue=<x>&text=a&page=4")
    page = rendered('{% kept_filters "text" %}', request_)
    assert re.findall(r'value="([^"]+)"', page) == ["oac", "&lt;x&gt;"]


def test_a_figure_shows_its_denominator_and_leads_to_rows_and_definition() -> None:
    with translation.override("es"):
        page = rendered('{% share_card "Atendidas" 3888 4139 rows_url="/calls/" definition_url="/d/4/" %}')
    assert "93,9" in page and 'href="/calls/"' in page and 'href="/d/4/"' in page
    assert "4.139" in page


def test_a_figure_of_few_cases_is_no_percentage() -> None:
    with translation.override("en"):
        inside = rendered('{% share_card "x" 10 12 low=0.552 high=0.953 %}')
        public = rendered('{% share_card "x" 10 12 public=True %}')
    assert ">10<" in inside and "%" not in inside.split("fig-of")[0] and "55.2%" in inside
    assert "10" not in public and "little data" in public


def test_a_figure_the_sources_cannot_give_is_a_dash_with_its_reason() -> None:
    page = rendered('{% share_card "x" None None reason="No sign-ins in the records." rows_url="/calls/" %}')
    assert ">–<" in page and "No sign-ins in the records." in page and "/calls/" not in page


def test_progress_always_counts() -> None:
    with translation.override("en"):
        page = rendered('{% progress 11240 18017 "rows" %}')
    assert 'max="18017" value="11240"' in page and "11,240 of 18,017 rows" in page
