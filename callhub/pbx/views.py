"""Importing on the page: upload, mapping, progress, ledger, undo, settings."""

import re
import uuid
from datetime import timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from callhub.calls.rules.numbers import sees_whole_numbers
from callhub.pbx import queries
from callhub.pbx.actions import UnableToImport, UnableToUndo, pbx_named, request_import, request_undo, set_pbx_settings
from callhub.pbx.actions.mappings import keep_mapping
from callhub.pbx.actions.uploads import choose_mapping, keep_upload
from callhub.pbx.adapters import SourceFormat
from callhub.pbx.forms import FORMAT_NAMES, SETTING_LABELS, PbxSettingsForm, UploadForm, initial_settings
from callhub.pbx.mapping_forms import FileForm, MappingForm, initial_of, saved_mappings
from callhub.pbx.models import Import, Pbx, RefusedRow
from callhub.pbx.previews import preview_of, understood, words_of
from callhub.pbx.rules import without_numbers
from callhub.pbx.tasks import ask_for_import, ask_for_telling
from callhub.pbx.words import ignored_in_words, state_in_words
from shell.csv import csv_response
from shell.sentences import in_words
from shell.uploads import takes_files
from tenants.audit.actions import actor_of
from tenants.people.access import access
from tenants.people.rules import Role

WRITERS = (Role.ADMINISTRATOR, Role.SUPERVISOR)
READERS = (*WRITERS, Role.DATA_PROTECTION_OFFICER)
LONGEST_OF_FIGURES = timedelta(days=3_650)  # no page of figures shows more than ten years at once


def _batch(batch_uuid: uuid.UUID) -> Import:
    return get_object_or_404(Import.objects.select_related("pbx"), uuid=batch_uuid)


@access(*READERS)
def imports(request: HttpRequest) -> HttpResponse:
    """All imports, the latest first."""
    page = Paginator(queries.imports_latest_first(), 30).get_page(request.GET.get("page"))
    told = [(batch, *state_in_words(batch), FORMAT_NAMES[SourceFormat(batch.format)]) for batch in page]
    return render(
        request,
        "pbx/imports.html",
        {"page": page, "told": told, "switchboards": Pbx.objects.filter(is_sample=False).order_by("name")},
    )


@access(*WRITERS)
@takes_files(most=2 * 2**30)
def upload(request: HttpRequest) -> HttpResponse:
    """Takes a file; a table goes on to the page of its columns."""
    municipality = request.municipality  # type: ignore[attr-defined]
    initial = {"pbx": "Centralita", "timezone": municipality.time_zone}
    form = UploadForm(request.POST or None, request.FILES or None, initial=initial)
    if form.is_valid():
        by, data = actor_of(request), form.cleaned_data
        path = keep_upload(file=data["file"], schema=municipality.schema_name)
        try:
            batch = request_import(
                pbx=pbx_named(name=data["pbx"], by=by),
                source=SourceFormat(data["format"]),
                file_name=Path(data["file"].name).name,
                path=path,
                timezone_name=data["timezone"],
                mapping=None,
                by=by,
                reason="uploaded on the page of imports",
            )
        except UnableToImport as error:
            form.add_error("file", in_words(str(error)))
        else:
            if batch.format == SourceFormat.TABLE.value:
                return redirect("pbx:mapping", batch.uuid)
            ask_for_import(schema=municipality.schema_name, import_id=batch.pk)
            return redirect("pbx:import", batch.uuid)
    return render(request, "pbx/upload.html", {"form": form}, status=422 if form.errors else 200)


@access(*WRITERS)
def mapping(request: HttpRequest, batch_uuid: uuid.UUID) -> HttpResponse:
    """Which column is which, with the file's first rows before one's eyes."""
    batch = _batch(batch_uuid)
    if not batch.waits_for_columns:
        raise Http404
    path, kept = Path(batch.stored_at), saved_mappings()
    saved = next((one.mapping for one in kept if one.name == request.GET.get("saved")), None)
    asked = {name: request.GET.get(name) or (saved or {}).get(name, "") for name in ("delimiter", "encoding")}
    preview = preview_of(path, **asked)
    initial = initial_of(preview, saved)
    column = (request.POST or initial).get("outcome") or ""
    form = MappingForm(request.POST or None, preview=preview, words=words_of(path, preview, column), initial=initial)
    is_trial = "show" in request.POST
    if form.is_valid() and not is_trial and not form.has_new_words:
        return _import_with(request, batch, form, form.draft(preview) or {})
    draft = form.draft(preview)
    context = {
        "form": form,
        "file_form": FileForm(initial={"delimiter": preview.delimiter, "encoding": preview.encoding}),
        "batch": batch,
        "preview": preview,
        "saved": kept,
        "result": understood(path, draft, batch.timezone) if draft else None,
    }
    if is_trial and request.headers.get("X-Requested-With") == "fetch":
        return render(request, "pbx/mapping_parts.html", context)
    return render(request, "pbx/mapping.html", context, status=422 if form.errors and not is_trial else 200)


def _import_with(request: HttpRequest, batch: Import, form: MappingForm, mapping: dict[str, Any]) -> HttpResponse:
    if form.cleaned_data["save_as"]:
        keep_mapping(name=form.cleaned_data["save_as"], mapping=mapping, by=actor_of(request))
    if not choose_mapping(batch=batch, mapping=mapping, by=actor_of(request)):
        raise Http404
    schema = request.municipality.schema_name  # type: ignore[attr-defined]
    ask_for_import(schema=schema, import_id=batch.pk)
    return redirect("pbx:import", batch.uuid)


