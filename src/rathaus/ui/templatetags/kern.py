"""KERN components for templates: ``{% load kern %}``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.utils.safestring import SafeString

from rathaus.ui import fields, formats, navigation
from rathaus.ui.components import basic, boxes
from rathaus.ui.components.markup import html_attributes

register = template.Library()

for _function in (formats.euro, formats.datum, formats.zeitpunkt, formats.localized, formats.relative_days):
    register.filter(_function.__name__, _function)


@register.filter
def attributes(values: Mapping[str, object] | None) -> SafeString:
    """Return a mapping as HTML attributes."""
    return html_attributes(values)


@register.simple_tag
def kern_icon(name: str, size: str = "", label: str = "") -> SafeString:
    return basic.icon(name, size, label)


@register.simple_tag
def kern_button(
    label: object,
    href: str = "",
    kind: str = "primary",
    icon: str = "",
    type: str = "submit",
    block: bool = False,
    hide_label: bool = False,
    css: str = "",
    **attributes: object,
) -> SafeString:
    """A button; every further keyword is an attribute (``name``, ``value``, ``hx_get``, ``data_copy``)."""
    return basic.button(
        label,
        href=href,
        kind=kind,
        icon_name=icon,
        type=type,
        block=block,
        hide_label=hide_label,
        css=css,
        attributes=attributes,
    )


@register.simple_tag
def kern_badge(text: object, kind: str = "info", icon: str | None = None) -> SafeString:
    return basic.badge(text, kind, icon)


@register.simple_tag
def kern_progress(current: int, total: int, label: object = "", id: str = "progress") -> SafeString:
    return basic.progress(current, total, label, id)


@register.simple_block_tag
def kern_alert(content: str, kind: str, title: object) -> SafeString:
    return basic.alert(kind, title, content)


@register.simple_block_tag
def kern_card(
    content: str,
    title: object = "",
    href: str = "",
    preline: object = "",
    subline: object = "",
    level: int = 2,
    css: str = "",
) -> SafeString:
    return boxes.card(title, content, href=href, preline=preline, subline=subline, level=level, css=css)


@register.simple_block_tag
def kern_dialog(content: str, id: str, title: object) -> SafeString:
    return boxes.dialog(id, title, content)


@register.inclusion_tag("ui/components/error_summary.html")
def kern_error_summary(errors: Iterable[object]) -> dict[str, object]:
    """The list of errors on top of a form; takes the focus. Each error has ``anchor`` and ``message``."""
    return {"errors": list(errors)}


@register.inclusion_tag("ui/components/form_errors.html")
def kern_form_errors(form: Any) -> dict[str, object]:
    """The error summary of a Django form."""
    return {"errors": fields.form_errors(form)}


@register.inclusion_tag("ui/components/description_list.html")
def kern_description_list(items: Iterable[tuple[object, object]], column: bool = False) -> dict[str, object]:
    """Pairs of term and value."""
    return {"items": items, "column": column}


@register.inclusion_tag("ui/components/timeline.html")
def kern_timeline(entries: Iterable[object]) -> dict[str, object]:
    """What happened: entries with ``text``; where known ``at``, ``actor_name``, ``detail``, ``icon``, ``state``."""
    return {"entries": entries}


@register.inclusion_tag("ui/components/task_list.html")
def kern_task_list(tasks: Iterable[object], heading: object = "", level: int = 2) -> dict[str, object]:
    """Tasks with ``label``, ``href`` and where known ``hint``, ``status``, ``status_kind``."""
    return {"tasks": tasks, "heading": heading, "level": level}


@register.inclusion_tag("ui/components/pagination.html", takes_context=True)
def kern_pagination(
    context: template.Context, page: Page[Any], parameter: str = "seite"
) -> dict[str, object]:
    """The pages of a list; keeps the rest of the query."""
    query = context["request"].GET.copy()
    query.pop(parameter, None)
    shown = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    prefix = f"?{query.urlencode()}&{parameter}=" if query else f"?{parameter}="
    return {"page": page, "shown": list(shown), "prefix": prefix, "ellipsis": page.paginator.ELLIPSIS}


@register.simple_tag
def kern_field(field: BoundField) -> SafeString:
    """A field of a Django form with label, help, error and input."""
    return fields.render_bound(field)


@register.simple_tag(takes_context=True)
def navigation_entries(context: template.Context, area: str, counted: bool = True) -> list[navigation.Entry]:
    request = context.get("request")
    return [] if request is None else navigation.entries(request, area, counted=counted)
