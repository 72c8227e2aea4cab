"""Sends what no browser would send, to every address of the site, as somebody who gets in there."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_from_bytes

from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from tests.architecture import tree
from tests.architecture.rights import METHODS, REFUSED, Row, Visitors, table

LONG = os.environ.get("RATHAUS_FUZZ") == "long"
ROWS = list(table().values())

HOSTILE: Mapping[str, bytes] = {
    "NUL": b"a\x00b",
    "control characters": b"\x01\x1b[31m\x7f\xc2\x85\r\nSet-Cookie: a=b",
    "not UTF-8": b"\xff\xfe\x80a\xc3",
    "half a surrogate": b"\xed\xa0\x80",
    "text running backwards": "\u202egnp.exe\u2066\u200b\ufeff".encode(),
    "a long number": b"9" * 400,
    "a number beyond 64 bits": b"9223372036854775808",
    "negative": b"-1",
    "no number": b"1e400",
    "SQL": b"1' OR '1'='1'; DROP TABLE identity_useraccount;-- \"",
    "templates": b"{{ 7*7 }}${7*7}{% include 'x' %}%(name)s %s%n{0.__class__}",
    "HTML": b"<script>alert(1)</script><svg/onload=alert(1)>\"'><!--",
    "a path": b"../../../../../../etc/passwd",
    "other digits": "१२३ ² ① ٣".encode(),
    "full text syntax": b'" AND NEAR( * ^ - : OR { } col:x NOT',
    "JSON": b'{"__proto__": {"a": 1}, "a": [[[[[[]]]]]]}',
    "long": b"x" * 3000,
}
IN_PATHS = (
    b"\x00", b"%", b"\xff\xfe", b"\xed\xa0\x80", b"..", b"../../etc/passwd", b"a\r\nX-Evil: 1", b"9" * 400,
    b"9223372036854775808", b"-1", b"' OR 1=1 --", b"<script>", b"x" * 3000, "ä\u202e".encode(), b"{{7*7}}", b"a;b=c",
)  # fmt: skip
QUERY_NAME = re.compile(
    r"""(?:GET|POST)\.get(?:list)?\(\s*["']([^"']+)|["'](\w+)["'] in request\.(?:GET|POST)"""
)
FORM_NAME = re.compile(r"""\bname="([^"{]+)\"""")


@lru_cache
def names_in_requests() -> tuple[str, ...]:
    """Every name that a view or a form reads from a request, found in the sources."""
    found = {"page", "format", "_method", "X-HTTP-Method-Override", "callback"}
    for path in tree.own_python("src"):
        text = path.read_text()
        found.update(name for pair in QUERY_NAME.findall(text) for name in pair if name)
        if "web" in path.parts and "forms.Form" in text:
            found.update(_fields(text))
    for path in tree.templates():
        found.update(FORM_NAME.findall(path.read_text()))
    return tuple(sorted(found - {"csrfmiddlewaretoken"}))


def _fields(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef):
            for line in node.body:
                if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
                    yield line.targets[0].id


def insider(row: Row) -> str:
    """Somebody who gets in at this address, or a case worker where nobody does."""
    roles = list(row.outcomes["GET"])
    return next(
        (role for role in reversed(roles) if any(row.outcomes[way][role] not in REFUSED for way in METHODS)),
        "clerk",
    )


def payloads() -> Iterator[tuple[str, bytes]]:
    """Hostile queries (and bodies of forms), each with a word that says what it is.

    The short form gives each name another hostile value; NUL comes by itself, as a query with
    one goes no further. The long form gives all names one value, and then each name by itself.
    """
    names, kinds = [quote(name) for name in names_in_requests()], [kind for kind in HOSTILE if kind != "NUL"]
    yield "NUL", _encoded(names, [HOSTILE["NUL"]])
    for turn in range(len(kinds) if LONG else 2):
        values = [HOSTILE[kinds[(place + turn * 5) % len(kinds)]] for place in range(len(names))]
        yield f"turn {turn}", _encoded(names, values)
    for kind in kinds if LONG else ():
        yield kind, _encoded(names, [HOSTILE[kind]])
    if LONG:
        yield from (
            (f"{kind} in {name}", _encoded([name], [HOSTILE[kind]])) for name in names for kind in kinds
        )


def _encoded(names: list[str], values: list[bytes]) -> bytes:
    pairs = zip(names, values * (len(names) // len(values) + 1), strict=False)
    return "&".join(f"{name}={quote_from_bytes(value)}" for name, value in pairs).encode()


def pieces(row: Row) -> tuple[bytes, ...]:
    """The hostile pieces of an address: a quarter of them for each row in the short form."""
    return IN_PATHS if LONG else IN_PATHS[ROWS.index(row) % 4 :: 4]


def ask(
    visitors: Visitors, row: Row, role: str, method: str, *, query: bytes = b"", **options: Any
) -> HttpResponseBase:
    """One request with raw bytes in its query; whatever it did is taken back."""
    known = {**visitors.town.known(row.address, role), **row.fixed}
    path, _, own_query = row.url(known).partition("?")
    whole = "&".join(part for part in (own_query, query.decode("latin-1")) if part)
    return send(visitors.browser(role), method, path, QUERY_STRING=whole, **options)


def send(client: Client, method: str, path: str, **options: Any) -> HttpResponseBase:
    cache.clear()  # limits of how often one may try count for everybody together
    client.raise_request_exception = False
    with transaction.atomic():
        answer: HttpResponseBase = client.generic(method, path, **options)
        if answer.streaming:
            b"".join(answer)
        transaction.set_rollback(True)
    return answer


def paths_with(row: Row, known: Mapping[str, Any], piece: bytes) -> Iterator[str]:
    """The address with a hostile piece in the place of each of its parameters."""
    if row.address.startswith("/"):
        return
    arguments = {name: known[name] for name in row.parameters}
    real = reverse(row.address, kwargs=arguments)
    for name in sorted(arguments):
        yield real.replace(str(arguments[name]), quote_from_bytes(piece), 1)
