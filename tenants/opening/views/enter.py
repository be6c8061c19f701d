"""From the public site to the sign-in of a municipality that has an account."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tenants.directory.hosts import link_into
from tenants.directory.queries import host_of, open_municipalities
from tenants.directory.search import SHORTEST, core_of
from tenants.people.access import PUBLIC, access

MOST = 20


@access(PUBLIC)
def enter(request: HttpRequest) -> HttpResponse:
    """Whose people sign in? Found by a part of its name, or by the word of its address."""
    text = request.GET.get("text", "").strip()[:100]
    wanted = core_of(text)
    found = [
        (one, link_into(request, host_of(one.slug), "/account/login/"))
        for one in (open_municipalities() if len(wanted) >= SHORTEST else [])
        if wanted in core_of(one.name) or text.lower() == one.slug
    ]
    return render(request, "opening/enter.html", {"text": text, "found": found[:MOST]})
