"""Expressions without end, beside those of tests/feel/test_limits: every one is an answer or a FEEL error, soon.

No clock is asked: what is not bounded would not end before the test run is stopped, or fill the memory.
"""

from __future__ import annotations

from typing import Any

import pytest

import feel
from rathaus.engines.forms.kinds.text import PATTERN_INPUT
from rathaus.engines.forms.public import InvalidForm, load_definition
from tests.factories.forms import definition, field, page

ENDLESS = [
    "sort(for i in 1..20000 return i, function(x, y) count(for k in 1..1000 return k) > 0)",
    "for a in 1..100, b in 1..100, c in 1..100, d in 1..100 return 1",
    "for i in 10**30..1 return i",
    'for d in date("0001-01-01")..date("9999-12-31") return d',
    "{f: function(s, n) if n = 0 then s else f(s + s, n - 1), r: f(\"aaaaaaaaaa\", 40)}.r",
    f'matches("{"a" * 5000}", "(a+)\\\\1+b")',
    f'matches("{"a" * 2000}", "(a{{0,100}}){{0,100}}b")',
    f'replace("{"x" * 40}", "(x+x+)+y", "z")',
    f'split("{"x" * 40}", "(x+x+)+y")',
    "10 ** 1e9",
    "2 ** 2 ** 2 ** 2 ** 2 ** 2",
    "0.1 ** -999999999",
    "decimal(1/3, 10**9)",
    "9" * 90_000,
    "(" * 49_000 + "1" + ")" * 49_000,
    "-" * 90_000 + "1",
    "{a:" * 20_000 + "1" + "}" * 20_000,
    "a" + ".a" * 45_000,
    "{" + ",".join(f"a{number}:{number}" for number in range(4_000)) + "}",
    "{" + ",".join(f"a b{number}:{number}" for number in range(4_000)) + "}",
    "distinct values(for i in 1..20000 return {a: i})",
    "string(for i in 1..40000 return \"" + "x" * 40 + '")',
    'duration("P' + "9" * 5000 + 'Y")',
    'date and time("2020-01-01T00:00:00@../../etc/passwd")',
    '"\x00"',
    '"\\uD800"',
    "\ud800",
]  # fmt: skip


@pytest.mark.parametrize("text", ENDLESS, ids=lambda text: ascii(text[:40]))
def test_an_endless_expression_ends(text: str) -> None:
    try:
        answer = feel.evaluate(text)
    except feel.FeelError as error:
        assert error.message
    else:
        assert len(str(answer)) < 2_000_000


def nested(kind: type, depth: int = 50_000) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = {"a": value} if kind is dict else [value]
    return value


@pytest.mark.parametrize(
    "text",
    [
        "x = x", "string(x)", "flatten(x)", "distinct values(x)", "count(x)", "x.a.a", "x[1]", "get entries(x)",
        "sort(x, function(a, b) a < b)", "list contains(x, x)", "sum(x)", "x in (1, 2)", "x + x", "is(x, x)",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "value",
    [nested(dict), nested(list), float("inf"), float("nan"), 10**5000, b"x", object(), "\ud800"],
    ids=["context", "list", "inf", "nan", "long", "bytes", "object", "half"],
)
def test_wild_data_are_an_answer_or_a_feel_error(text: str, value: Any) -> None:
    try:
        feel.compile_expression(text, names=["x"]).evaluate({"x": value})
    except feel.FeelError as error:
        assert error.message


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+b", "(a|a)*b", "(a|aa)+$", "([a-z]+)*1", "(.*)*x", "(a?){60}a{60}", "^(([a-z])+.)+[A-Z]$"],
)
def test_a_pattern_that_takes_for_ever_is_refused_or_stopped(pattern: str) -> None:
    settings = {"pattern": pattern, "pattern_message": {"de": "falsch", "en": "wrong"}}
    try:
        form = load_definition(definition(page("seite", field("name", **settings))))
    except InvalidForm as refused:
        assert "slow_pattern" in str([finding.rule for finding in refused.findings])
        return
    checked = form.validate({"name": "a" * PATTERN_INPUT}, language="de")
    assert [error.path for error in checked.errors] in ([], ["name"])


HOSTILE_RULES = [
    "for i in 1..10**9 return i",
    "count(for i in 1..50000 return for j in 1..50000 return j) > 0",
    'matches(name, "(a+)+$")',
    "{f: function(n) f(n + 1), r: f(1)}.r",
]


@pytest.mark.parametrize("rule", HOSTILE_RULES)
@pytest.mark.parametrize("place", ["when", "required", "value", "assert"])
def test_an_endless_rule_in_a_form_is_no_fault(rule: str, place: str) -> None:
    extra: dict[str, Any] = {}
    fields = [field("name"), field("mehr", required=False)]
    if place == "when":
        fields[1]["when"] = rule
    elif place == "required":
        fields[1]["required"] = f"={rule}"
    elif place == "value":
        fields[1] = field("mehr", "computed", value=rule)
    else:
        extra["checks"] = [
            {"id": "c", "assert": rule, "message": {"de": "nein", "en": "no"}, "field": "name"}
        ]
    try:
        form = load_definition(definition(page("seite", *fields), **extra))
    except InvalidForm as refused:
        assert refused.findings
        return
    checked = form.validate({"name": "a" * 400 + "!"}, language="de")
    assert isinstance(checked.ok, bool)
