"""Literals, lists, contexts, intervals, paths, filters and calls."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from ..decimals import parse_number
from ..temporal.text import parse_temporal
from .nodes import (
    Call,
    ContextNode,
    Filter,
    InstanceOf,
    ListNode,
    Literal,
    Name,
    Node,
    Path,
    RangeNode,
)
from .scanner import KEYWORDS
from .strings import STRING, unescape
from .types import TypeReader

_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_CONSTANTS = {"true": True, "false": False, "null": None}
COMPARISON_MARKS = ("<=", ">=", "!=", "<", ">", "=")
_EXPRESSION_WORDS = frozenset({"if", "for", "some", "every", "function", "not", "true", "false", "null"})


class Primary(TypeReader, ABC):
    """Reads what operators connect."""

    uses_input = False

    @abstractmethod
    def expression(self) -> Node:
        """Any expression."""

    @abstractmethod
    def operation(self, rank: int) -> Node:
        """Operators of at least this rank."""

    def postfix(self) -> Node:
        node = self.primary()
        for _ in range(self.limits.depth):
            position = self.position
            mark = self.peek()
            if mark == ".":
                self.accept(".")
                node = Path(position, node, self.read_member())
            elif mark == "[" and not self._closes_interval():
                node = self._filter(node)
            elif mark == "(":
                node = self._call(node)
            elif self.accept_word("instance", "of"):
                node = InstanceOf(position, node, self.read_type())
            else:
                return node
        raise self.place().limit(
            "Hier folgen zu viele Punkte, Filter oder Aufrufe aufeinander. Bitte aufteilen."
        )

    def _closes_interval(self) -> bool:
        """Whether this bracket is the end of an interval such as [1..5[, because no expression follows."""
        start = self.position
        self.accept("[")
        mark, word = self.peek(), self.peek_word()
        self.position = start
        if word:
            return word in KEYWORDS and word not in _EXPRESSION_WORDS
        return mark in ("", ")", "]", ",", "}", "=", "!=", "*", "/", "+", "**")

    def _filter(self, base: Node) -> Node:
        position = self.skip()
        self.expect("[")
        with self.filtering(), self.bound("item"):
            condition = self.expression()
        self.expect("]")
        return Filter(position, base, condition)

    def _call(self, function: Node) -> Node:
        self.expect("(")
        arguments: list[Node] = []
        names: list[str] = []
        while self.peek() != ")":
            position = self.skip()
            label = self.read_argument_name()
            if label is not None:
                names.append(label)
            arguments.append(self.expression())
            if names and (len(names) != len(arguments) or len(set(names)) != len(names)):
                raise self.error("Bitte entweder alle Angaben benennen, jede einmal, oder keine.", position)
            if not self.accept(","):
                break
        self.expect(")")
        return Call(function.position, function, tuple(arguments), tuple(names) if names else None)

    def primary(self) -> Node:
        position = self.skip()
        mark = self.peek()
        if mark == "(":
            return self._parenthesis()
        if mark == "[":
            return self._bracket()
        if mark == "]":
            self.accept("]")
            return self._interval_end(position, self.operation(4), False)
        if mark == "{":
            return self._context()
        if mark == '"':
            return Literal(position, self.read_string())
        if mark == "@":
            return self._at_literal()
        number = _NUMBER.match(self.text, position)
        if number is not None:
            return self._number(number)
        return self._name()

    def _name(self) -> Node:
        position = self.skip()
        if self.peek() == "?":
            self.accept("?")
            self.uses_input = True
            return Name(position, "?")
        word = self.peek_word()
        name = self.read_name()
        if name is not None:
            return Name(position, name)
        if word in _CONSTANTS:
            self.position += len(word)
            return Literal(position, _CONSTANTS[word])
        if word == "not":
            self.position += len(word)
            return Name(position, word)
        raise self.unexpected("ein Wert, ein Name oder eine Klammer")

    def _number(self, match: re.Match[str]) -> Node:
        position = self.position
        self.position = match.end()
        value = parse_number(match.group())
        problem = None if value is not None else "Die Zahl ist zu groß."
        return Literal(position, value, problem)

    def read_string(self) -> str:
        match = STRING.match(self.text, self.skip())
        if match is None:
            raise self.error("Der Text ist nicht geschlossen. Bitte ein Anführungszeichen ergänzen.")
        self.position = match.end()
        return unescape(match.group(1))

    def _at_literal(self) -> Node:
        position = self.skip()
        self.expect("@")
        if self.peek() != '"':
            raise self.unexpected("ein Text in Anführungszeichen nach @")
        text = self.read_string()
        value = parse_temporal(text)
        problem = None if value is not None else f"„{text}“ ist kein Datum, keine Uhrzeit und keine Dauer."
        return Literal(position, value, problem)

    def _parenthesis(self) -> Node:
        position = self.skip()
        self.expect("(")
        if self.peek() in COMPARISON_MARKS:
            return self._half_line(position)
        if self.peek() == "..":
            return self._interval_end(position, None, False)
        inner = self.expression()
        if self.peek() == "..":
            return self._interval_end(position, inner, False)
        self.expect(")")
        return inner

    def _half_line(self, position: int) -> Node:
        """A range such as (< 5)."""
        mark = self.peek()
        self.accept(mark)
        end = self.operation(4)
        self.expect(")")
        if mark == "=":
            return RangeNode(position, end, end, True, True)
        if mark == "!=":
            raise self.error("Ein Bereich mit != ist nicht möglich.", position)
        included = mark in ("<=", ">=")
        if mark[0] == "<":
            return RangeNode(position, None, end, False, included)
        return RangeNode(position, end, None, included, False)

    def _bracket(self) -> Node:
        position = self.skip()
        self.expect("[")
        if self.accept("]"):
            return ListNode(position, ())
        items = [self.expression()]
        if self.peek() == "..":
            return self._interval_end(position, items[0], True)
        while self.accept(","):
            items.append(self.expression())
        self.expect("]")
        return ListNode(position, tuple(items))

    def _interval_end(self, position: int, start: Node | None, included: bool) -> Node:
        self.expect("..")
        end = None if self.peek() in (")", "[", "]") else self.operation(4)
        mark = self.peek()
        if mark not in (")", "[", "]"):
            raise self.unexpected("das Ende des Bereichs mit ] oder )")
        self.accept(mark)
        return RangeNode(position, start, end, included, mark == "]")

    def _context(self) -> Node:
        position = self.skip()
        self.expect("{")
        entries: list[tuple[str, Node]] = []
        known: set[str] = set()
        with self.growing() as scope:
            while self.peek() != "}":
                place = self.position
                key = self._key()
                if key in known:
                    raise self.error(f"Der Eintrag „{key}“ steht zweimal im Kontext.", place)
                self.learn_member(key)
                entries.append((key, self.expression()))
                known.add(key)
                scope.add(key)
                if not self.accept(","):
                    break
        self.expect("}")
        return ContextNode(position, tuple(entries))

    def _key(self) -> str:
        if self.peek() == '"':
            key = self.read_string()
            self.expect(":")
            return key
        name = self.read_key_name()
        if name is None:
            raise self.unexpected("ein Name mit Doppelpunkt")
        return name
