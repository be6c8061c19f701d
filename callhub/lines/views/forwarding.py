"""Forwarding the lines to Adtende's number, and the test call that proves it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from callhub.calls.queries.recent import latest_call_at
from callhub.lines import actions, queries
from callhub.lines.models import Line
from callhub.lines.rules import SEEN_MINUTES, Carrier, codes, is_confirmed, is_mobile
from callhub.lines.words import CARRIERS, WHEN
from tenants.audit.actions import actor_of
from tenants.directory.queries import reception_number_of
from tenants.people.access import access
from tenants.people.rules import Role

KEEPERS = (Role.ADMINISTRATOR, Role.SUPERVISOR)
READERS = (*KEEPERS, Role.DATA_PROTECTION_OFFICER)


@access(*READERS)
def forwarding(request: HttpRequest) -> HttpResponse:
    """What to dial at each line, for a carrier, and how to undo it."""
    asked = request.GET.get("carrier", "")
    carrier = Carrier(asked) if asked in set(Carrier) else Carrier.MOVISTAR
    target = reception_number_of(request.municipality.schema_name)  # type: ignore[attr-defined]
    lines = []
    for line in Line.objects.filter(state=Line.State.IN_USE) if target else []:
        mobile = is_mobile(line.number)
        rows = [(WHEN[code.when], code) for code in codes(target.number, mobile=mobile)] if target else []
        lines.append(
            {"line": line, "is_mobile": mobile, "is_confirmed": is_confirmed(carrier, mobile=mobile), "rows": rows}
        )
    context = {"target": target, "lines": lines, "carriers": CARRIERS.items(), "carrier": carrier}
    return render(request, "lines/forwarding.html", context)


@access(*KEEPERS)
def test_call(request: HttpRequest) -> HttpResponse:
    """Somebody calls one of the lines and asks whether the call was seen."""
    verdict = None
    if request.method == "POST":
        verdict = actions.see_test_call(now=timezone.now(), by=actor_of(request), reason="on the page of the test call")
    context = {
        "verdict": verdict,
        "lines": Line.objects.filter(state=Line.State.IN_USE),
        "target": reception_number_of(request.municipality.schema_name),  # type: ignore[attr-defined]
        "minutes": SEEN_MINUTES,
        "latest": latest_call_at(),
        "seen": queries.latest_test_call(),
    }
    return render(request, "lines/test_call.html", context)
