"""Fields of Django forms, drawn with the same partials as the fields of published forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

PARTIALS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radio"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.CheckboxInput, "checkbox"),
    (forms.FileInput, "file"),
    (forms.DateInput, "date"),
    (forms.TimeInput, "time"),
    (forms.NumberInput, "number"),
)
GENERAL = frozenset(
    {"required", "invalid", "invalid_choice", "min_value", "max_value", "min_length", "max_length"}
)
"""Codes of the errors that Django words without the name of the field."""


@dataclass(frozen=True)
class FormError:
    anchor: str
    message: str


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    help: str = ""


def form_errors(form: forms.BaseForm) -> list[FormError]:
    """Return the errors of a form in the order of its fields, those of the whole form first."""
    found = [FormError("", str(message)) for message in form.non_field_errors()]
    for field in form:
        for error in field.errors.as_data():
            for message in error.messages:
                text = f"{field.label}: {message}" if _names_no_field(field.field, error) else message
                found.append(FormError(anchor_of(field), text))
    return found


def _names_no_field(field: forms.Field, error: forms.ValidationError) -> bool:
    """Whether the message is one of Django's own, which says "this field" and is only clear beside it."""
    given = field.error_messages.get(str(error.code))
    own: dict[str, object] = {}
    for kind in reversed(type(field).__mro__):
        own |= getattr(kind, "default_error_messages", {})
    return error.code in GENERAL and (given is None or str(given) == str(own.get(str(error.code))))


def anchor_of(field: BoundField) -> str:
    """Return the id of the first input: a group of radio buttons numbers its own."""
    partial = _partial(field)
    return f"{field.auto_id}-0" if partial in ("radio", "checkboxes") else str(field.auto_id)


def render_bound(field: BoundField) -> SafeString:
    """Return label, help, error and input of a bound field."""
    if field.is_hidden:
        return field.as_widget()
    partial = _partial(field)
    return render_to_string(f"ui/fields/{partial}.html", _context(field, partial))


def _partial(field: BoundField) -> str:
    widget = field.field.widget
    return next((name for kind, name in PARTIALS if isinstance(widget, kind)), "text")


def _context(field: BoundField, partial: str) -> dict[str, Any]:
    widget = field.field.widget
    attributes = {**widget.attrs, **field.field.widget_attrs(widget)}
    for left_out in ("required", "placeholder"):  # told by the label, which stays when one types
        attributes.pop(left_out, None)
    value = field.value()
    return {
        "id": field.auto_id,
        "name": field.html_name,
        "label": field.label,
        "help": field.help_text,
        "error": " ".join(str(message) for message in field.errors),
        "required": field.field.required,
        "value": _shown_value(field, partial, value),
        "type": getattr(widget, "input_type", "text"),
        "attributes": attributes,
        "options": _options(widget),
        "multiple": getattr(widget, "allow_multiple_selected", False),
    }


def _shown_value(field: BoundField, partial: str, value: Any) -> Any:
    if partial in ("checkboxes",) or getattr(field.field.widget, "allow_multiple_selected", False):
        return [str(item) for item in value or ()]
    if partial == "checkbox":
        return bool(value)
    if getattr(field.field.widget, "input_type", "") == "password":
        return ""
    formatted = field.field.widget.format_value(value) if partial != "select" else value
    return "" if formatted is None else _single(formatted)


def _single(value: Any) -> str:
    return (
        str(value[0]) if isinstance(value, list) and value else "" if isinstance(value, list) else str(value)
    )


def _options(widget: forms.Widget) -> list[Option]:
    if not isinstance(widget, forms.widgets.ChoiceWidget):
        return []
    return [Option("" if value is None else str(value), str(label)) for value, label in widget.choices]
