"""Money, text, registry, findings: small things that everybody uses."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from rathaus.kernel.public import findings, money, registry, text


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("60", "60.00"),
        ("60 €", "60.00"),
        ("1.234,50", "1234.50"),
        ("1.234", "1234.00"),
        ("1234,5", "1234.50"),
        ("1234.50", "1234.50"),
        ("12.345.678,90 EUR", "12345678.90"),
        ("-3,99", "-3.99"),
        ("1 234,00", "1234.00"),
    ],
)
def test_amounts_are_read_as_people_write_them(written: str, amount: str) -> None:
    assert money.parse(written) == Decimal(amount)


@pytest.mark.parametrize("written", ["", "abc", "1,234,5", "12,345", "1.23,4", "1e5", "NaN", "--1", "9" * 40])
def test_what_is_no_amount_is_refused_in_german(written: str) -> None:
    with pytest.raises(money.InvalidAmount, match="Betrag in Euro"):
        money.parse(written)


def test_amounts_are_shown_as_the_language_has_it() -> None:
    assert money.format_euro(Decimal("60")) == "60,00 €"
    assert money.format_euro(Decimal("-1234567.895")) == "-1.234.567,90 €"
    assert money.format_euro(Decimal("1234.5"), "en") == "€1,234.50"


def test_half_a_cent_is_rounded_away_from_zero() -> None:
    assert money.round_cents(Decimal("0.125")) == Decimal("0.13")
    assert money.round_cents(Decimal("-0.125")) == Decimal("-0.13")


def test_dates_in_words() -> None:
    assert text.format_date(date(2026, 12, 4)) == "4. Dezember 2026"
    assert text.format_date(date(2026, 3, 1), "en") == "1 March 2026"
    moment = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert text.format_datetime(moment) == "1. Januar 2027, 00:30 Uhr"
    assert text.format_datetime(moment, "en") == "1 January 2027, 00:30"
    assert text.format_date(moment) == "1. Januar 2027"


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Müller", "mueller"),
        ("MU\u0308LLER", "mueller"),  # the umlaut in two signs
        ("Straße", "strasse"),
        ("  Café   Ångström ", "cafe angstroem"),
        ("Łukasz Øre", "lukasz oere"),
    ],
)
def test_folding(written: str, folded: str) -> None:
    assert text.fold(written) == folded


def test_slugs() -> None:
    assert text.slug("Straße & Grün, 3. Änderung") == "strasse-gruen-3-aenderung"


def test_localized_falls_back_to_german() -> None:
    assert text.localized({"de": "Hund", "en": "dog"}, "en") == "dog"
    assert text.localized({"de": "Hund", "en": ""}, "en") == "Hund"
    assert text.localized({"fr": "chien"}, "en") == "chien"
    assert text.localized("Hund", "en") == "Hund"
    assert text.localized(None) == ""


@dataclass(frozen=True)
class Gadget:
    name: str


def test_a_registry_names_what_it_knows() -> None:
    gadgets: registry.Registry[Gadget] = registry.Registry("gadget", key=lambda gadget: gadget.name)
    saw = gadgets.register(Gadget("saw"))
    gadgets.register(Gadget("axe"))
    assert gadgets.get("saw") is saw
    assert [gadget.name for gadget in gadgets] == ["saw", "axe"]
    with pytest.raises(registry.UnknownEntry, match="no gadget 'drill'; registered: axe, saw"):
        gadgets.get("drill")


def test_a_registry_takes_the_same_thing_twice_but_not_two_things_of_one_name() -> None:
    numbers: registry.Registry[int] = registry.Registry("number")
    numbers.register(1, key="one")
    numbers.register(1, key="one")
    with pytest.raises(registry.AlreadyRegistered):
        numbers.register(2, key="one")
    with numbers.temporarily(2, key="one"):
        assert numbers.get("one") == 2
    assert numbers.get("one") == 1


def test_the_report_of_a_check_has_the_agreed_shape() -> None:
    reports = [
        findings.FileReport.of("a.bpmn", []),
        findings.FileReport.of("b.bpmn", [findings.Finding("Task_1", "bpmn.role", "Die Rolle fehlt.")]),
    ]
    assert json.loads(findings.as_json(reports)) == {
        "files": [
            {"file": "a.bpmn", "ok": True, "findings": []},
            {
                "file": "b.bpmn",
                "ok": False,
                "findings": [{"place": "Task_1", "rule": "bpmn.role", "message": "Die Rolle fehlt."}],
            },
        ]
    }
