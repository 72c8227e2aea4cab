"""Typed registries: how a higher floor tells a lower one which kinds of things exist."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

__all__ = ["AlreadyRegistered", "Registry", "UnknownEntry"]

T = TypeVar("T")


class UnknownEntry(LookupError):
    """Nothing is registered under this key; the message names what exists."""


class AlreadyRegistered(ValueError):
    """Two different things claim the same key."""


class Registry(Generic[T]):
    """Things of one kind by key, in the order of registration.

    ``Registry[Action]("action", key=lambda action: action.name)`` takes the key from the thing itself;
    without ``key`` each registration names it: ``registry.register(item, key="demo")``.
    """

    def __init__(self, kind: str, *, key: Callable[[T], str] | None = None) -> None:
        self.kind = kind
        self._key = key
        self._entries: dict[str, T] = {}

    def register(self, item: T, *, key: str | None = None) -> T:
        """Add a thing and return it. Registering the same thing again does nothing."""
        name = key if key is not None else self._own_key(item)
        present = self._entries.setdefault(name, item)
        if present is not item and present != item:
            raise AlreadyRegistered(f"{self.kind} {name!r} is registered already: {present!r}")
        return present

    def _own_key(self, item: T) -> str:
        if self._key is None:
            raise TypeError(f"registering a {self.kind} needs a key")
        return self._key(item)

    def get(self, key: str) -> T:
        """The thing under this key. Raises UnknownEntry, which names the keys that exist."""
        try:
            return self._entries[key]
        except KeyError:
            known = ", ".join(sorted(self._entries)) or "none"
            raise UnknownEntry(f"no {self.kind} {key!r}; registered: {known}") from None

    def find(self, key: str) -> T | None:
        return self._entries.get(key)

    def keys(self) -> tuple[str, ...]:
        return tuple(self._entries)

    def items(self) -> tuple[tuple[str, T], ...]:
        return tuple(self._entries.items())

    def __iter__(self) -> Iterator[T]:
        return iter(tuple(self._entries.values()))

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    @contextmanager
    def temporarily(self, item: T, *, key: str | None = None) -> Iterator[T]:
        """Register a thing for a block, if need be in place of another. For tests and plays."""
        name = key if key is not None else self._own_key(item)
        before = dict(self._entries)
        self._entries[name] = item
        try:
            yield item
        finally:
            self._entries = before
