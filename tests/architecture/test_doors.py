"""Only ``public`` of another app may be imported, and foreign keys point down."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db.models import ForeignObject, Model

from tests.architecture import tree


def imported_modules(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of each import, also those inside functions; ``from a import b`` gives ``a.b``."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def passes_by_the_door(importer: str | None, imported: str) -> bool:
    owner = tree.app_of(imported)
    if owner is None or owner == importer:
        return True
    return imported.removeprefix(f"{owner}.").split(".")[0] == "public"


def test_other_apps_are_entered_by_their_door() -> None:
    broken = [
        f"{tree.relative(path)}:{line} imports {imported}"
        for path in tree.own_python("src")
        for line, imported in imported_modules(path)
        if not passes_by_the_door(tree.app_of(tree.module_of(path)), imported)
    ]
    assert broken == []


def test_foreign_keys_point_down() -> None:
    broken = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in own_models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignObject)
        and is_own(field.related_model)
        and not points_down(model, field.related_model)
    ]
    assert broken == []


def own_models() -> list[type[Model]]:
    return [model for model in apps.get_models() if is_own(model)]


def is_own(model: type[Model]) -> bool:
    return model.__module__.startswith("rathaus.")


def points_down(model: type[Model], target: type[Model]) -> bool:
    if tree.app_of(model.__module__) == tree.app_of(target.__module__):
        return True
    return tree.floor_of(target.__module__) < tree.floor_of(model.__module__)
