"""The language: what expressions are worth."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

import feel

CASES: list[tuple[str, Any]] = [
    ("1 + 2 * 3", 7),
    ("-3 ** 2", 9),
    ("2 ** 3 ** 2", 64),
    ("1 - 2 - 3", -4),
    ("0.1 + 0.2", Decimal("0.3")),
    ("1 / 3", Decimal("0.3333333333333333333333333333333333")),
    ("1 / 0", None),
    ("null + 1", None),
    ('"a" + "b"', "ab"),
    ('"a" + 1', None),
    ('"\\u00e4\\U01F40E\\n\\""', 'ä🐎\n"'),
    ("1 + /* x: y */ 1 // Ende", 2),
    ("true and null", None),
    ("false and null", False),
    ("true or null", True),
    ("false or null", None),
    ("not(null)", None),
    ('100 = "100"', None),
    ("{a: 1, b: [2]} = {b: [2.0], a: 1.0}", True),
    ("null = null", True),
    ("[1, 2] = [2, 1]", False),
    ("1 between 0 and 2 and true", True),
    ("2 in [1..3)", True),
    ("3 in ]1..3[", False),
    ("5 in (< 3, > 4)", True),
    ("1 in [2, 3, 1]", True),
    ("[1] in [[1], [2]]", True),
    ('"b" in ("a", "b")', True),
    ("[1..5].end", 5),
    ("(>= 5).start included", True),
    ('if null then "a" else "b"', "b"),
    ('if "x" then 1 else 2', None),
    ("for x in [1, 2], y in [x, 10] return x * y", [1, 10, 4, 20]),
    ("for i in 3..1 return i", [3, 2, 1]),
    ("for i in [1..3) return i", [1, 2]),
    ("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", [1, 1, 2, 6, 24]),
    ("some x in [1, null] satisfies x > 0", True),
    ("every x in [1, null] satisfies x > 0", None),
    ("every x in [] satisfies x", True),
    ("[1, 2, 3][item > 1]", [2, 3]),
    ("[1, 2, 3][-1]", 3),
    ("[1, 2, 3][4]", None),
    ("[{x: 1, y: 2}, {x: 2, y: 3}][x > 1].y", [3]),
    ("[{item: 1}][item = 1]", [{"item": 1}]),
    ("{a b: 1, c: a b + 1}.c", 2),
    ('{"a+b": 1}.a+b', 1),
    ("(function(a, b) a - b)(b: 1, a: 3)", 2),
    ("(function(a: string) a)(1)", None),
    ("{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(5)}.r", 120),
    ("[1, null] instance of list<number>", True),
    ("{a: 1} instance of context<a: string>", False),
    ("null instance of Any", False),
    ("[1..2] instance of range<number>", True),
    ('@"2020-01-31" + @"P1M"', date(2020, 2, 29)),
    ('@"2021-01-01" + @"PT36H"', date(2021, 1, 2)),
    ('@"2021-03-28T01:30:00@Europe/Berlin" + @"PT1H" = @"2021-03-28T03:30:00+02:00"', True),
    ('@"2020-01-01T00:00:00Z" = @"2020-01-01T01:00:00+01:00"', True),
    ('is(@"20:00:50+00:00", @"21:00:50+01:00")', False),
    ('@"2021-01-02" - @"2021-01-01" = @"P1D"', True),
    ('@"2021-01-02T10:00:00" - @"2021-01-01"', None),
    ('@"P1Y" / @"P6M"', 2),
    ('@"-P1DT2H".days', -1),
    ('@"2021-01-01".weekday', 5),
    ('string(@"-0044-03-15")', "-0044-03-15"),
    ('string(@"999999999-12-31T23:59:59.5@Europe/Paris")', "999999999-12-31T23:59:59.5@Europe/Paris"),
    ('date("2021-02-29")', None),
    ('duration("P1Y1D")', None),
    ('string([1, "a", {b: null}])', '[1, "a", {b: null}]'),
    ('number("1.000,5", ".", ",")', Decimal("1000.5")),
    ('range("(2..)").end', None),
    ('range("[2..1]")', None),
    ('range("[1..1+1]")', None),
    ('substring("foobar", -2, 1)', "a"),
    ('substring(string: "foobar", start position: 3)', "obar"),
    ('string join(["a", null, "b"], "-")', "a-b"),
    ('replace("abracadabra", "a(.)", "a$1$1")', "abbraccaddabbra"),
    ('replace("abc", "x*", "-")', None),
    ('matches("x", "[A-Z-[OI]]", "i")', True),
    ('matches("ä1", "\\p{Ll}\\d")', True),
    ('split("a;b;;", ";")', ["a", "b", "", ""]),
    ("decimal(2.5, 0)", 2),
    ("round half down(2.5, 0)", 2),
    ("round up(-1.1, 0)", -2),
    ("modulo(-10.1, 4.5)", Decimal("3.4")),
    ("sum([])", None),
    ("median(8, 2, 5, 7)", 6),
    ("mode([6, 1, 9, 6, 1])", [1, 6]),
    ("all([true, 1])", None),
    ('distinct values([1, 1.0, "1", null, null, [1], [1]])', [1, "1", None, [1]]),
    ("index of([1, null, 2, null], null)", [2, 4]),
    ("sort([3, 1, 2], function(x, y) x > y)", [3, 2, 1]),
    ("list replace([1, 2, 3], 2, 9)", [1, 9, 3]),
    ("insert before([1, 2], 1, 0)", [0, 1, 2]),
    ('upper case(["a"])', "A"),
    ("count(1)", 1),
    ("count(null)", None),
    ('context put({x: {y: 0}}, ["x", "y"], 2)', {"x": {"y": 2}}),
    ("context merge([{a: 1}, {a: 2}])", {"a": 2}),
    ("get entries({a: 1})", [{"key": "a", "value": 1}]),
    ('week of year(@"2019-12-31")', 1),
    ("overlaps before([1..5], [3..8])", True),
    ("overlaps before([3..8], [1..5])", False),
    ("before([1..5), 5)", True),
    ("meets([1..5), [5..8])", False),
    ("finished by([1..5], 5)", True),
    ("includes([1..10], [2..11])", False),
    ('function(a) external {java: {class: "x"}}', None),
    ("unbekannt.name", None),
    ("1(2)", None),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_value(text: str, expected: object) -> None:
    assert feel.evaluate(text) == expected


def test_python_values_are_converted() -> None:
    context = {
        "preis": 1.1,
        "menge": 3,
        "tag": date(2024, 2, 29),
        "um": datetime(2024, 2, 29, 12, tzinfo=UTC),
        "frist": timedelta(days=2),
        "posten": ({"wert": 1}, {"wert": 2}),
    }
    assert feel.evaluate("preis * menge", context) == Decimal("3.3")
    assert feel.evaluate("tag + frist", context) == date(2024, 3, 2)
    assert feel.evaluate("um.hour + sum(posten.wert)", context) == Decimal(15)


def test_names_with_blanks_and_umlauts() -> None:
    context = {"Höhe der Gebühr": 5, "Hund-Rasse": "Pudel", "Hund": 1}
    assert feel.evaluate('Höhe  der Gebühr * 2 > 9 and Hund-Rasse = "Pudel"', context) is True


def test_free_names_and_paths() -> None:
    text = (
        'antrag.hund.rasse = "x" and (for k in kinder[alter < grenze] return k.name + string(jahr))[1] = null'
    )
    compiled = feel.compile_expression(text, names=["antrag", "kinder", "grenze", "jahr"])
    assert compiled.names == {"antrag", "kinder", "grenze", "jahr"}
    assert compiled.paths == {("antrag", "hund", "rasse"), ("kinder",), ("grenze",), ("jahr",)}
    assert compiled.text == text


def test_unknown_name_counts_as_free() -> None:
    assert feel.compile_expression("antrag.a + tippfehler", names=["antrag"]).names == {
        "antrag",
        "tippfehler",
    }


def test_clock_is_given_from_outside() -> None:
    now = datetime(2024, 5, 6, 7, 8, tzinfo=UTC)
    assert feel.compile_expression("today()").evaluate({}, now=now) == date(2024, 5, 6)
    assert feel.compile_expression("now().minute").evaluate({}, now=now) == Decimal(8)


def test_warnings_say_where_and_why() -> None:
    value, warnings = feel.compile_expression("1 +\n alter.x").evaluate_with_warnings({"alter": "a"})
    assert value is None
    assert (
        warnings[0] == "Zeile 2, Spalte 7: Den Eintrag „x“ gibt es hier nicht. Bitte die Schreibweise prüfen."
    )


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("-", None, True),
        ("5", 5, True),
        ('"A", "B"', "B", True),
        ('not("A", "B")', "B", False),
        ('not("A")', None, True),
        ("[18..65)", 65, False),
        ("< 5, > 10", 11, True),
        (">= grenze", 7, True),
        ("? > 5 and ? < 8", 7, True),
        ('contains(?, "ahn")', "Hahn", True),
        ("null", None, True),
        ("> 5", None, False),
        ("[1, 2, 3]", 2, True),
        ("not(null)", 1, True),
        ('@"2024-01-01"', date(2024, 1, 1), True),
    ],
)
def test_unary_tests(text: str, value: object, expected: bool) -> None:
    assert feel.compile_unary_tests(text, names=["grenze"]).matches(value, {"grenze": 7}) is expected


def test_json_and_back() -> None:
    value = feel.evaluate('{a: 1.0, b: 0.1, c: 1/3, d: @"P1D", e: [1..2), f: @"2024-01-01"}')
    assert feel.to_json(value) == {
        "a": 1,
        "b": 0.1,
        "c": "0.3333333333333333333333333333333333",
        "d": "P1D",
        "e": "[1..2)",
        "f": "2024-01-01",
    }
    assert feel.from_json({"a": [1, 0.1, None, "x"]}) == {"a": [Decimal(1), Decimal("0.1"), None, "x"]}
