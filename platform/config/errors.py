"""Error reports: only when SENTRY_DSN is set, with the municipality and its schema as tags and no personal data."""

from typing import Any

from kit.scrubbing import scrubbed


def without_personal_data(event: dict[str, Any], hint: dict[str, Any] | None = None) -> dict[str, Any]:
    """What may leave the machine: no body, cookies, headers, query, local variables; numbers and addresses scrubbed."""
    from tenants.isolation.context import connection

    method = (event.get("request") or {}).get("method")
    event = {key: value for key, value in event.items() if key not in {"request", "user", "breadcrumbs", "server_name"}}
    for entry in (event.get("exception") or {}).get("values", []):
        for frame in (entry.get("stacktrace") or {}).get("frames", []):
            frame.pop("vars", None)
    event = scrubbed(event)
    if method:  # the address stays here: it can be that of an invitation; the transaction names the route
        event["request"] = {"method": method}
    slug = getattr(connection.tenant, "slug", "")  # neither the public site nor the console has one
    event.setdefault("tags", {}).update({"schema": connection.schema_name, "municipality": slug or "none"})
    return event


def start(dsn: str) -> None:
    """Begins to report errors to ``dsn``."""
    import sentry_sdk

    sentry_sdk.init(
        dsn=dsn,
        before_send=without_personal_data,  # type: ignore[arg-type]
        send_default_pii=False,
        include_local_variables=False,
        max_breadcrumbs=0,
        traces_sample_rate=0.0,
    )
