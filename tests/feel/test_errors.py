"""What clerks are told, and that nothing else ever escapes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import feel


@pytest.mark.parametrize(
    ("text", "line", "column", "part"),
    [
        ("1 +", 1, 4, "hört zu früh auf"),
        ("1 +\n  )", 2, 3, "„)“ steht hier an falscher Stelle"),
        ('"offen', 1, 1, "Anführungszeichen"),
        ("a b", 1, 3, "Operator"),
        ("{a: 1, a: 2}", 1, 8, "zweimal"),
        ("if a then b", 1, 12, "„else“"),
        ("for x [1] return x", 1, 7, "„in“"),
        ("1 instance of foo", 1, 15, "„foo“ gibt es nicht"),
        ("f(a: 1, 2)", 1, 9, "benennen"),
        ("/* offen", 1, 1, "*/"),
        ("[1..2", 1, 6, "] oder )"),
        ("", 1, 1, "hört zu früh auf"),
    ],
)
def test_syntax_errors_name_the_place(text: str, line: int, column: int, part: str) -> None:
    with pytest.raises(feel.FeelSyntaxError) as caught:
        feel.compile_expression(text)
    error = caught.value
    assert (error.line, error.column) == (line, column)
    assert part in error.message
    assert str(error).startswith(f"Zeile {line}, Spalte {column}: ")


WORDS = """
if then else for in return some every satisfies function instance of and or between not null true ?
a b "x" @"P1D" @"2020-01-01" 1 2.5 1e3 + - * / ** = != < <= > >= ( ) [ ] { } , : . .. -> list sum(
date( matches( sort( range( string( "(a+)+" "["
"""
TOKENS = WORDS.split()


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.lists(st.sampled_from(TOKENS), max_size=14), st.sampled_from(["", " "]))
def test_any_text_gives_a_value_or_a_feel_error(tokens: list[str], blank: str) -> None:
    context = {"a": [1, "x", None], "b": {"a": 2}}
    text = blank.join(tokens)
    for compiler in (feel.compile_expression, feel.compile_unary_tests):
        try:
            compiled = compiler(text, names=["a", "b"])
            if isinstance(compiled, feel.Expression):
                feel.to_json(compiled.evaluate(context))
            else:
                compiled.matches(1, context)
        except feel.FeelError as error:
            assert error.message


CALLS = st.sampled_from(
    ["1", "-1", "0", "1e6000", "-1e-6000", '"a"', "null", "true", "[]", "[1, null]", "{}"]
)
ARGUMENTS = st.lists(
    st.one_of(
        CALLS, st.sampled_from(['@"P1D"', '@"P1M"', '@"2020-01-01"', "[1..2]", "function(x) x", "sum"])
    ),
    max_size=4,
)
NAMES = """
substring, contains, matches, replace, split, string join, number, date, time, date and time,
duration, range, count, sum, sublist, append, concatenate, remove, insert before, list replace,
sort, flatten, mode, stddev, decimal, round up, modulo, exp, log, context, context put, get value,
before, overlaps, includes, day of week, is, string, abs, product
"""
FUNCTIONS = [name.strip() for name in NAMES.split(",")]


@settings(max_examples=400, derandomize=True, deadline=None)
@given(st.sampled_from(FUNCTIONS), ARGUMENTS)
def test_any_arguments_give_a_value_or_a_feel_error(name: str, arguments: list[str]) -> None:
    try:
        feel.evaluate(f"{name}({', '.join(arguments)})")
    except feel.FeelError as error:
        assert error.message
