"""Reading YAML that people wrote: data only, dates stay text, every error has a line and a column."""

from __future__ import annotations

import re
from collections.abc import Hashable
from decimal import Decimal

import yaml as pyyaml

__all__ = ["BrokenYaml", "load"]

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
MAX_NODES = 60_000
MAX_DIGITS = 30
_TAGS = ("null", "bool", "int", "float", "str", "seq", "map")
_SURROGATE = re.compile("[\ud800-\udfff]")


class BrokenYaml(ValueError):
    """The text is not readable YAML. ``message`` is German; ``line`` and ``column`` count from 1."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(f"Zeile {line}, Spalte {column}: {message}")
        self.message = message
        self.line = line
        self.column = column

    @property
    def place(self) -> str:
        return f"Zeile {self.line}, Spalte {self.column}"


class _DataLoader(pyyaml.SafeLoader):
    """JSON's types only: no dates, no anchors, no second value for a key; decimals stay exact."""

    def compose_node(self, parent: pyyaml.Node | None, index: int) -> pyyaml.Node | None:
        if self.check_event(pyyaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs leave it out
            raise _error("Verweise (*name) sind nicht erlaubt. Schreiben Sie den Wert aus.", event.start_mark)
        self._nodes = getattr(self, "_nodes", 0) + 1
        if self._nodes > MAX_NODES:
            event = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs leave it out
            raise _error(
                f"Mehr als {MAX_NODES} Werte sind nicht erlaubt. Teilen Sie die Datei.", event.start_mark
            )
        depth = getattr(self, "_depth", 0)
        if depth >= MAX_DEPTH:
            event = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs leave it out
            raise _error(f"Mehr als {MAX_DEPTH} Ebenen sind nicht erlaubt.", event.start_mark)
        self._depth = depth + 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth = depth


def _error(message: str, mark: pyyaml.Mark | None) -> BrokenYaml:
    if mark is None:
        return BrokenYaml(message)
    return BrokenYaml(message, mark.line + 1, mark.column + 1)


def _mapping(loader: _DataLoader, node: pyyaml.MappingNode) -> dict[Hashable, object]:
    result: dict[Hashable, object] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, Hashable):
            raise _error("Ein Schlüssel muss ein einfacher Text sein.", key_node.start_mark)
        if key in result:
            raise _error(f"Der Schlüssel „{key}“ steht zweimal da.", key_node.start_mark)
        result[key] = loader.construct_object(value_node, deep=True)
    return result


def _boolean(loader: _DataLoader, node: pyyaml.ScalarNode) -> object:
    text = loader.construct_scalar(node)
    return text.lower() == "true" if text.lower() in {"true", "false"} else text


def _text(loader: _DataLoader, node: pyyaml.ScalarNode) -> object:
    text = loader.construct_scalar(node)
    if _SURROGATE.search(text):
        raise _error("Der Text enthält ein halbes Zeichen (\\ud800 bis \\udfff).", node.start_mark)
    return text


def _integer(loader: _DataLoader, node: pyyaml.ScalarNode) -> object:
    """A time such as 12:30 stays text: to the base of 60 nobody counts here."""
    text = loader.construct_scalar(node)
    if ":" in text:
        return text
    if len(text) > MAX_DIGITS:
        raise _error(f"Die Zahl hat mehr als {MAX_DIGITS} Stellen.", node.start_mark)
    return loader.construct_yaml_int(node)


def _decimal(loader: _DataLoader, node: pyyaml.ScalarNode) -> object:
    text = loader.construct_scalar(node)
    if ":" not in text and len(text) > MAX_DIGITS:
        raise _error(f"Die Zahl hat mehr als {MAX_DIGITS} Stellen.", node.start_mark)
    try:
        return Decimal(text.replace("_", ""))
    except ArithmeticError:
        return text


_DataLoader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for letter, resolvers in pyyaml.SafeLoader.yaml_implicit_resolvers.items()
}
_DataLoader.yaml_constructors = {
    tag: build
    for tag, build in pyyaml.SafeLoader.yaml_constructors.items()
    if tag is None or tag.removeprefix("tag:yaml.org,2002:") in _TAGS
}
_DataLoader.add_constructor("tag:yaml.org,2002:map", _mapping)
_DataLoader.add_constructor("tag:yaml.org,2002:str", _text)
_DataLoader.add_constructor("tag:yaml.org,2002:int", _integer)
_DataLoader.add_constructor("tag:yaml.org,2002:bool", _boolean)
_DataLoader.add_constructor("tag:yaml.org,2002:float", _decimal)


def load(source: str | bytes) -> object:
    """Return the data of a YAML text: dict, list, str, int, Decimal, bool or None.

    Raises BrokenYaml, also for aliases, unknown tags, duplicate keys, and more than MAX_BYTES.
    """
    if len(source) > MAX_BYTES:
        raise BrokenYaml(f"Die Datei ist größer als {MAX_BYTES // 1000} kB.")
    if isinstance(source, bytes):
        try:
            source = source.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise BrokenYaml("Die Datei ist nicht in UTF-8 gespeichert.") from error
    try:
        return pyyaml.load(source, Loader=_DataLoader)  # noqa: S506 - a SafeLoader with fewer types
    except pyyaml.MarkedYAMLError as error:
        raise _error(_explain(error), error.problem_mark or error.context_mark) from error
    except pyyaml.YAMLError as error:
        raise BrokenYaml("Die Datei enthält Zeichen, die in YAML nicht erlaubt sind.") from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, BrokenYaml):
            raise
        raise BrokenYaml("Ein Wert ist nicht lesbar oder zu tief verschachtelt.") from error


def _explain(error: pyyaml.MarkedYAMLError) -> str:
    problem = error.problem or ""
    if "could not determine a constructor" in problem:
        return "Marken mit Ausrufezeichen (!name) sind nicht erlaubt."
    if "mapping values are not allowed" in problem:
        return "Hier steht ein Doppelpunkt zu viel. Setzen Sie den Text in Anführungszeichen."
    if "found character '\\t'" in problem or "\\t" in problem:
        return "Einrückungen brauchen Leerzeichen statt Tabulatoren."
    return "Der Aufbau ist nicht lesbar. Prüfen Sie Einrückung, Anführungszeichen und Klammern."
