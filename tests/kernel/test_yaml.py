from __future__ import annotations

from decimal import Decimal

import pytest

from rathaus.kernel.public import yaml


def test_people_write_data_and_dates_stay_text() -> None:
    source = "a: 1\nb: 60.10\nc: 2026-12-04\nd: [true, nein, on]\ne: {x: ~}\n"
    assert yaml.load(source) == {
        "a": 1, "b": Decimal("60.10"), "c": "2026-12-04", "d": [True, "nein", "on"], "e": {"x": None},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("a: 1\na: 2\n", "Zeile 2, Spalte 1"),
        ("a: &x 1\nb: *x\n", "Zeile 2, Spalte 4"),
        ("a: !!python/object/apply:os.system [true]\n", "Zeile 1, Spalte 4"),
        ("a: 1\n  b: 2\n", "Zeile 2, Spalte 4"),
        ("[" * 100, "Zeile 1, Spalte 41"),
    ],
)
def test_what_is_refused_is_named_by_its_place(source: str, place: str) -> None:
    with pytest.raises(yaml.BrokenYaml) as caught:
        yaml.load(source)
    assert caught.value.place == place


@pytest.mark.parametrize("source", [b"\xff\xfe\x00", b"a: \x07", b"x" * 1_000_001])
def test_any_bytes_are_refused_without_a_traceback(source: bytes) -> None:
    with pytest.raises(yaml.BrokenYaml):
        yaml.load(source)
