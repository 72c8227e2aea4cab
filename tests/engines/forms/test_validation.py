"""From data to clean data and errors: one reading for API, import and pages."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rathaus.engines.forms.public import CompiledForm, load_definition
from rathaus.kernel.public import clock
from tests.factories.forms import definition, dog_data, dog_form, field, form, page, post


def errors(compiled: CompiledForm, data: dict[str, Any], **settings: Any) -> list[tuple[str, str]]:
    return [(error.path, error.message) for error in compiled.validate(data, **settings).errors]


def refused(kind: str, value: Any, **settings: Any) -> list[str]:
    return [message for _, message in errors(form(field("wert", kind, **settings)), {"wert": value})]


def test_good_data_come_back_clean_with_computed_values() -> None:
    validation = dog_form().validate(dog_data(), strict=True)
    assert validation.errors == ()
    assert validation.data == dog_data(steuer="140.00")


def test_hidden_fields_are_dropped_also_in_repeats() -> None:
    data = dog_data(mutter="Pudel", erlaubnis=True)
    data["weitere"][0].update(alter=1, chip="0815")
    validation = dog_form().validate(data, strict=True)
    assert validation.errors == ()
    assert "mutter" not in validation.data and "erlaubnis" not in validation.data
    assert validation.data["weitere"] == [{"name": "Bello", "alter": 1, "impfungen": {"tollwut": True}}]


def test_a_hidden_field_counts_as_unanswered_for_others() -> None:
    compiled = form(
        field("a", "choice", options=[{"value": "x", "label": "X"}, {"value": "y", "label": "Y"}]),
        field("b", when='a = "x"'),
        field("c", when='b = "geheim"'),
    )
    assert compiled.validate({"a": "y", "b": "geheim", "c": "Leck"}).data == {"a": "y"}
    assert compiled.validate({"a": "x", "b": "geheim", "c": "Ja"}).data == {
        "a": "x",
        "b": "geheim",
        "c": "Ja",
    }


def test_conditions_work_in_whatever_order_fields_stand() -> None:
    compiled = form(
        field("b", when="summe > 2"),
        field("summe", "computed", value="n + 1", result="integer"),
        field("n", "integer"),
    )
    assert errors(compiled, {"n": 2}) == [("b", "Geben Sie „B“ ein.")]
    assert compiled.validate({"n": 1, "b": "weg"}).data == {"n": 1, "summe": 2}


def test_pages_appear_by_their_condition() -> None:
    data = dog_data()
    assert [item.id for item in dog_form().visible_pages(data)] == ["hund", "halter"]
    data["weitere"][0]["alter"] = 25
    assert [item.id for item in dog_form().visible_pages(data)] == ["hund", "halter", "gefahr"]
    assert errors(dog_form(), data) == [("erlaubnis", "Wählen Sie bei „Erlaubnis“ Ja oder Nein.")]


def test_unknown_fields_are_named_when_strict() -> None:
    data = dog_data(nmae="x")
    data["weitere"][0]["altr"] = 1
    assert errors(dog_form(), data, strict=True) == [
        (
            "nmae",
            "Das Formular hat kein Feld „nmae“. Entfernen Sie es oder berichtigen Sie den Namen. Meinten Sie „name“?",
        ),
        (
            "weitere[0].altr",
            "Das Formular hat kein Feld „weitere[0].altr“. Entfernen Sie es oder berichtigen Sie den Namen. "
            "Meinten Sie „alter“?",
        ),
    ]
    assert errors(dog_form(), data) == []


def test_errors_name_the_item_and_lead_to_the_input() -> None:
    data = dog_data()
    data["weitere"].append({"name": "Luna", "alter": 31, "chip": "1", "impfungen": {}})
    data["halter"]["anschrift"] = {"street": "Weg", "postcode": "123", "city": "A"}
    found = dog_form().validate(data).errors
    assert [(error.path, error.anchor, error.message) for error in found] == [
        (
            "halter.anschrift.postcode",
            "feld-halter-anschrift-postcode",
            "Die Postleitzahl in „Anschrift“ muss 5 Ziffern haben.",
        ),
        ("weitere[1].alter", "feld-weitere-1-alter", "Hund 2: „Alter“ darf höchstens 30 sein."),
        (
            "weitere[1].impfungen.tollwut",
            "feld-weitere-1-impfungen-tollwut-0",
            "Hund 2: Wählen Sie bei „Tollwut“ Ja oder Nein.",
        ),
        ("erlaubnis", "feld-erlaubnis-0", "Wählen Sie bei „Erlaubnis“ Ja oder Nein."),
    ]


def test_english_speaks_english() -> None:
    found = dog_form().validate(dog_data(preis="6000.00", name=""), language="en").errors
    assert [error.message for error in found] == ["Enter “Name (en)”.", "A dog costs less than 5,000 euro."]


def test_cross_checks_rest_while_their_fields_are_missing_or_wrong() -> None:
    assert errors(dog_form(), dog_data(preis="6000.00")) == [
        ("preis", "Ein Hund kostet weniger als 5.000 Euro.")
    ]
    assert errors(dog_form(), dog_data(preis="-6000.00")) == [
        ("preis", "„Preis“ muss mindestens 0,00 € sein.")
    ]
    without = dog_data()
    del without["preis"]
    assert errors(dog_form(), without) == []
    assert errors(dog_form(), dog_data(preis="6000.00"), pages=["halter"]) == []


@pytest.mark.parametrize(
    ("kind", "value", "more"),
    [
        ("text", 5, {}),
        ("text", ["a"], {}),
        ("text", "a\x00b", {}),
        ("text", "Betrag \u202e00,1", {}),
        ("text", "abcd", {"max_length": 3}),
        ("text", "ab", {"min_length": 3}),
        ("text", "65232a", {"pattern": "[0-9]{5}", "pattern_message": "Fünf Ziffern."}),
        ("integer", "5", {}),
        ("integer", True, {}),
        ("integer", 1.5, {}),
        ("integer", 10**30, {}),
        ("decimal", 1.5, {}),
        ("decimal", "1,5", {}),
        ("decimal", "NaN", {}),
        ("decimal", "1e400", {}),
        ("money", "1.234", {}),
        ("money", 60, {}),
        ("date", "4.12.2026", {}),
        ("date", "2026-02-30", {}),
        ("date", "0099-01-01", {}),
        ("date", 20261204, {}),
        ("time", "25:00", {}),
        ("time", "14.30", {}),
        ("yes_no", "true", {}),
        ("yes_no", 1, {}),
        ("choice", "c", {"options": [{"value": "a", "label": "A"}]}),
        ("choice", ["a"], {"options": [{"value": "a", "label": "A"}]}),
        ("multiple_choice", "a", {"options": [{"value": "a", "label": "A"}]}),
        ("multiple_choice", ["a", {}], {"options": [{"value": "a", "label": "A"}]}),
        ("email", "erika@", {}),
        ("email", "a" * 250 + "@example.org", {}),
        ("phone", "123", {}),
        ("phone", "0" * 30, {}),
        ("phone", "ruf an", {}),
        ("iban", "DE00370400440532013000", {}),
        ("iban", "DE8937040044053201300", {}),
        ("iban", "XX89370400440532013000", {}),
        ("iban", "DE89-3704", {}),
        ("address", "Hauptstraße 1", {}),
        ("address", {"street": "A", "land": "DE"}, {}),
        ("address", {"street": ["A"]}, {}),
        ("file", "x", {}),
        ("file", [{"upload": "../../etc/passwd"}], {}),
        ("file", [{"upload": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff", "path": "/etc"}], {}),
    ],
)
def test_wrong_values_give_one_error_that_names_the_field(
    kind: str, value: Any, more: dict[str, Any]
) -> None:
    messages = refused(kind, value, **more)
    assert len(messages) == 1
    assert "Wert" in messages[0] or messages == ["Fünf Ziffern."]
    assert "%(" not in messages[0]


@pytest.mark.parametrize(
    ("kind", "value", "clean"),
    [
        ("text", "  Zoe\u0308  ", "Zoë"),
        ("long_text", "a\r\nb\n", "a\nb"),
        ("money", "60", "60.00"),
        ("money", "-0.00", "0.00"),
        ("decimal", "1.50", "1.5"),
        ("phone", "05128 / 1234", "+4951281234"),
        ("iban", "de89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        ("email", "Erika@Example.ORG", "Erika@example.org"),
        ("address", {"street": "A", "house_number": "1", "postcode": "65232", "city": " B "},
         {"street": "A", "house_number": "1", "postcode": "65232", "city": "B"}),
    ],
)  # fmt: skip
def test_values_are_normalised(kind: str, value: Any, clean: Any) -> None:
    assert form(field("wert", kind)).validate({"wert": value}, strict=True).data == {"wert": clean}


def test_what_was_typed_is_a_draft_value_and_no_api_value() -> None:
    compiled = form(field("n", "integer"))
    assert errors(compiled, {"n": {"$typed": "drei"}}) == [
        ("n", "Geben Sie „N“ als ganze Zahl ein, zum Beispiel 3.")
    ]
    assert errors(compiled, {"n": {"$typed": "3"}}, strict=True) == [("n", "„N“ muss eine ganze Zahl sein.")]


def test_bounds_may_be_feel() -> None:
    compiled = form(field("von", "date", min="=heute"), field("bis", "date", max='=von + duration("P7D")'))
    with clock.travel(clock.now().replace(year=2026, month=12, day=1)):
        assert errors(compiled, {"von": "2026-11-30", "bis": "2026-12-08"}) == [
            ("von", "„Von“ darf nicht vor dem 1. Dezember 2026 liegen. Prüfen Sie das Datum."),
            ("bis", "„Bis“ darf nicht nach dem 7. Dezember 2026 liegen. Prüfen Sie das Datum."),
        ]
        assert errors(compiled, {"von": "2026-12-01", "bis": "2026-12-08"}) == []


def test_required_may_be_feel() -> None:
    compiled = form(field("n", "integer"), field("grund", required="n > 3"))
    assert errors(compiled, {"n": 3}) == []
    assert errors(compiled, {"n": 4}) == [("grund", "Geben Sie „Grund“ ein.")]


def test_a_declaration_must_be_ticked() -> None:
    compiled = form(
        field("ja", "yes_no", display="checkbox", required=True), field("nein", "yes_no", display="checkbox")
    )
    assert errors(compiled, {"ja": False, "nein": False}) == [
        ("ja", "Bestätigen Sie mit einem Häkchen: „Ja“")
    ]


def test_numbers_of_items_and_choices() -> None:
    options = [{"value": letter, "label": letter} for letter in "abc"]
    compiled = form(
        field("m", "multiple_choice", options=options, min=2, max=2),
        field("r", "repeat", item_label="Teil", max=2, fields=[field("x")]),
    )
    assert errors(compiled, {"m": ["a"], "r": [{"x": "1"}] * 3}) == [
        ("m", "Wählen Sie bei „M“ mindestens 2 Möglichkeiten aus."),
        ("r", "„R“ darf höchstens 2 Einträge haben. Entfernen Sie die übrigen."),
    ]
    assert compiled.validate({"m": ["c", "a", "a"], "r": [{"x": "1"}]}).data["m"] == ["a", "c"]
    assert errors(compiled, {"m": ["a", "b"]}) == [("r", "Fügen Sie bei „R“ mindestens 1 Eintrag hinzu.")]


@pytest.mark.parametrize(
    "data", [{"r": 5}, {"r": [5]}, {"r": {"x": 1}}, {"g": []}, {"g": "a"}, {"r": [{"x": {}}] * 5000}]
)
def test_hostile_structures_are_errors(data: dict[str, Any]) -> None:
    compiled = form(
        field("r", "repeat", item_label="Teil", min=0, fields=[field("x")]),
        field("g", "group", fields=[field("y", required=False)]),
    )
    found = compiled.validate(data, strict=True)
    assert 0 < len(found.errors) <= 100


def test_typed_values_for_feel() -> None:
    compiled = form(
        field("d", "date"), field("t", "time"), field("m", "money"), field("n", "integer"),
        field("leer", required=False),
        field("a", "address"), field("r", "repeat", item_label="R", min=0, fields=[field("x", "integer"), field("y")]),
    )  # fmt: skip
    data = {"d": "2026-12-04", "t": "14:30", "m": "60.00", "n": 3, "r": [{"x": 1}]}
    context = compiled.feel_context(data)
    assert context == {
        "heute": clock.today(), "d": date(2026, 12, 4), "t": time(14, 30), "m": Decimal("60.00"), "n": Decimal(3),
        "leer": None, "r": [{"x": Decimal(1), "y": None}],
        "a": {"street": None, "house_number": None, "postcode": None, "city": None, "addition": None},
    }  # fmt: skip


def test_names_for_checkers() -> None:
    names = dog_form().feel_names()
    assert names["name"] is None
    assert names["weitere"] == {"name": None, "alter": None, "chip": None, "impfungen": {"tollwut": None}}
    assert set(names["halter"] or {}) == {"vorname", "anschrift", "email"}


def test_groups_and_repeats_nest_both_ways() -> None:
    inner = field(
        "kinder",
        "repeat",
        item_label="Kind",
        min=0,
        fields=[field("alter", "integer"), field("schule", when='alter > 5 and ort = "A"')],
    )
    compiled = load_definition(
        definition(
            page(
                "p",
                field(
                    "familien",
                    "repeat",
                    item_label="Familie",
                    fields=[field("wohnung", "group", fields=[field("ort"), inner])],
                ),
                field(
                    "anzahl",
                    "computed",
                    value="sum(for f in familien return count(f.wohnung.kinder))",
                    result="integer",
                ),
            )
        )
    )
    kinder = [{"alter": 5, "schule": "weg"}, {"alter": 7, "schule": "Grundschule"}]
    data = {
        "familien": [
            {"wohnung": {"ort": "A", "kinder": kinder}},
            {"wohnung": {"ort": "B", "kinder": [{"alter": 9}]}},
        ]
    }
    validation = compiled.validate(data, strict=True)
    assert validation.errors == ()
    assert validation.data == {
        "familien": [
            {"wohnung": {"ort": "A", "kinder": [{"alter": 5}, {"alter": 7, "schule": "Grundschule"}]}},
            {"wohnung": {"ort": "B", "kinder": [{"alter": 9}]}},
        ],
        "anzahl": 3,
    }


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | st.just({"$typed": "x"}),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "alter", "street", "upload", "$typed", "impfungen"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(sorted(dog_data(nachweis=[], mutter=""))), ANYTHING), st.booleans())
@settings(max_examples=150, deadline=None)
def test_whatever_comes_is_cleaned_once_and_for_all(data: dict[str, Any], strict: bool) -> None:
    compiled = dog_form()
    first = compiled.validate(data, strict=strict)
    assert compiled.validate(first.data, strict=True).data == first.data
    compiled.summary(data)
    compiled.feel_context(data)
    compiled.render_page("halter", data=data, errors=first.errors)
    compiled.parse_post("halter", post({"weitere": ["0"], "nachweis": "x"}), data)
