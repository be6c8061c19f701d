"""Every address of a kind of host, walked from the resolver: a new one comes into the tests by itself."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import URLPattern, get_resolver, reverse

_NOBODYS = "00000000-0000-4000-8000-000000000000"
# Values of parameters that name no object of a municipality; figures, charts and tables are ones that exist.
_MONTH = {"slug": "caldes", "month": date(2026, 5, 1)}
PLAIN: dict[str, dict[str, Any]] = {
    **{f"public:{name}": {"slug": "caldes"} for name in "town town_csv town_json embed".split()},
    **{f"public:{name}": _MONTH for name in "month month_csv month_json".split()},
    "public:edition_json": {**_MONTH, "edition": 1},
    "account_reset_password_from_key": {"uidb36": "1", "key": "set-password"},
    "people:accept": {"token": "no-such-invitation"},
    "surveys:answer": {"secret": "no-such-survey"},
    "dashboard:figure": {"figure_id": "inbound"},
    "dashboard:chart_csv": {"chart_id": "calls"},
    "dashboard:department_csv": {"table_id": "hours"},
    "lines:kind": {"kind": "queues"},
    **{f"exports:{name}": {"month": "2026-11"} for name in "month pdf xlsx".split()},
    "exports:csv": {"month": "2026-11", "table_id": "days"},
    "commitments:one": {"code": "c1"},
    "commitments:evidence": {"code": "c1"},
    "opening:application": {"token": "no-such-application"},
    "console:town": {"slug": "caldes"},
    "payments:charges": {"slug": "caldes"},
    "payments:give_back": {"slug": "caldes", "invoice_id": "in_of_nobody"},
    "console:reception_number": {"slug": "caldes"},
    "opening:apply": {"ine_code": "17079"},
    "getting_started:task": {"code": "departments"},
    "papers:for_place": {"ine_code": "17079"},
    "lines:add": {"kind": "queues"},
    **{
        f"invoices:{name}": {"invoice_uuid": _NOBODYS}
        for name in "pdf xml invoice rectify deliver registry paid".split()
    },
}


def named(urlconf: str) -> dict[str, URLPattern]:
    """Every address by its full name."""

    def walk(patterns: Any, space: str) -> Iterator[tuple[str, URLPattern]]:
        for one in patterns:
            if isinstance(one, URLPattern):
                assert one.name, f"an address without a name: {one.pattern}"
                yield space + one.name, one
            else:
                yield from walk(one.url_patterns, f"{space}{one.namespace}:" if one.namespace else space)

    return dict(walk(get_resolver(urlconf).url_patterns, ""))


def paths(urlconf: str, ids: dict[str, Any]) -> dict[str, str]:
    """The path of every address by name; ``ids`` has, by name or by app, the id that its parameter takes."""
    found = {}
    for name, one in named(urlconf).items():
        arguments = PLAIN.get(name)
        if arguments is None and one.pattern.converters:
            (*others, parameter) = one.pattern.converters
            value = ids.get(name) or ids.get(name.partition(":")[0])
            assert value is not None, f"this test has no object for the address {name}"
            arguments = {parameter: value} | ({"kind": "queues"} if others else {})
        found[name] = reverse(name, urlconf, kwargs=arguments or {})
    return found
