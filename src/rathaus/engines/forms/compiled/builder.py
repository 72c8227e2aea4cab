"""From a definition's mapping to the parts of a form. Goes on after a mistake, so that all are found at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..definition.expressions import Expression
from ..definition.options import read_list
from ..definition.report import Report, suggestion
from ..definition.scope import TODAY, Path, root_scope
from ..definition.spec import Reading, Spec
from ..kinds import KINDS, Kind
from ..kinds.base import Invalid
from .model import Check, Field, FormParts, Page
from .ordering import find_cycles

SCHEMA = 1
MAX_PAGES = 60
MAX_FIELDS = 600
MAX_DEPTH = 3
PREFILLS = (
    "given_name", "family_name", "name", "birth_date", "email", "phone", "street", "house_number", "postcode", "city",
    "address", "language",
)  # fmt: skip
# "upload" marks a file reference in the data, wherever it stands.
RESERVED = frozenset({TODAY, "upload", "csrfmiddlewaretoken", "item", "partial", "null", "true", "false"})
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_CODE_LIST = re.compile(r"[a-z][a-z0-9_-]*", re.ASCII)
_AUTOCOMPLETE = re.compile(r"[a-z0-9 -]{1,60}", re.ASCII)


def build(raw: Mapping[str, Any], code_lists: Mapping[str, Any], report: Report) -> FormParts:
    """Read a definition. What is returned is only usable when the report stays empty."""
    scope = root_scope(raw.get("pages"))
    spec = Spec(raw, "", Reading(report), scope)
    if spec.take("schema") != SCHEMA:
        spec.refuse("bad_value", f"Hier muss „schema: {SCHEMA}“ stehen.", "schema")
    key = spec.string("key", required=True)
    if key and not _KEY.fullmatch(key):
        spec.refuse(
            "bad_id", f"„{key}“ ist kein Schlüssel. Erlaubt sind a bis z, Ziffern und Bindestriche.", "key"
        )
    title = spec.texts("title", required=True)
    _read_code_lists(spec, code_lists)
    pages = tuple(
        _read_page(item)
        for item in spec.specs("pages", what="Seiten mit id, title und fields", most=MAX_PAGES)
    )
    _refuse_duplicates(spec, pages)
    checks = tuple(
        check
        for item in spec.specs(
            "checks", what="Prüfungen mit id, assert und message", most=200, required=False
        )
        if (check := _read_check(item, pages)) is not None
    )
    spec.close("im Formular")
    if not report.findings:
        for place, message in find_cycles(pages):
            report.add(place, "cycle", message)
    return FormParts(key, title, pages, checks)


def _read_code_lists(spec: Spec, given: Mapping[str, Any]) -> None:
    own = spec.take("code_lists")
    if own is not None and not isinstance(own, Mapping):
        spec.refuse("wrong_type", "Hier müssen Codelisten mit Namen stehen.", "code_lists")
        own = {}
    merged = {**given, **(own or {})}
    holder = Spec(merged, "code_lists", spec.reading, spec.scope)
    for name in merged:
        if not isinstance(name, str) or not _CODE_LIST.fullmatch(name):
            holder.refuse("bad_id", f"„{name}“ ist kein Name einer Codeliste.")
        else:
            spec.reading.code_lists[name] = read_list(holder, name)


def _read_page(spec: Spec) -> Page:
    page = Page(
        spec.identifier(),
        spec.place,
        spec.texts("title", required=True),
        _read_fields(spec, ()),
        spec.texts("intro"),
        spec.expression("when"),
    )
    spec.close("bei einer Seite")
    return page


def _read_fields(spec: Spec, container: Path) -> tuple[Field, ...]:
    fields = []
    for item in spec.specs("fields", what="Felder mit id, type und label", most=MAX_FIELDS):
        name = item.raw.get("type")
        kind_class = KINDS.get(name) if isinstance(name, str) else None
        item.take("type")
        if kind_class is None:
            _refuse_type(item, name)
        else:
            fields.append(_read_field(item, kind_class, container))
    return tuple(fields)


def _refuse_type(spec: Spec, name: object) -> None:
    if name is None:
        spec.refuse("missing_key", f"Der Schlüssel „type“ fehlt. Möglich sind: {', '.join(KINDS)}.")
    else:
        spec.refuse(
            "unknown_type",
            f"Den Feldtyp „{name}“ gibt es nicht. Möglich sind: {', '.join(KINDS)}.{suggestion(str(name), KINDS)}",
            "type",
        )


def _read_field(spec: Spec, kind_class: type[Kind], container: Path) -> Field:
    field_id = spec.identifier()
    if field_id in RESERVED:
        spec.refuse("bad_id", f"Die Kennung „{field_id}“ ist vergeben. Wählen Sie eine andere.", "id")
    path = (*container, field_id)
    children: tuple[Field, ...] = ()
    if kind_class.is_container:
        children = _read_children(spec, path)
    kind = kind_class.read(spec)
    label = spec.texts("label", required=kind_class.type != "note")
    prefill, autocomplete, default = _read_input_settings(spec, kind)
    field = Field(
        field_id,
        path,
        spec.place,
        kind,
        label,
        spec.texts("help"),
        _read_required(spec, kind),
        spec.expression("when"),
        children,
        prefill,
        autocomplete,
        default,
    )
    spec.close(f"bei einem Feld vom Typ „{kind.type}“")
    return field


def _read_children(spec: Spec, path: Path) -> tuple[Field, ...]:
    if len(path) > MAX_DEPTH:
        spec.take("fields")
        spec.refuse(
            "too_deep",
            f"Mehr als {MAX_DEPTH} Ebenen von Gruppen und Wiederholungen sind nicht erlaubt.",
            "type",
        )
        return ()
    outer = spec.scope
    spec.scope = outer.inside(path[-1])
    children = _read_fields(spec, path)
    spec.scope = outer
    _refuse_twins(spec, children)
    return children


def _read_required(spec: Spec, kind: Kind) -> bool | Expression:
    if not kind.takes_answer or kind.type == "group":
        return False
    is_declaration = bool(getattr(kind, "is_declaration", False))
    default = kind.required_by_default and not is_declaration
    if isinstance(spec.raw.get("required"), str):
        return spec.expression("required") or default
    return spec.flag("required", default)


def _read_input_settings(spec: Spec, kind: Kind) -> tuple[str, str, Any]:
    """Take ``prefill``, ``autocomplete`` and ``default`` of a field that is filled in."""
    if not kind.takes_answer or kind.is_container:
        return "", "", None
    prefill = spec.string("prefill")
    allowed = [f"person.{name}" for name in PREFILLS]
    if prefill and prefill not in allowed:
        hint = suggestion(prefill, allowed)
        spec.refuse(
            "bad_value",
            f"„{prefill}“ kann nicht vorbelegt werden. Möglich: {', '.join(allowed)}.{hint}",
            "prefill",
        )
    autocomplete = spec.string("autocomplete")
    if autocomplete and not _AUTOCOMPLETE.fullmatch(autocomplete):
        spec.refuse(
            "bad_value",
            "Hier muss ein Wert des HTML-Attributs autocomplete stehen, etwa given-name.",
            "autocomplete",
        )
    return prefill, autocomplete, _read_default(spec, kind)


def _read_default(spec: Spec, kind: Kind) -> Any:
    raw = spec.take("default")
    if raw is None:
        return None
    try:
        return kind.clean(str(raw) if isinstance(raw, Decimal) else raw)
    except Invalid as error:
        spec.refuse(
            "bad_value", f"Die Vorbelegung passt nicht zum Feldtyp: {error.text('default')}", "default"
        )
        return None


def _read_check(spec: Spec, pages: tuple[Page, ...]) -> Check | None:
    check_id = spec.identifier()
    holds = spec.expression("assert", required=True)
    message = spec.texts("message", required=True)
    shown_at = spec.string("field")
    path = tuple(shown_at.split(".")) if shown_at else ()
    homes = {field.path: page.id for page in pages for field in page.walk()}
    if path and path not in homes:
        hint = suggestion(shown_at, (".".join(known) for known in homes))
        spec.refuse("unknown_name", f"Das Feld „{shown_at}“ gibt es nicht.{hint}", "field")
    spec.close("bei einer Prüfung")
    if holds is None:
        return None
    return Check(check_id, holds, message, path, frozenset(_pages_of(holds, path, homes)))


def _pages_of(holds: Expression, path: Path, homes: Mapping[Path, str]) -> set[str]:
    """Return the page on which the check is made: that of its field, else those of the fields it reads."""
    if path in homes:
        return {homes[path]}
    return {homes[read] for read in holds.reads if read in homes}


def _refuse_duplicates(spec: Spec, pages: tuple[Page, ...]) -> None:
    seen: set[str] = set()
    count = 0
    for page in pages:
        count += sum(1 for _ in page.walk())
        if page.id and page.id in seen:
            spec.report.add(f"{page.place}.id", "duplicate_id", f"Die Seite „{page.id}“ gibt es schon.")
        seen.add(page.id)
    if count > MAX_FIELDS:
        spec.refuse(
            "too_many", f"Das Formular hat {count} Felder. Mehr als {MAX_FIELDS} sind nicht erlaubt.", "pages"
        )
    _refuse_twins(spec, tuple(field for page in pages for field in page.fields))


def _refuse_twins(spec: Spec, fields: tuple[Field, ...]) -> None:
    seen: set[str] = set()
    for field in fields:
        if field.id and field.id in seen:
            spec.report.add(
                f"{field.place}.id",
                "duplicate_id",
                f"Das Feld „{field.id}“ gibt es schon. Wählen Sie eine andere Kennung.",
            )
        seen.add(field.id)