@access(*READERS)
def batch(request: HttpRequest, batch_uuid: uuid.UUID) -> HttpResponse:
    """Progress while it runs, the ledger afterwards. Closing the page changes nothing."""
    found = _batch(batch_uuid)
    ignored = [(ignored_in_words(reason), number) for reason, number in sorted(found.ignored.items())]
    line_text = request.GET.get("line", "")
    may_read_rows = sees_whole_numbers(request.user.role)  # type: ignore[union-attr]
    line = queries.ledger_line(found, int(line_text)) if re.fullmatch(r"[0-9]{1,12}", line_text) else None
    state, words = state_in_words(found)
    zone = ZoneInfo(request.municipality.time_zone)  # type: ignore[attr-defined]
    days = queries.days_of_import(found, zone) if found.state == Import.State.DONE else None
    return render(
        request,
        "pbx/import.html",
        {
            "batch": found,
            "format": FORMAT_NAMES[SourceFormat(found.format)],
            "state": state,
            "state_words": words,
            "is_running": found.state in {Import.State.WAITING, Import.State.RUNNING, Import.State.UNDOING},
            "days": days,
            "has_figures_of_days": days is not None and days[1] - days[0] <= LONGEST_OF_FIGURES,
            "ignored": ignored,
            "parts": _parts(found),
            "is_balanced": found.rows == found.used + found.merged + sum(found.ignored.values()) + found.rejected,
            "refused": [
                (row, _said(row.reason, may_read_rows)) for row in RefusedRow.objects.filter(batch=found)[:100]
            ],
            "line": line,
            "line_reason": _reason(line, may_read_rows) if line else "",
            "error": _said(found.error, may_read_rows),
            "may_read_rows": may_read_rows,
            "line_text": line_text,
        },
    )


def _parts(found: Import) -> list[dict[str, Any]]:
    """The bar of the ledger: where each part starts, how many rows it has, how it is drawn."""
    numbers = (
        (_("Used"), found.used, "b1", ""),
        (_("Merged"), found.merged, "bs", "k-s"),
        (_("Ignored"), sum(found.ignored.values()), "bm", "k-m"),
        (_("Rejected"), found.rejected, "b2", "k-2"),
    )
    starts = accumulate((rows for _name, rows, _mark, _key in numbers), initial=0)
    return [
        {"name": name, "rows": rows, "mark": mark, "key": key, "start": start}
        for (name, rows, mark, key), start in zip(numbers, starts, strict=False)
    ]


def _reason(line: queries.LedgerLine, may_read_rows: bool) -> str:
    return ignored_in_words(line.reason) if line.verdict == "ignored" else _said(line.reason, may_read_rows)


def _said(sentence: str, may_read_rows: bool) -> str:
    return in_words(sentence if may_read_rows else without_numbers(sentence))


@access(*READERS)
def rejected(request: HttpRequest, batch_uuid: uuid.UUID) -> HttpResponse:
    """The rejected rows as CSV; their text only for who may see whole numbers."""
    found = _batch(batch_uuid)
    may_read_rows = sees_whole_numbers(request.user.role)  # type: ignore[union-attr]
    rows = (
        [row.line, _said(row.reason, may_read_rows), row.excerpt if may_read_rows else ""]
        for row in RefusedRow.objects.filter(batch=found).iterator()
    )
    return csv_response("rejected.csv", ["line", "reason", "row"], rows, {"file": found.file_name})


@access(*WRITERS)
def undo(request: HttpRequest, batch_uuid: uuid.UUID) -> HttpResponse:
    """Asks once, then takes the import back."""
    found = _batch(batch_uuid)
    if request.method == "POST":
        reason = request.POST.get("reason", "").replace("\0", "").strip() or "undone by hand"
        try:
            request_undo(batch=found, by=actor_of(request), reason=reason)
        except UnableToUndo as error:
            messages.error(request, in_words(str(error)))
        else:
            ask_for_import(schema=request.municipality.schema_name, import_id=found.pk)  # type: ignore[attr-defined]
        return redirect("pbx:import", found.uuid)
    return render(request, "pbx/undo.html", {"batch": found, "later": queries.later_files_with_repeats(found)})


@access(*WRITERS)
def switchboard(request: HttpRequest, pbx_uuid: uuid.UUID) -> HttpResponse:
    """What the records propose about a switchboard and what people decided instead."""
    pbx = get_object_or_404(Pbx, uuid=pbx_uuid)
    form = PbxSettingsForm(request.POST or None, initial=initial_settings(pbx.chosen))
    if form.is_valid():
        set_pbx_settings(
            pbx=pbx, chosen=form.cleaned_data["settings"], by=actor_of(request), reason=form.cleaned_data["reason"]
        )
        ask_for_telling(schema=request.municipality.schema_name, pbx_id=pbx.pk)  # type: ignore[attr-defined]
        messages.success(request, _("The settings were kept. The calls are told again with them: it may take minutes."))
        return redirect("pbx:switchboard", pbx.uuid)
    answer = queries.settings_answer(pbx)
    shown = [(SETTING_LABELS[name], answer[name], in_words(answer["reasons"].get(name, ""))) for name in SETTING_LABELS]
    context = {"form": form, "pbx": pbx, "shown": shown}
    return render(request, "pbx/switchboard.html", context, status=422 if form.errors else 200)
