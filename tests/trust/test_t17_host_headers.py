"""T17: however the Host header is written, over a real socket, it leads to the town's own pages, to 400 or to 404."""

import re

import pytest
from trust.web_server import sent, web_server

from tenants.people.rules import Role

CALDES, ARRECIFE, EVIL = "caldes.localhost", "arrecife.localhost", "evil.example"
LOGIN = "/account/login/"
OWN, NONE = "own", "none"  # the town's own page; 400 or 404 without a town

# Host lines -> what answers.
HOSTS = {
    "as it is registered": (f"Host: {CALDES}", OWN),
    "upper case": ("Host: CALDES.LOCALHOST", OWN),
    "trailing dot": (f"Host: {CALDES}.", OWN),
    "port": (f"Host: {CALDES}:8000", OWN),
    "upper case, dot and port": ("Host: Caldes.LocalHost.:443", OWN),
    "spaces around it": (f"Host:   {CALDES}  ", OWN),
    "X-Forwarded-Host says another town": (f"Host: {CALDES}\r\nX-Forwarded-Host: {ARRECIFE}", OWN),
    "Forwarded says another town": (f"Host: {CALDES}\r\nForwarded: host={ARRECIFE}", OWN),
    "X-Host, X-Original-Host and X-Forwarded-Server": (
        f"Host: {CALDES}\r\nX-Host: {ARRECIFE}\r\nX-Original-Host: {ARRECIFE}\r\nX-Forwarded-Server: {ARRECIFE}",
        OWN,
    ),
    "user information": (f"Host: {CALDES}@{EVIL}", NONE),
    "user information before the town": (f"Host: {EVIL}@{CALDES}", NONE),
    "port that is no number": (f"Host: {CALDES}:80@{EVIL}", NONE),
    "IPv6 literal": ("Host: [::1]", NONE),
    "IPv6 literal with port": ("Host: [::1]:8000", NONE),
    "IPv4": ("Host: 127.0.0.1", NONE),
    "two hosts": (f"Host: {CALDES}\r\nHost: {ARRECIFE}", NONE),
    "two hosts in a line": (f"Host: {CALDES}, {ARRECIFE}", NONE),
    "empty": ("Host:", NONE),
    "none": ("X-Nothing: 1", NONE),
    "unknown town": ("Host: enlloc.localhost", NONE),
    "town with something before": (f"Host: x.{CALDES}", NONE),
    "town with something behind": (f"Host: {CALDES}.{EVIL}", NONE),
    "underscore and slash": (f"Host: {CALDES}/{ARRECIFE}", NONE),
    "accents": ("Host: càldes.localhost", NONE),
    "NUL": (f"Host: {CALDES}\0.{EVIL}", NONE),
    "markup": ("Host: <script>alert(1)</script>", NONE),
    "very long": (f"Host: {'a' * 4_000}.localhost", NONE),
}


@pytest.fixture(scope="module")
def port(towns, tmp_path_factory):
    with web_server() as port:
        yield port


def ask(port, host_lines, path=LOGIN):
    return sent(port, f"GET {path} HTTP/1.1\r\n{host_lines}\r\nConnection: close\r\n\r\n".encode())


def test_a_host_header_leads_to_its_own_town_or_to_400_or_404(port, towns):
    for case, (lines, expected) in HOSTS.items():
        answer = ask(port, lines)
        assert "Arrecife" not in answer.body, case
        assert EVIL not in answer.headers.get("location", ""), case
        assert not re.search(rf'(href|action|src)="[^"]*({re.escape(EVIL)}|<script)', answer.body), case
        if expected == OWN:
            assert answer.status == 200, case
            assert towns["caldes"].name in answer.body, case
        else:
            assert answer.status in {400, 404}, (case, answer.status)
            assert towns["caldes"].name not in answer.body, case


@pytest.mark.parametrize(
    ("line", "host", "town"),
    [
        (f"http://{ARRECIFE}{LOGIN}", CALDES, "caldes"),
        (f"http://{EVIL}{LOGIN}", CALDES, "caldes"),
        (f"http://{CALDES}{LOGIN}", EVIL, None),
        (f"//{ARRECIFE}{LOGIN}", CALDES, None),
    ],
)
def test_a_request_line_with_a_whole_address_does_not_choose_the_town(line, host, town, port, towns):
    """Whether the address or the header counts, two towns never mix: here the header does, as in proxies before us."""
    answer = ask(port, f"Host: {host}", line)
    assert answer.status in ({200} if town else {400, 404})
    for slug, one in towns.items():
        assert (one.name in answer.body) == (slug == town)


def test_a_health_check_answers_whatever_the_host(port):
    for case, (lines, _expected) in HOSTS.items():
        if case in {"two hosts", "NUL", "none"}:  # no HTTP request at all for the server, which says 400 itself
            continue
        assert ask(port, lines, "/healthz").status == 200, case


def test_links_in_e_mails_name_the_registered_address_only(caldes, browse, person, settings, mailoutbox):
    settings.SECOND_FACTOR_REQUIRED = False
    anna = person(caldes, Role.ADMINISTRATOR, "anna@example.org")
    browser = browse("caldes", anna)
    for number, host in enumerate(("CALDES.localhost.:8099", "caldes.localhost:1", CALDES)):
        headers = {"host": host, "x-forwarded-host": EVIL}
        form = {"email": f"nou{number}@example.org", "name": "Nou", "role": "SUPERVISOR"}
        assert browser.post("/people/invite/", form, headers=headers).status_code == 302
        for email in (anna.email, f"ningu{number}@example.org"):
            browse("caldes").post("/account/password/reset/", {"email": email}, headers=headers)
    assert len(mailoutbox) == 9
    for mail in mailoutbox:
        links = re.findall(r"https?://([^/\s]+)/", mail.body)
        assert set(links) <= {CALDES}, mail.body
        assert links or "ningu" in mail.to[0]
        assert not re.search(r"evil|:8099|:1\b", f"{mail.subject} {mail.body}"), mail.body
