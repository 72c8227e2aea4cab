"""What is shown in an input can be read back, for every type of field and in both languages."""

from __future__ import annotations

import string
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import schwifty
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from rathaus.engines.forms.kinds import KINDS
from rathaus.engines.forms.kinds.numbers import plain, read_number
from rathaus.engines.forms.kinds.temporal import read_date
from rathaus.engines.forms.kinds.text import tidy
from tests.factories.forms import field, form, post

OPTIONS = [{"value": letter, "label": letter.upper()} for letter in "abcdefghi"]
LETTERS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=40)
WORDS = st.lists(LETTERS, min_size=1, max_size=4).map(" ".join).map(tidy).filter(bool)
DECIMALS = st.decimals(min_value=-(10**9), max_value=10**9, allow_nan=False, allow_infinity=False, places=3)
ACCOUNTS = st.integers(0, 10**10 - 1).map(
    lambda number: str(schwifty.IBAN.generate("DE", "37040044", str(number).zfill(10)))
)
PHONES = st.integers(10**6, 10**8).map(lambda number: f"+4930{number}")

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": WORDS,
    "long_text": st.lists(WORDS, min_size=1, max_size=4).map("\n".join).map(tidy),
    "integer": st.integers(-(10**12), 10**12),
    "decimal": DECIMALS.map(plain),
    "money": DECIMALS.map(lambda number: format(round(number, 2) + 0, "f")),
    "date": st.dates(date(1800, 1, 1), date(9999, 12, 31)).map(date.isoformat),
    "time": st.times().map(lambda moment: f"{moment:%H:%M}"),
    "yes_no": st.booleans(),
    "choice": st.sampled_from("abcdefghi"),
    "multiple_choice": st.sets(st.sampled_from("abcdefghi"), min_size=1).map(sorted),
    "email": st.text(string.ascii_letters, min_size=1, max_size=20).map(lambda name: f"{name}@example.org"),
    "phone": PHONES,
    "iban": ACCOUNTS,
    "address": st.fixed_dictionaries(
        {"street": WORDS.filter(lambda text: len(text) < 90), "house_number": st.sampled_from(["1", "12 a"]),
         "postcode": st.from_regex(r"[0-9]{5}", fullmatch=True).filter(str.isascii), "city": st.just("Köln")}
    ),
}  # fmt: skip


def inputs(kind: str, value: Any, language: str) -> dict[str, str | list[str]]:
    """Return what the browser sends when the rendered inputs are left as they are."""
    compiled = form(field("wert", kind, **({"options": OPTIONS} if "choice" in kind else {})))
    shown = compiled.fields["wert"].kind.widget(value, None, language)["value"]
    if kind == "address":
        return {f"wert.{part}": text for part, text in shown.items()}
    return {"wert": shown}


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("kind", sorted(VALUES))
def test_every_value_survives_its_input(kind: str, language: str) -> None:
    @given(VALUES[kind])
    @settings(max_examples=60, deadline=None)
    def check(value: Any) -> None:
        compiled = form(field("wert", kind, **({"options": OPTIONS} if "choice" in kind else {})))
        assert compiled.validate({"wert": value}, strict=True).errors == ()
        parsed = compiled.parse_post("seite", post(inputs(kind, value, language)), {}, language=language)
        assert (parsed.errors, parsed.data) == ((), {"wert": value})

    check()


def test_every_type_that_takes_one_answer_is_in_the_property_test() -> None:
    answered = {name for name, kind in KINDS.items() if kind.takes_answer and not kind.is_container}
    assert answered == {*VALUES, "file"}


