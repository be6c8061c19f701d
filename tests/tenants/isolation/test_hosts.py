"""From the Host header to the world it belongs to."""

import pytest
from django.test import Client

from tenants.directory.hosts import clean_host
from tenants.directory.rules import UnusableSlug, check_slug, look_alike_key, slug_of


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("caldes.localhost", "caldes.localhost"),
        ("CALDES.Localhost.:8000", "caldes.localhost"),
        ("caldes.localhost:80a", ""),
        ("caldes.localhost@evil", ""),
        ("[::1]:8000", ""),
        ("càldes.localhost", ""),
        ("", ""),
    ],
)
def test_a_host_header_is_cleaned_or_refused(raw, clean):
    assert clean_host(raw) == clean


def test_an_unknown_host_gets_a_helpful_404_that_leads_to_the_public_site(towns):
    response = Client(headers={"host": "enlloc.localhost:8000"}).get("/")
    assert response.status_code == 404
    assert b"localhost:8000" in response.content


def test_an_unknown_host_speaks_the_language_of_who_asks_not_of_who_asked_before(towns, browse):
    browse("caldes").get("/account/login/", headers={"accept-language": "en"})
    response = Client(headers={"host": "enlloc.localhost:8000"}).get("/", headers={"accept-language": "ca"})
    assert '<html lang="ca"' in response.content.decode()


def test_upper_case_and_a_trailing_dot_reach_the_town(caldes):
    response = Client(headers={"host": "CALDES.localhost.:8000"}).get("/")
    assert response.status_code in {200, 302}


@pytest.mark.parametrize(
    "slug",
    ["www", "adm1n", "admin", "consola", "c0nsola", "xn--ida", "ab", "Caldes", "càldes", "a--b", "-ab", "сaldes"],
)
def test_reserved_and_look_alike_slugs_are_refused(slug):
    with pytest.raises(UnusableSlug):
        check_slug(slug)


@pytest.mark.parametrize("slug", ["caldes", "sant-boi", "l-hospitalet", "vilanova-i-la-geltru"])
def test_ordinary_slugs_are_accepted(slug):
    assert check_slug(slug) == slug


def test_slugs_that_look_alike_have_one_key():
    assert look_alike_key("caldes") == look_alike_key("ca1des")
    assert look_alike_key("sant-boi") == look_alike_key("santboi")
    assert look_alike_key("caldes") != look_alike_key("calders")


def test_a_name_becomes_a_slug():
    assert slug_of("L'Hospitalet de Llobregat") == "l-hospitalet-de-llobregat"


@pytest.mark.parametrize("host", ["", "[::1]:8000", "10.0.0.7:8000", "nobody.example.org", "caldes.localhost"])
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_told_whatever_the_probe_calls_us(towns, host, path):
    assert Client(headers={"host": host}).get(path).status_code == 200


def test_a_session_cookie_means_nothing_on_the_public_site_and_breaks_nothing(towns):
    client = Client(headers={"host": "localhost:8000"})
    client.cookies["sessionid"] = "a" * 32
    assert client.get("/").status_code == 200
    assert client.get("/method/").status_code == 200
