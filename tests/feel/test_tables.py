"""Decision tables: every hit policy, defaults, checks of values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import pytest

import feel

ModelMaker = Callable[[str], feel.Model]
RANKED = '<outputValues><text>"hoch", "mittel", "tief"</text></outputValues>'


def table(policy: str, rules: list[tuple[str, str]], clause: str = "", output: str = RANKED) -> str:
    rows = "".join(
        f'<rule id="r{number}"><inputEntry><text><![CDATA[{test}]]></text></inputEntry>'
        f"<outputEntry><text><![CDATA[{value}]]></text></outputEntry></rule>"
        for number, (test, value) in enumerate(rules, 1)
    )
    return (
        '<inputData id="i" name="alter"><variable name="alter" typeRef="number"/></inputData>'
        '<decision id="d" name="Gebühr"><variable name="Gebühr"/><informationRequirement>'
        '<requiredInput href="#i"/></informationRequirement>'
        f"<decisionTable {policy}><input><inputExpression><text>alter</text></inputExpression>{clause}</input>"
        f"<output>{output}</output>{rows}</decisionTable></decision>"
    )


WORDS = [("> 10", '"tief"'), ("> 20", '"hoch"'), ("> 30", '"mittel"')]
NUMBERS = [("> 10", "5"), ("> 20", "7"), ("> 30", "5")]


@pytest.mark.parametrize(
    ("policy", "rules", "alter", "value", "matched"),
    [
        ("UNIQUE", WORDS, 11, "tief", (1,)),
        ("UNIQUE", WORDS, 21, None, ()),
        ("UNIQUE", WORDS, 1, None, ()),
        ("ANY", [("> 1", '"a"'), ("> 2", '"a"')], 3, "a", (1, 2)),
        ("ANY", WORDS, 21, None, ()),
        ("FIRST", WORDS, 40, "tief", (1,)),
        ("PRIORITY", WORDS, 40, "hoch", (2,)),
        ("OUTPUT ORDER", WORDS, 40, ["hoch", "mittel", "tief"], (2, 3, 1)),
        ("RULE ORDER", WORDS, 40, ["tief", "hoch", "mittel"], (1, 2, 3)),
        ("COLLECT", WORDS, 21, ["tief", "hoch"], (1, 2)),
        ("COLLECT", WORDS, 1, [], ()),
    ],
)
def test_hit_policies(
    model: ModelMaker, policy: str, rules: list[tuple[str, str]], alter: int, value: object, matched: object
) -> None:
    result = model(table(f'hitPolicy="{policy}"', rules)).evaluate("Gebühr", {"alter": alter})
    assert (result.value, result.matched_rules) == (value, matched)


@pytest.mark.parametrize(("aggregation", "value"), [("SUM", 17), ("MIN", 5), ("MAX", 7), ("COUNT", 3)])
def test_collect_aggregates(model: ModelMaker, aggregation: str, value: int) -> None:
    attributes = f'hitPolicy="COLLECT" aggregation="{aggregation}"'
    result = model(table(attributes, NUMBERS)).evaluate("d", {"alter": 31})
    assert (result.value, result.rule_ids) == (value, ("r1", "r2", "r3"))


def test_two_rules_at_once_are_named(model: ModelMaker) -> None:
    result = model(table("", WORDS)).evaluate("Gebühr", {"alter": 21})
    assert result.warnings[0].endswith("Die Regeln 1, 2 treffen zugleich zu, obwohl nur eine zutreffen darf.")


def test_default_output_counts_where_no_rule_applies(model: ModelMaker) -> None:
    output = "<defaultOutputEntry><text>0</text></defaultOutputEntry>"
    loaded = model(table("", [("> 10", "5")], output=output))
    assert [loaded.evaluate("d", {"alter": alter}).value for alter in (11, 9)] == [5, 0]


def test_value_outside_of_the_input_values_gives_null(model: ModelMaker) -> None:
    clause = "<inputValues><text>[0..120]</text></inputValues>"
    loaded = model(table("", [("-", "1")], clause))
    assert [loaded.evaluate("d", {"alter": alter}).value for alter in (120, 121, None)] == [1, None, 1]


def test_several_outputs_make_a_context(model: ModelMaker) -> None:
    loaded = model(
        '<decision id="d" name="d"><decisionTable><input><inputExpression><text>1</text></inputExpression></input>'
        '<output name="Betrag"/><output name="Grund"/><rule><inputEntry><text>1</text></inputEntry>'
        '<outputEntry><text>2.50</text></outputEntry><outputEntry><text>"a"</text></outputEntry></rule>'
        "</decisionTable></decision>"
    )
    assert loaded.evaluate("d", {}).value == {"Betrag": Decimal("2.5"), "Grund": "a"}


def test_rules_on_the_way_are_told(model: ModelMaker) -> None:
    body = table("", [("> 10", "5")]) + (
        '<decision id="e" name="Summe"><informationRequirement><requiredDecision href="#d"/>'
        "</informationRequirement><literalExpression><text>Gebühr * 2</text></literalExpression></decision>"
    )
    result = model(body).evaluate("Summe", {"alter": 11})
    expected: Mapping[str, tuple[int, ...]] = {"Gebühr": (1,)}
    assert (result.value, result.matched_rules, result.rules_by_decision) == (10, (), expected)