@pytest.mark.parametrize(
    ("typed", "german", "english"),
    [
        ("1.234,50", "1234.50", "1234.50"),
        ("1,234.50", "1234.50", "1234.50"),
        ("1234,5", "1234.5", "1234.5"),
        ("1234.5", "1234.5", "1234.5"),
        ("1.234", "1234", "1.234"),
        ("1,234", "1.234", "1234"),
        ("1.234.567", "1234567", "1234567"),
        ("1 234,50", "1234.50", "1234.50"),
        ("1'234.50", "1234.50", "1234.50"),
        ("−5", "-5", "-5"),
        ("+5", "5", "5"),
        ("5,", "5", "5"),
        ("1,2,3", None, None),
        ("1.2.3", None, None),
        ("1.23,4.5", None, None),
        ("5 Euro", None, None),
        ("٣", None, None),
        ("1e5", None, None),
        ("", None, None),
        ("-", None, None),
        ("9" * 400, None, None),
    ],
)
def test_typed_numbers(typed: str, german: str | None, english: str | None) -> None:
    assert (read_number(typed, "de"), read_number(typed, "en")) == (german, english)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("4.12.2026", date(2026, 12, 4)),
        ("04. 12. 2026", date(2026, 12, 4)),
        ("4 12 2026", date(2026, 12, 4)),
        ("4. Dezember 2026", date(2026, 12, 4)),
        ("4. Dez. 2026", date(2026, 12, 4)),
        ("4 March 2026", date(2026, 3, 4)),
        ("1. März 2026", date(2026, 3, 1)),
        ("2026-12-04", date(2026, 12, 4)),
        ("4.12.26", None),
        ("12/4/2026", None),
        ("31.2.2026", None),
        ("4.13.2026", None),
        ("heute", None),
    ],
)
def test_typed_dates(typed: str, expected: date | None) -> None:
    assert read_date(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("14:30", "14:30"),
        ("14.30", "14:30"),
        ("9.05 Uhr", "09:05"),
        ("9 Uhr", "09:00"),
        ("9", None),
        ("24:00", None),
        ("14:3", None),
    ],
)
def test_typed_times(typed: str, expected: str | None) -> None:
    parsed = form(field("wert", "time")).parse_post("seite", post({"wert": typed}), {})
    assert parsed.data == {"wert": expected if expected else {"$typed": typed}}


@pytest.mark.parametrize(
    ("kind", "value", "german", "english"),
    [
        ("money", "1234.50", "1.234,50 €", "€1,234.50"),
        ("date", "2026-12-04", "4. Dezember 2026", "4 December 2026"),
        ("time", "14:30", "14:30 Uhr", "14:30"),
        ("decimal", "1234.5", "1.234,5", "1,234.5"),
        ("integer", 1999, "1999", "1999"),
        ("integer", 123456, "123.456", "123,456"),
        ("yes_no", True, "Ja", "Yes"),
        ("iban", "DE89370400440532013000", "DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00"),
        ("phone", "+4951281234", "+49 5128 1234", "+49 5128 1234"),
        ("address",
         {"street": "Weg", "house_number": "1", "postcode": "12345", "city": "Ort", "addition": "Hinterhaus"},
         "Weg 1\nHinterhaus\n12345 Ort", "Weg 1\nHinterhaus\n12345 Ort"),
    ],
)  # fmt: skip
def test_shown_values(kind: str, value: Any, german: str, english: str) -> None:
    compiled = form(field("wert", kind))
    shown = [compiled.summary({"wert": value}, language)[0].rows[0].value_text for language in ("de", "en")]
    assert [text.replace("\xa0", " ") for text in shown] == [german, english]


def test_computed_values_are_rounded_to_their_kind() -> None:
    compiled = form(
        field("n", "integer"),
        field("geld", "computed", value="n / 3", result="money"),
        field("zahl", "computed", value="n / 3", result="decimal"),
        field("ganz", "computed", value="n / 3", result="integer"),
        field("fehler", "computed", value="n / 0", result="money"),
        field("tag", "computed", value='date("2026-01-01") + duration("P1D") * n', result="date"),
    )
    with translation.override("de"):
        assert compiled.validate({"n": 2, "geld": "999.00"}).data == {
            "n": 2,
            "geld": "0.67",
            "zahl": "0.666666667",
            "tag": "2026-01-03",
        }
    assert compiled.feel_context({"n": 2})["geld"] == Decimal("0.67")
