"""Decision models: graph, boxed expressions, types, imports, findings, refusals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

import feel

ModelMaker = Callable[[str], feel.Model]


def literal(text: str) -> str:
    return f"<literalExpression><text><![CDATA[{text}]]></text></literalExpression>"


def decision(logic: str, type_ref: str = "", needs: str = "", name: str = "d") -> str:
    kind = f' typeRef="{type_ref}"' if type_ref else ""
    return f'<decision id="{name}" name="{name}"><variable name="{name}"{kind}/>{needs}{logic}</decision>'


def input_data(name: str, type_ref: str) -> str:
    return f'<inputData id="{name}" name="{name}"><variable name="{name}" typeRef="{type_ref}"/></inputData>'


def needs_input(*names: str) -> str:
    links = "".join(f'<requiredInput href="#{name}"/>' for name in names)
    return f"<informationRequirement>{links}</informationRequirement>"


QUOTED = '"x"'
BOXES = [
    (f"<list>{literal('1')}{literal('2')}</list>", [1, 2]),
    (
        '<relation><column name="a"/><column name="b c"/>'
        f"<row>{literal('1')}{literal('2')}</row><row>{literal('3')}{literal('4')}</row></relation>",
        [{"a": 1, "b c": 2}, {"a": 3, "b c": 4}],
    ),
    (
        f'<context><contextEntry><variable name="Satz in %"/>{literal("5")}</contextEntry>'
        f"<contextEntry>{literal('Satz in % * 2')}</contextEntry></context>",
        10,
    ),
    (
        '<context><contextEntry><variable name="f"/><functionDefinition><formalParameter name="n" typeRef="number"/>'
        f"{literal('if n < 2 then 1 else n * f(n - 1)')}</functionDefinition></contextEntry><contextEntry>"
        f'<invocation>{literal("f")}<binding><parameter name="n"/>{literal("4")}</binding></invocation>'
        "</contextEntry></context>",
        24,
    ),
    (
        f"<conditional><if>{literal('1 > 2')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>",
        2,
    ),
    (
        f"<conditional><if>{literal('1')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>",
        None,
    ),
    (f"<filter><in>{literal('[1, 2, 3]')}</in><match>{literal('item > 1')}</match></filter>", [2, 3]),
    (f"<filter><in>{literal('[{a b: 1}]')}</in><match>{literal('a b > 1')}</match></filter>", []),
    (f"<filter><in>{literal('[1]')}</in><match>{literal(QUOTED)}</match></filter>", None),
    (
        f'<for iteratorVariable="x"><in>{literal("[1, 2, 3]")}</in>'
        f"<return>{literal('x + count(partial)')}</return></for>",
        [1, 3, 5],
    ),
    (
        f'<some iteratorVariable="x"><in>{literal("[1, 2]")}</in><satisfies>{literal("x > 1")}</satisfies></some>',
        True,
    ),
    (
        f'<every iteratorVariable="x"><in>{literal("[1, 2]")}</in><satisfies>{literal("x > 1")}</satisfies></every>',
        False,
    ),
    ('<functionDefinition kind="Java"><context/></functionDefinition>', None),
]


@pytest.mark.parametrize(("box", "expected"), BOXES)
def test_boxed_expressions(model: ModelMaker, box: str, expected: object) -> None:
    assert model(decision(box)).evaluate("d", {}).value == expected


TYPES = (
    '<itemDefinition name="tArt"><typeRef>string</typeRef><allowedValues><text>"Hund", "Katze"</text></allowedValues>'
    '</itemDefinition><itemDefinition name="tArten" isCollection="true"><typeRef>tArt</typeRef></itemDefinition>'
    '<itemDefinition name="tTier"><itemComponent name="art"><typeRef>tArt</typeRef></itemComponent>'
    '<itemComponent name="Name des Tiers"><typeRef>string</typeRef></itemComponent></itemDefinition>'
)


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("tArt", '"Hund"', "Hund"),
        ("tArt", '"Pferd"', None),
        ("tArt", '["Hund"]', "Hund"),
        ("tArten", '"Hund"', ["Hund"]),
        ("tArten", '["Hund", "Pferd"]', None),
        ("tTier", '{art: "Hund", Name des Tiers: "Rex"}.Name des Tiers', None),
        ("string", '{art: "Hund", Name des Tiers: "Rex"}.Name des Tiers', "Rex"),
        ("number", '"1"', None),
        ("boolean", '"Hund" instance of tArt', True),
        ("boolean", '"Pferd" instance of tArt', False),
    ],
)
def test_types_check_and_convert(model: ModelMaker, kind: str, text: str, expected: object) -> None:
    assert model(TYPES + decision(literal(text), kind)).evaluate("d", {}).value == expected


def test_date_becomes_a_moment_where_one_is_wanted(model: ModelMaker) -> None:
    loaded = model(decision(literal('@"2024-01-01"'), "date and time"))
    value = loaded.evaluate("d", {}).value
    assert value == feel.DateTime(date(2024, 1, 1), feel.Time(0, 0, 0, offset=0))


def test_inputs_are_checked_and_listed(model: ModelMaker) -> None:
    loaded = model(
        input_data("a", "number")
        + input_data("b", "date")
        + input_data("c", "string")
        + decision(literal("a + 1"), needs=needs_input("a"), name="e")
        + decision(
            literal("[e, b]"),
            needs=needs_input("b") + '<informationRequirement><requiredDecision href="#e"/>'
            "</informationRequirement>",
        )
    )
    assert loaded.inputs("d") == ("b", "a")
    assert loaded.decisions == ("e", "d")
    assert loaded.evaluate("d", {"a": 1, "b": date(2024, 1, 1)}).value == [2, date(2024, 1, 1)]
    assert loaded.evaluate("d", {"a": "1", "b": 7}).value == [None, None]


def test_knowledge_models_and_services(model: ModelMaker) -> None:
    body = (
        input_data("x", "number")
        + '<businessKnowledgeModel id="k" name="Zuschlag"><variable name="Zuschlag" typeRef="number"/>'
        f'<encapsulatedLogic><formalParameter name="n" typeRef="number"/>{literal("n * 2")}</encapsulatedLogic>'
        "</businessKnowledgeModel>"
        + decision(
            literal("Zuschlag(x)"),
            needs=needs_input("x") + "<knowledgeRequirement>"
            '<requiredKnowledge href="#k"/></knowledgeRequirement>',
            name="innen",
        )
        + '<decisionService id="s" name="Dienst"><outputDecision href="#innen"/>'
        + '<inputData href="#x"/></decisionService>'
        + decision(
            literal('[Dienst(5), Dienst(x: 6), Dienst("a"), Dienst()]'),
            needs='<knowledgeRequirement><requiredKnowledge href="#s"/></knowledgeRequirement>',
        )
    )
    loaded = model(body)
    assert loaded.evaluate("d", {}).value == [10, 12, None, None]
    assert loaded.evaluate("Dienst", {"x": 4}).value == 8
    assert loaded.evaluate("Zuschlag", {"n": 4}).value == 8
    assert loaded.services == ("Dienst",)


def test_decisions_see_only_what_they_require(model: ModelMaker) -> None:
    loaded = model(input_data("a", "number") + decision(literal("a")))
    assert loaded.evaluate("d", {"a": 1}).value is None
    assert [(one.place, one.rule) for one in loaded.check()] == [("d", "unknown-name")]


def test_imports_of_the_same_folder(wrap: Callable[..., bytes]) -> None:
    inner = wrap(
        input_data("Name der Person", "string")
        + decision(literal('"Hallo " + Name der Person'), needs=needs_input("Name der Person"), name="Gruß")
        + '<itemDefinition name="tText"><typeRef>string</typeRef></itemDefinition>',
        'namespace="urn:innen"',
    )
    outer = wrap(
        '<import name="innen" namespace="urn:innen" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
        + decision(
            literal('innen.Gruß + "!"'),
            "innen.tText",
            '<informationRequirement><requiredDecision href="urn:innen#Gruß"/></informationRequirement>',
        )
    )
    loaded = feel.load_model(outer, resolve_import=lambda name, location: {"urn:innen": inner}.get(name))
    assert loaded.evaluate("d", {"Name der Person": "Ada"}).value == "Hallo Ada!"
    assert loaded.inputs("d") == ("Name der Person",)
    assert loaded.check() == []
    rules = [one.rule for one in feel.load_model(outer).check()]
    assert rules == ["import", "unknown-type", "missing-reference", "unknown-name"]


def test_check_names_elements_and_rules(model: ModelMaker) -> None:
    loaded = model(
        '<decision id="a" name="a"><literalExpression id="l"><text>1 +</text></literalExpression></decision>'
        '<decision id="b" name="b"/>'
        + decision(
            literal("c"),
            needs='<informationRequirement><requiredDecision href="#c"/></informationRequirement>',
            name="c",
        )
        + '<decision id="t" name="t"><decisionTable hitPolicy="WAHL"><input><inputExpression><text>1</text>'
        '</inputExpression></input><output/><rule><inputEntry id="zelle"><text>[1..</text></inputEntry>'
        "<outputEntry><text>1</text></outputEntry></rule></decisionTable></decision>"
    )
    findings = {(one.place, one.rule) for one in loaded.check()}
    assert findings == {
        ("l", "feel-syntax"),
        ("b", "no-logic"),
        ("c", "cycle"),
        ("t", "hit-policy"),
        ("zelle", "feel-syntax"),
    }
    assert [loaded.evaluate(name, {}).value for name in ("a", "b", "c", "t")] == [None, None, None, None]


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"<a",
        b"\xff\xfe\x00",
        b"<a/>",
        b'<!DOCTYPE a><definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/"/>',
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<definitions xmlns="urn:other"/>',
        b"<?xml version='1.0' encoding='nonsense'?><a/>",
    ],
)
def test_other_files_are_refused(xml: bytes) -> None:
    with pytest.raises(feel.FeelError):
        feel.load_model(xml)


def test_deep_boxes_are_refused(wrap: Callable[..., bytes]) -> None:
    with pytest.raises(feel.FeelLimitError):
        feel.load_model(wrap(decision("<list>" * 3000 + "</list>" * 3000)))


def test_unknown_decision_is_refused(model: ModelMaker) -> None:
    with pytest.raises(feel.FeelError, match="„x“ gibt es"):
        model("").evaluate("x", {})


def test_imports_in_a_circle_end(wrap: Callable[..., bytes]) -> None:
    link = 'importType="https://www.omg.org/spec/DMN/20230324/MODEL/"'
    files = {
        f"urn:{name}": wrap(
            f'<import name="x" namespace="urn:{one}" {link}/><import name="y" namespace="urn:{other}" {link}/>',
            f'namespace="urn:{name}"',
        )
        for name, one, other in (("a", "b", "c"), ("b", "a", "c"), ("c", "b", "c"))
    }
    loaded = feel.load_model(files["urn:a"], resolve_import=lambda namespace, location: files.get(namespace))
    assert {one.rule for one in loaded.check()} == {"import"}
