"""A municipality whose every row carries a mark: seen anywhere else, it was leaked."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from factories import DepartmentFactory, DerivationFactory, ExtensionFactory, InvitationFactory
from fixtures.imports import imported

from callhub.calls.models import Call, Leg
from callhub.departments.models import Contact
from callhub.lines.models import Agent, Line, Queue
from callhub.pbx.adapters import SourceFormat
from callhub.pbx.models import ChannelLink, Import, Pbx, TableMapping
from callhub.surveys.models import Answer, Invitation
from callhub.surveys.models import Edition as Chosen
from callhub.timetables.models import Edition
from reporting.commitments.models import Edition as Charters
from reporting.commitments.models import LeftOutDay
from reporting.commitments.rules import Charter, Commitment, to_json
from reporting.kpi.actions import compute_changed
from tenants.agreements.models import Acceptance
from tenants.audit.models import AuditEntry
from tenants.directory.models import RegisteredLine
from tenants.isolation.context import inside
from tenants.people.models import User
from tenants.people.rules import Role

# Tables in whose columns nothing is written that came from people or switchboards.
WITHOUT_WORDS = {"departments_contact", "exports_recipient", "kpi_changedquarter", "kpi_fillmark", "pbx_importblock"}
MADE_AT = 1_795_453_859  # a Monday of November 2026


def fill(town: Any, mark: str, digits: str, folder: Path) -> SimpleNamespace:
    """Rows in every table of ``town``, each with ``mark`` in its words and ``digits`` in its numbers; gives some ids."""
    path = folder / f"{mark}-queue_log"
    channel = f"{MADE_AT}.{digits}"
    path.write_text(
        f"{MADE_AT}|{channel}|{mark}-queue|NONE|ENTERQUEUE||6{digits}11|1\n"
        f"{MADE_AT + 9}|{channel}|{mark}-queue|{mark}-agent|CONNECT|9|{MADE_AT}.99|4\n"
        f"{MADE_AT + 60}|{channel}|{mark}-queue|{mark}-agent|BLINDTRANSFER|{digits}|internal|9|51|1\n"
        f"{MADE_AT}|NONE|NONE|{mark}-member|ADDMEMBER|\n"
        f"no time|{mark}|refused\n"
    )
    batch = imported(town, path, SourceFormat.QUEUE_LOG, pbx=f"{mark}-switchboard")
    with inside(town):
        Import.objects.filter(pk=batch.pk).update(error=f"{mark}-error", requested_by=f"{mark}-asker")
        pbx = Pbx.objects.get()
        pbx.chosen = {"trunk_peers": [f"PJSIP/{mark}"]}
        pbx.save()
        department = DepartmentFactory(
            name=f"{mark}-department",
            description=f"{mark}-what",
            email=f"{mark}@example.org",
            search_key=f"{mark}-department",
        )
        extension = ExtensionFactory(
            number=digits, department=department, person=f"{mark}-person", telephone=f"+34{digits}99", search_key=mark
        )
        user = User.objects.create_user(
            f"{mark}-user@example.org", name=f"{mark}-user", role=Role.DEPARTMENT_CONTACT.value
        )
        Contact.objects.create(department=department, user=user)
        invitation = InvitationFactory(email=f"{mark}-new@example.org", name=f"{mark}-new", invited_by=f"{mark}-by")
        EmailAddress.objects.create(user=user, email=user.email)
        Authenticator.objects.create(user=user, type="totp", data={"secret": f"{mark}-secret"})
        session = SessionStore()
        session["mark"] = mark
        session.save()
        UserSession.objects.create(
            user=user, ip="192.0.2.7", user_agent=f"{mark}-browser", session_key=session.session_key
        )
        queue = Queue.objects.get(name=f"{mark}-queue")
        Queue.objects.filter(pk=queue.pk).update(label=f"{mark}-queue-label")
        Agent.objects.update(label=f"{mark}-agent-label")
        line = Line.objects.create(number=f"+34{digits}", name=f"{mark}-line", state=Line.State.IN_USE)
        RegisteredLine.objects.create(number=line.number, schema_name=town.schema_name)
        call = Call.objects.get()
        Call.objects.update(line=line.number, outcome_reason=f"{mark}-reason")
        Leg.objects.create(call=call, party=f"PJSIP/{mark}-leg", started_at=call.started_at, talk_seconds=9.0)
        DerivationFactory(call=call, target=f"{mark}-target", by_agent=f"{mark}-agent", at=call.started_at)
        ChannelLink.objects.create(pbx=pbx, channel=f"{mark}-channel", linked=f"{mark}-linked", at=float(MADE_AT))
        Chosen.objects.create(number=1, is_on=True, sends_messages=True, one_in=1, made_by=f"{mark}-by")
        Invitation.objects.create(
            call_id=call.pk, digest=f"{mark}-digest", way="MESSAGE", called_on=call.started_at.date(), agent=f"{mark}-agent",
            invited_on=call.started_at.date(), closes_on=call.started_at.date(),
        )  # fmt: skip
        answer = Answer.objects.create(
            month=call.started_at.date().replace(day=1), way="MESSAGE", department=department, agent=f"{mark}-agent", solved="YES",
            treatment=9, overall=9, language="ca", text=f"{mark}-said", text_state="WAITING", reply=f"{mark}-reply",
        )  # fmt: skip
        TableMapping.objects.create(name=f"{mark}-mapping", mapping={"arrived": [f"{mark}-column"]})
        Edition.objects.create(
            number=1,
            stored={"timetables": {}, "closed": {"2026-12-24": f"{mark}-day"}, "working": []},
            made_by=f"{mark}-by",
        )
        promised = Commitment("c1", f"{mark}-promise", "mean_wait", 0.9, limit=20, remedy=f"{mark}-remedy")
        charter = to_json(Charter(f"{mark}-charter", (promised,), is_public=True))
        Charters.objects.create(number=1, starts_on=date(2026, 11, 1), stored=charter, made_by=f"{mark}-by")
        LeftOutDay.objects.create(day=date(2026, 11, 3), why=f"{mark}-why", made_by=f"{mark}-by")
        Acceptance.objects.create(
            version="0", language="es", text=f"{mark}-text", digest="0" * 64, person_name=f"{mark}-by"
        )
        AuditEntry.objects.create(
            actor_kind="PERSON", actor_name=f"{mark}-actor", verb="change_person", subject=f"{mark}-subject",
            reason=f"{mark}-why", origin="192.0.2.7", details={"mark": mark},
        )  # fmt: skip
        table = folder / f"{mark}-table.csv"
        table.write_text(f"{mark}-first,{mark}-second\n{mark}-one,{mark}-two\n")
        waiting = Import.objects.create(
            pbx=pbx, format="table", file_name=table.name, file_size=1, stored_at=str(table), timezone="Europe/Madrid"
        )
        compute_changed()
        return SimpleNamespace(
            call=call.pk, queue=queue.pk, agent=Agent.objects.first().pk, line=line.pk, department=department.pk,
            extension=extension.pk, user=user.pk, invitation=invitation.uuid, batch=batch.uuid, pbx=pbx.uuid,
            table=waiting.uuid, answer=answer.pk,
        )  # fmt: skip


def ids_of(made: SimpleNamespace) -> dict[str, Any]:
    """The ids that ``trust.addresses.paths`` asks for."""
    return {
        "calls": made.call, "departments": made.department, "timetables": made.department, "departments:extension": made.extension,
        "departments:drop_extension": made.extension, "lines:one": made.queue, "people:person": made.user,
        "people:withdraw": made.invitation, "pbx": made.batch, "pbx:switchboard": made.pbx,
        "surveys:call": made.call, "surveys:text": made.answer,
    }  # fmt: skip


def marked_tables(town: Any, mark: str, owner: Any) -> dict[str, bool]:
    """Every table of a municipality, and whether one of its rows has the mark."""
    found = {}
    tables = owner.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename <> 'django_migrations'", [town.schema_name]
    ).fetchall()
    for (table,) in tables:
        (number,) = owner.execute(
            f"SELECT count(*) FROM {town.schema_name}.{table} t WHERE t::text LIKE %s", [f"%{mark}%"]
        ).fetchone()
        found[table] = number > 0
    return found
