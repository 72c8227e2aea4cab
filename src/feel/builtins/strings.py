"""String functions (DMN 1.5, 10.3.4.3)."""

from __future__ import annotations

from decimal import Decimal

from ..decimals import as_int
from ..errors import FeelNull
from ..patterns import compile_pattern, replace_all
from ..runtime import Run
from ..values import Value
from .registry import builtin


@builtin("substring", "string: string", "start position: number", "length?: number")
def substring(run: Run, string: str, start: Decimal, length: Decimal | None) -> Value:
    run.text_room(len(string))
    first = as_int(start)
    if first == 0 or abs(first) > len(string):
        raise FeelNull(f"Die Stelle {first} gibt es im Text nicht; gezählt wird ab 1, vom Ende ab -1.")
    if length is not None and length < 1:
        raise FeelNull("Die Länge muss mindestens 1 sein.")
    begin = first - 1 if first > 0 else len(string) + first
    return string[begin:] if length is None else string[begin : begin + min(as_int(length), len(string))]


@builtin("string length", "string: string")
def string_length(run: Run, string: str) -> Value:
    return Decimal(len(string))


@builtin("upper case", "string: string")
def upper_case(run: Run, string: str) -> Value:
    run.text_room(len(string))
    return string.upper()


@builtin("lower case", "string: string")
def lower_case(run: Run, string: str) -> Value:
    run.text_room(len(string))
    return string.lower()


@builtin("substring before", "string: string", "match: string")
def substring_before(run: Run, string: str, match: str) -> Value:
    run.text_room(len(string))
    found = string.find(match)
    return string[:found] if found > 0 else ""


@builtin("substring after", "string: string", "match: string")
def substring_after(run: Run, string: str, match: str) -> Value:
    run.text_room(len(string))
    found = string.find(match)
    return string[found + len(match) :] if found >= 0 else ""


@builtin("contains", "string: string", "match: string")
def contains(run: Run, string: str, match: str) -> Value:
    run.scan(len(string))
    return match in string


@builtin("starts with", "string: string", "match: string")
def starts_with(run: Run, string: str, match: str) -> Value:
    run.scan(len(string))
    return string.startswith(match)


@builtin("ends with", "string: string", "match: string")
def ends_with(run: Run, string: str, match: str) -> Value:
    run.scan(len(string))
    return string.endswith(match)


@builtin("matches", "input: string", "pattern: string", "flags?: string?")
def matches(run: Run, text: str, pattern: str, flags: str | None) -> Value:
    return compile_pattern(pattern, flags or "", run, len(text)).search(text) is not None


@builtin("replace", "input: string", "pattern: string", "replacement: string", "flags?: string?")
def replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None) -> Value:
    compiled = compile_pattern(pattern, flags or "", run, len(text))
    return replace_all(compiled, replacement, text, run)


@builtin("split", "string: string", "delimiter: string")
def split(run: Run, string: str, delimiter: str) -> Value:
    compiled = compile_pattern(delimiter, "", run, len(string))
    parts: list[Value] = []
    begin = 0
    for match in compiled.finditer(string):
        if match.end() > match.start():
            parts.append(string[begin : match.start()])
            begin = match.end()
            run.charge(1)
    parts.append(string[begin:])
    run.list_room(len(parts))
    run.text_room(len(string))
    return parts


@builtin("string join", "list: list", "delimiter?: string?")
def string_join(run: Run, items: list[Value], delimiter: str | None) -> Value:
    texts: list[str] = []
    for item in items:
        if isinstance(item, str):
            texts.append(item)
        elif item is not None:
            raise FeelNull("Die Liste darf nur Texte enthalten. Bitte Zahlen mit string() umwandeln.")
    mark = delimiter or ""
    run.text_room(sum(map(len, texts)) + len(mark) * len(texts))
    return mark.join(texts)
