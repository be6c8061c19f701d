"""Parts of a page that keep the address whole: pages of a list, sorting, filters, forms. `{% load page %}`."""

from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, CheckboxInput, RadioSelect
from django.forms.widgets import CheckboxSelectMultiple
from django.http import HttpRequest
from django.utils.safestring import SafeString

from shell import days, names, sentences

register = template.Library()

register.filter("town_hall", names.town_hall)
register.filter("in_words", sentences.in_words)
register.filter("day_and_month", days.day_and_month)
register.filter("long_day", days.long_day)
register.filter("long_moment", days.long_moment)
register.filter("browser", names.browser)


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """The current query string with some keys replaced: `{% query page=3 %}`; None or "" removes a key."""
    request: HttpRequest | None = context.get("request")
    values = request.GET.copy() if request else None
    if values is None:
        return ""
    for key, value in changes.items():
        values.pop(key, None)
        if value not in (None, ""):
            values[key] = str(value)
    return f"?{values.urlencode()}" if values else "?"


@register.inclusion_tag("shell/pages.html", takes_context=True)
def pages(context: template.Context, page: Page[Any], key: str = "page") -> dict[str, Any]:
    """Previous and next of a Django ``Page``, with how many rows there are, keeping the filters."""
    return {
        "page": page,
        "previous_url": query(context, **{key: page.previous_page_number()}) if page.has_previous() else "",
        "next_url": query(context, **{key: page.next_page_number()}) if page.has_next() else "",
    }


@register.inclusion_tag("shell/sort_heading.html", takes_context=True)
def sort_heading(context: template.Context, key: str, label: str, number: bool = False) -> dict[str, Any]:
    """A `<th>` whose link sorts by ``key`` (?sort=key, ?sort=-key), keeping the filters and going to the first page."""
    request: HttpRequest | None = context.get("request")
    current = request.GET.get("sort", "") if request else ""
    direction = {key: "ascending", f"-{key}": "descending"}.get(current, "")
    turned = f"-{key}" if direction == "ascending" else key
    return {"label": label, "number": number, "direction": direction, "url": query(context, sort=turned, page=None)}


@register.inclusion_tag("shell/kept_filters.html", takes_context=True)
def kept_filters(context: template.Context, *but: str) -> dict[str, Any]:
    """Hidden inputs with the current query string, except some keys: for a GET form beside other filters."""
    request: HttpRequest | None = context.get("request")
    lists = request.GET.lists() if request else []
    return {"pairs": [(key, value) for key, values in lists if key not in {*but, "page"} for value in values]}


def _kind(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, CheckboxSelectMultiple | RadioSelect):
        return "choices"
    return "check" if isinstance(widget, CheckboxInput) else "input"


def _widget(field: BoundField, described_by: str) -> SafeString:
    attributes: dict[str, Any] = {}
    widget = field.field.widget
    if _kind(field) == "input":
        extra = widget.attrs.get("class", "")
        attributes["class"] = f"input {extra}".strip()
    if described_by:
        attributes["aria-describedby"] = described_by
    if field.errors:
        attributes["aria-invalid"] = "true"
    if "placeholder" in widget.attrs:
        attributes["placeholder"] = False  # a hint that disappears is no hint
    return field.as_widget(attrs=attributes)


@register.inclusion_tag("shell/field.html")
def field(bound: BoundField, tight: bool = False) -> dict[str, Any]:
    """One field with label, hint, error and their links: `{% field form.name %}`; `tight=True` on filter bars."""
    identity = bound.id_for_label or bound.auto_id or bound.html_name
    hint_id = f"{identity}-hint" if bound.help_text else ""
    error_id = f"{identity}-error" if bound.errors else ""
    return {
        "field": bound, "kind": _kind(bound), "tight": tight, "hint_id": hint_id, "error_id": error_id,
        "described_by": " ".join(filter(None, (hint_id, error_id))),
        "widget": "" if _kind(bound) == "choices" else _widget(bound, " ".join(filter(None, (hint_id, error_id)))),
        "is_optional": not bound.field.required and not tight,
    }  # fmt: skip


@register.inclusion_tag("shell/form.html")
def form_fields(form: BaseForm) -> dict[str, Any]:
    """Error summary, hidden fields and every field of a form, to put inside `<form>` after `{% csrf_token %}`."""
    return {"form": form}


@register.inclusion_tag("shell/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """What is to be corrected, each error with its field's name and a link to it; nothing when the form is right."""
    errors = [(_first_control(bound), bound.label, message) for bound in form for message in bound.errors]
    whole = list(form.non_field_errors())
    return {"errors": errors, "form_errors": whole, "count": len(errors) + len(whole)}


def _first_control(bound: BoundField) -> str:
    return f"{bound.auto_id}_0" if _kind(bound) == "choices" else str(bound.id_for_label)
