"""What the check of a definition finds, where, and that it survives everything."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rathaus.engines.forms.public import InvalidForm, check_definition, load_definition
from tests.factories.forms import DOG, definition, field, page


def places(found: Any) -> list[tuple[str, str]]:
    return [(finding.place, finding.rule) for finding in found]


def one(*fields: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    return places(check_definition(definition(page("seite", *fields), **more)))


def test_a_good_definition_has_no_findings() -> None:
    assert check_definition(DOG) == []
    assert check_definition(json.dumps(DOG)) == []


def test_yaml_mistakes_have_line_and_column() -> None:
    found = check_definition("schema: 1\nkey: a: b\n")
    assert places(found) == [("Zeile 2, Spalte 7", "form.yaml")]


def test_unknown_keys_are_refused_with_a_suggestion() -> None:
    found = check_definition(definition(page("seite", field("name", requird=True))))
    assert places(found) == [("pages[0].fields[0].requird", "form.unknown_key")]
    assert found[0].message.endswith("Meinten Sie „required“?")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"when": "1 +"}, ("pages[0].fields[0].when", "form.feel_syntax")),
        ({"when": "rase = 1"}, ("pages[0].fields[0].when", "form.unknown_name")),
        ({"required": "rase"}, ("pages[0].fields[0].required", "form.unknown_name")),
        ({"when": "name = 1"}, ("pages[0].fields[0]", "form.cycle")),
        ({"label": {"en": "Name"}}, ("pages[0].fields[0].label", "form.missing_text")),
        ({"label": None}, ("pages[0].fields[0].label", "form.missing_text")),
        ({"id": "Name-1"}, ("pages[0].fields[0].id", "form.bad_id")),
        ({"id": "heute"}, ("pages[0].fields[0].id", "form.bad_id")),
        ({"type": "txt"}, ("pages[0].fields[0].type", "form.unknown_type")),
        ({"pattern": "(", "pattern_message": "x"}, ("pages[0].fields[0].pattern", "form.bad_pattern")),
        (
            {"pattern": "(a|aa)+b", "pattern_message": "x"},
            ("pages[0].fields[0].pattern", "form.slow_pattern"),
        ),
        ({"pattern": "a"}, ("pages[0].fields[0].pattern_message", "form.missing_text")),
        ({"min_length": 5, "max_length": 2}, ("pages[0].fields[0].min_length", "form.bad_value")),
        ({"prefill": "person.givenname"}, ("pages[0].fields[0].prefill", "form.bad_value")),
        ({"type": "choice"}, ("pages[0].fields[0]", "form.missing_key")),
        (
            {"type": "choice", "code_list": "rasen"},
            ("pages[0].fields[0].code_list", "form.unknown_code_list"),
        ),
        (
            {"type": "choice", "options": [{"value": "a", "label": "A"}, {"value": "a", "label": "B"}]},
            ("pages[0].fields[0].options[1].value", "form.duplicate_option"),
        ),
        ({"type": "integer", "min": "viel"}, ("pages[0].fields[0].min", "form.bad_value")),
        ({"type": "integer", "min": 3, "max": 1}, ("pages[0].fields[0].min", "form.bad_value")),
        ({"type": "date", "min": "=morgen()"}, ("pages[0].fields[0].min", "form.unknown_name")),
        ({"type": "integer", "default": "x"}, ("pages[0].fields[0].default", "form.bad_value")),
        ({"type": "file", "accept": ["exe"]}, ("pages[0].fields[0].accept", "form.bad_value")),
        ({"type": "computed", "value": "1"}, ("pages[0].fields[0]", "form.missing_key")),
        ({"type": "group"}, ("pages[0].fields[0]", "form.missing_key")),
        ({"id": "upload"}, ("pages[0].fields[0].id", "form.bad_id")),
    ],
)
def test_each_mistake_is_found_at_its_place(change: dict[str, Any], expected: tuple[str, str]) -> None:
    assert one({**field("name"), **change}) == [expected]


def test_unknown_name_tells_line_column_and_a_near_one() -> None:
    found = check_definition(
        definition(page("seite", field("rasse"), field("b", when='1 = 1 and\n  rase = "x"')))
    )
    assert [finding.message for finding in found] == [
        "Zeile 2, Spalte 3: Der Name „rase“ ist im Formular nicht bekannt. Meinten Sie „rasse“?"
    ]


def test_ids_are_unique_in_their_surroundings() -> None:
    twins = definition(
        page("a", field("x"), field("g", "group", fields=[field("x"), field("x")])), page("a", field("x"))
    )
    assert places(check_definition(twins)) == [
        ("pages[0].fields[1].fields[1].id", "form.duplicate_id"),
        ("pages[1].id", "form.duplicate_id"),
        ("pages[1].fields[0].id", "form.duplicate_id"),
    ]


def test_circles_of_computed_values_are_refused() -> None:
    first = field("a", "computed", value="b + 1", result="integer")
    second = field("b", "computed", value="a + 1", result="integer")
    found = check_definition(definition(page("seite", first, second)))
    assert [finding.message for finding in found] == [
        "Bedingungen oder Berechnungen verweisen im Kreis aufeinander: a → b → a."
    ]


def test_a_page_may_not_depend_on_its_own_fields() -> None:
    assert places(check_definition(definition(page("a", field("x"), when='x = "1"')))) == [
        ("pages[0].fields[0]", "form.cycle")
    ]


def test_siblings_and_parts_are_known_names() -> None:
    inner = [
        field("alter", "integer"),
        field("ort", "address"),
        field("b", when='alter > 1 and ort.city = "A" and a.year > 1'),
    ]
    assert one(field("a", "date"), field("r", "repeat", item_label="R", fields=inner)) == []
    assert one(field("a", "address"), field("b", when="a.stadt = 1")) == [
        ("pages[0].fields[1].when", "form.unknown_name")
    ]


def test_too_much_and_too_deep_is_refused() -> None:
    deep: dict[str, Any] = field("x")
    for number in range(5):
        deep = field(f"g{number}", "group", fields=[deep])
    assert ("form.too_deep") in [rule for _, rule in one(deep)]
    assert ("pages[0].fields", "form.too_many") in one(*(field(f"f{number}") for number in range(601)))
    endless: dict[str, Any] = {}
    endless["pages"] = [endless]
    assert [rule for _, rule in places(check_definition(endless))] == ["form.wrong_type"]


def test_load_raises_with_the_findings() -> None:
    with pytest.raises(InvalidForm) as caught:
        load_definition("schema: 1")
    assert {finding.rule for finding in caught.value.findings} == {"form.missing_key", "form.missing_text"}


@given(st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_bytes_never_raise(source: bytes) -> None:
    assert check_definition(source) != []


KEYS = [
    *("id", "type", "label", "fields", "when", "options", "value", "min", "max", "required", "de", "default"),
    *("accept", "code_list", "pattern", "item_label", "display", "result", "text"),
]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
JSON = st.recursive(
    LEAVES | st.sampled_from(["text", "a", "1 +"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=30,
)


@given(
    JSON,
    st.sampled_from(
        ["text", "integer", "date", "choice", "repeat", "group", "computed", "file", "note", "time"]
    ),
)
@settings(max_examples=150, deadline=None)
def test_broken_structures_never_raise(part: Any, kind: str) -> None:
    settings_of_field = part if isinstance(part, dict) else {"fields": part}
    assert isinstance(check_definition(definition(page("a", {**settings_of_field, "type": kind}))), list)
    assert isinstance(check_definition(definition(page("a", field("x")), checks=part, code_lists=part)), list)
