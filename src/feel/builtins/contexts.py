"""Context functions (DMN 1.5, 10.3.4.11)."""

from __future__ import annotations

from ..errors import FeelNull
from ..runtime import Run
from ..values import Value
from .registry import builtin


@builtin("get value", "m: context", "key: string")
def get_value(run: Run, context: dict[str, Value], key: str) -> Value:
    return context.get(key)


@builtin("get entries", "m: context")
def get_entries(run: Run, context: dict[str, Value]) -> Value:
    run.list_room(len(context))
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin("context", "entries: list")
def context_of(run: Run, entries: list[Value]) -> Value:
    run.list_room(len(entries))
    result: dict[str, Value] = {}
    for entry in entries:
        if not isinstance(entry, dict) or "key" not in entry or "value" not in entry:
            raise FeelNull("Jeder Eintrag braucht „key“ und „value“.")
        key = entry["key"]
        if not isinstance(key, str) or key in result:
            raise FeelNull("„key“ muss ein Text sein und darf nur einmal vorkommen.")
        result[key] = entry["value"]
    return result


@builtin("context put", "context: context", "key: string", "value: any?")
def context_put(run: Run, context: dict[str, Value], key: str, value: Value) -> Value:
    run.list_room(len(context) + 1)
    return {**context, key: value}


@builtin("context put", "context: context", "keys: list", "value: any?")
def context_put_at(run: Run, context: dict[str, Value], keys: list[Value], value: Value) -> Value:
    path = _path(keys)
    if not path:
        raise FeelNull("Die Liste der Schlüssel ist leer.")
    return _put(run, context, path, value)


@builtin("context merge", "contexts: list")
def context_merge(run: Run, contexts: list[Value]) -> Value:
    result: dict[str, Value] = {}
    for context in contexts:
        if not isinstance(context, dict):
            raise FeelNull("Die Liste darf nur Kontexte enthalten.")
        run.list_room(len(context))
        result.update(context)
    return result


def _path(keys: list[Value]) -> list[str]:
    path = [key for key in keys if isinstance(key, str)]
    if len(path) != len(keys):
        raise FeelNull("Die Schlüssel müssen Texte sein.")
    return path


def _put(run: Run, context: dict[str, Value], path: list[str], value: Value) -> dict[str, Value]:
    run.enter()
    run.list_room(len(context) + 1)
    if len(path) > 1:
        inner = context.get(path[0])
        if inner is not None and not isinstance(inner, dict):
            raise FeelNull(f"„{path[0]}“ ist kein Kontext.")
        value = _put(run, inner or {}, path[1:], value)
    run.leave()
    return {**context, path[0]: value}
