"""Who may do what with every table: the one register that roles, provisioning and the audit test share.

A model that is not listed here fails `manage check` and the tests. `pk` sequences follow the table: whoever may INSERT
may use them.
"""

from typing import Final

READ: Final = frozenset({"SELECT"})
APPEND: Final = frozenset({"SELECT", "INSERT"})
KEEP: Final = frozenset({"SELECT", "INSERT", "UPDATE"})
FULL: Final = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})

Privileges = frozenset[str]


def read_only_of(*columns: str) -> Privileges:
    """To read these columns and no other."""
    return frozenset({f"SELECT ({', '.join(sorted(columns))})"})


# In each municipality's schema: what the municipality's own role may do. Nobody else may do anything there.
MUNICIPALITY_TABLES: dict[str, Privileges] = {
    "people.User": KEEP,
    "people.Invitation": KEEP,
    "audit.AuditEntry": APPEND,
    "agreements.Acceptance": APPEND,
    "sessions.Session": FULL,
    "account.EmailAddress": FULL,
    "account.EmailConfirmation": FULL,
    "mfa.Authenticator": FULL,
    "usersessions.UserSession": FULL,
    "departments.Department": FULL,
    "departments.Extension": FULL,
    "departments.Contact": FULL,
    "timetables.Edition": KEEP,
    "lines.Line": FULL,
    "lines.Queue": FULL,
    "lines.Agent": FULL,
    "pbx.Pbx": FULL,
    "pbx.Import": KEEP,
    "pbx.ImportBlock": APPEND,
    "pbx.RawRecord": APPEND,
    "pbx.RefusedRow": APPEND,
    "pbx.ChannelLink": FULL,
    "pbx.TableMapping": FULL,
    "calls.Call": FULL,
    "calls.Leg": FULL,
    "calls.Visit": FULL,
    "calls.Derivation": FULL,
    "surveys.Edition": APPEND,
    "surveys.Invitation": KEEP,
    "surveys.Answer": KEEP,
    "kpi.Bucket": FULL,
    "kpi.ChangedQuarter": FULL,
    "kpi.FillMark": FULL,
    "exports.Recipient": KEEP,
    "commitments.Edition": APPEND,
    "commitments.LeftOutDay": APPEND,
}

# In the public schema: per role. `municipality` stands for MUNICIPALITIES, which every municipality's role belongs to,
# each held to its own rows by row-level security on the column named in OWN_ROWS.
SHARED_TABLES: dict[str, dict[str, Privileges]] = {
    "directory.Municipality": {"app_web": READ, "app_staff": READ},
    "directory.Domain": {"app_web": READ, "app_staff": READ},
    "directory.RegisteredLine": {"municipality": frozenset({"SELECT", "INSERT", "DELETE"})},
    "directory.ReceptionNumber": {"app_staff": frozenset({"SELECT", "INSERT", "DELETE"}), "municipality": READ},
    # The console tells what was corrected, and neither who wrote it nor how to reach them.
    "opening.Application": {
        "app_web": KEEP,
        "app_staff": read_only_of("id", "schema_name", "remark", "language", "created_at"),
    },
    "isolation.TemplateScript": {},
    "public.PublicCount": {"app_web": READ, "app_staff": READ, "municipality": FULL},
    # What it was made of tells small numbers apart: nobody but the municipality reads it.
    "public.Publication": {
        "app_web": read_only_of("id", "schema_name", "month", "edition", "payload", "signature", "published_at"),
        "municipality": APPEND,
    },
    "plans.Contract": {"app_staff": KEEP, "municipality": READ},
    "plans.Wish": {"app_staff": frozenset({"SELECT", "UPDATE"}), "municipality": APPEND},
    "plans.Block": {"app_staff": APPEND, "municipality": READ},
    "usage.ClosedMonth": {"app_staff": READ, "municipality": APPEND},
    "usage.Foreseen": {"app_staff": READ, "municipality": KEEP},
    "payments.Customer": {"app_staff": APPEND, "municipality": READ},
    "payments.SubscriptionState": {"app_staff": KEEP, "municipality": READ},
    "payments.Settlement": {"app_staff": KEEP, "municipality": READ},
    "payments.RefusedDelivery": {"app_web": KEEP, "app_staff": READ},
    "payments.StripeEvent": {"app_web": APPEND, "app_staff": KEEP},
    "invoices.Invoice": {"app_staff": APPEND, "municipality": READ},
    "invoices.Standing": {"app_staff": KEEP, "municipality": READ},
    "invoices.ChainRecord": {"app_staff": APPEND},
    "invoices.Chain": {"app_staff": KEEP},
    "invoices.Counter": {"app_staff": KEEP},
    "people.User": {"app_staff": KEEP},
    "people.Invitation": {"app_staff": KEEP},
    "audit.AuditEntry": {"app_staff": APPEND},
    "sessions.Session": {"app_staff": FULL},
    "account.EmailAddress": {"app_staff": FULL},
    "account.EmailConfirmation": {"app_staff": FULL},
    "mfa.Authenticator": {"app_staff": FULL},
    "usersessions.UserSession": {"app_staff": FULL},
    "procrastinate.ProcrastinateJob": {"app_jobs": FULL},
    "procrastinate.ProcrastinateEvent": {"app_jobs": FULL},
    "procrastinate.ProcrastinatePeriodicDefer": {"app_jobs": FULL},
    "procrastinate.ProcrastinateWorker": {"app_jobs": FULL},
}

# Tables of the public schema without a model.
SHARED_TABLES_BY_NAME: dict[str, dict[str, Privileges]] = {
    "limits": {"app_web": FULL},
    "django_migrations": {"app_web": READ, "app_staff": READ},
}

# Shared tables with row-level security, and the column that names the row's owner.
OWN_ROWS: dict[str, str] = {
    "directory.Municipality": "schema_name",
    "directory.RegisteredLine": "schema_name",
    "directory.ReceptionNumber": "schema_name",
    "public.PublicCount": "schema_name",
    "public.Publication": "schema_name",
    "plans.Contract": "schema_name",
    "plans.Wish": "schema_name",
    "plans.Block": "schema_name",
    "usage.ClosedMonth": "schema_name",
    "usage.Foreseen": "schema_name",
    "payments.Customer": "schema_name",
    "payments.SubscriptionState": "schema_name",
    "payments.Settlement": "schema_name",
    "invoices.Invoice": "schema_name",
    "invoices.Standing": "schema_name",
}

APPLICATION_ROLES: Final = ("app_web", "app_staff", "app_jobs", "app_backup")

# Nobody signs in as it. One grant per shared table whatever the number of municipalities: a grant for each would end at
# some 2,400, where the list no longer fits the table's row in the catalogue.
MUNICIPALITIES: Final = "app_municipality"
