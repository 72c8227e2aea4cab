"""Item definitions as types (DMN 1.5, 7.3.2 and 7.3.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from ..types import ANY, BUILTIN_TYPES, FeelType, FunctionType, ListType, is_any
from ..values import Value
from .xml import child, children, name_of, text_in, type_ref

# Compiles allowed values: (element, text) to a test of one value.
TestMaker = Callable[[Element, str], Callable[[Value], bool]]


class TypeTable(Mapping[str, FeelType]):
    """The types that a model knows by name: built in, its own, and imported ones as `model.type`."""

    def __init__(self) -> None:
        self._own: dict[str, FeelType] = {}

    def __getitem__(self, name: str) -> FeelType:
        return self._own.get(name) or BUILTIN_TYPES[name]

    def __iter__(self) -> Iterator[str]:
        yield from self._own
        yield from BUILTIN_TYPES

    def __len__(self) -> int:
        return len(self._own) + len(BUILTIN_TYPES)

    def define(self, name: str, kind: FeelType) -> None:
        self._own[name] = kind

    @property
    def own(self) -> Mapping[str, FeelType]:
        return self._own

    def find(self, reference: str) -> FeelType | None:
        """The type of a typeRef, with or without a prefix; None when there is none."""
        name = " ".join(reference.split())
        bare = name.partition(":")[2]
        for candidate in (name, bare):
            if candidate in self:
                return self[candidate]
        return None


@dataclass(slots=True)
class ItemType:
    """A named type: the base type or entries, perhaps as a list, with the values that are allowed.

    Types may refer to each other in a circle, so the parts are filled in after all are known.
    """

    name: str
    base: FeelType | None = None
    entries: dict[str, FeelType] = field(default_factory=dict)
    collection: bool = False
    allowed: Callable[[Value], bool] | None = None
    constraint: Callable[[Value], bool] | None = None

    def has(self, value: Value) -> bool:
        if value is None:
            return True
        if not self.collection:
            fits = self._has_item(value)
        else:
            fits = isinstance(value, list) and all(item is None or self._has_item(item) for item in value)
        return fits and (self.constraint is None or self.constraint(value))

    def _has_item(self, value: Value) -> bool:
        if self.base is not None and not self.base.has(value):
            return False
        if self.entries and not self._has_entries(value):
            return False
        return self.allowed is None or self.allowed(value)

    def _has_entries(self, value: Value) -> bool:
        return isinstance(value, dict) and all(
            key in value and kind.has(value[key]) for key, kind in self.entries.items()
        )

    def conforms(self, other: FeelType) -> bool:
        if is_any(other) or self is other:
            return True
        if self.collection:
            return isinstance(other, ListType) and (self.base or ANY).conforms(other.item)
        return (self.base or ANY).conforms(other)


class TypeReader:
    """Fills a type table from the item definitions of a model."""

    def __init__(self, table: TypeTable, tests: TestMaker, unknown: Callable[[Element, str], None]) -> None:
        self.table = table
        self.members: set[str] = set()
        self._tests = tests
        self._unknown = unknown

    def read(self, definitions: Element) -> None:
        found = [(one, ItemType(name_of(one))) for one in children(definitions, "itemDefinition")]
        for _, kind in found:
            self.table.define(kind.name, kind)
        for element, kind in found:
            self._fill(element, kind, 0)

    def resolve(self, element: Element, reference: str) -> FeelType | None:
        """The type of a reference, None for none or any; unknown ones are reported."""
        if not reference:
            return None
        kind = self.table.find(reference)
        if kind is None:
            self._unknown(element, reference)
        return None if kind == ANY else kind

    def _fill(self, element: Element, kind: ItemType, depth: int) -> None:
        kind.collection = element.get("isCollection", "").strip() == "true"
        function = child(element, "functionItem")
        if function is not None:
            kind.base = self._function(function)
        else:
            kind.base = self.resolve(element, type_ref(element))
        kind.allowed = self._limits(child(element, "allowedValues"))
        kind.constraint = self._limits(child(element, "typeConstraint"))
        for component in children(element, "itemComponent"):
            part = ItemType(name_of(component))
            if depth < 50:
                self._fill(component, part, depth + 1)
            self.members.add(part.name)
            kind.entries[part.name] = part

    def _limits(self, element: Element | None) -> Callable[[Value], bool] | None:
        text = text_in(element).strip()
        return self._tests(element, text) if element is not None and text else None

    def _function(self, element: Element) -> FeelType:
        parameters = tuple(
            self.resolve(one, type_ref(one)) or ANY for one in children(element, "parameters", "parameter")
        )
        return FunctionType(parameters, self.resolve(element, element.get("outputTypeRef", "")) or ANY)
