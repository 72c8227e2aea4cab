"""YAML that parsers choke on, or read as something that nobody wrote."""

from __future__ import annotations

import pytest

from rathaus.kernel.public import yaml

REFUSED = {
    "laughs": "a: &a [x]\nb: [*a, *a]",
    "merge": "a: &a {b: c}\nd: {<<: *a}",
    "merge-alone": "a:\n  <<: {b: c}",
    "object": "a: !!python/object/apply:os.system [id]",
    "set": "a: !!set {x}",
    "omap": "a: !!omap [x: 1]",
    "binary": "a: !!binary aaaa",
    "twice": "a: 1\na: 2",
    "list-key": "[a]: 1",
    "deep": "[" * 300_000,
    "deep-dashes": "- " * 300_000,
    "many": "[" + "1," * 61_000 + "]",
    "long-number": "a: " + "9" * 500_000,
    "long-hex": "a: 0x" + "f" * 500_000,
    "long-decimal": "a: 1." + "9" * 500_000,
    "half": 'a: "\\ud800"',
    "beyond": 'a: "\\U00110000"',
    "nul": "a: \x00",
    "bell": "a: \x07",
    "two-files": "a: 1\n---\nb: 2",
    "huge": "a" * 1_000_001,
    "utf16": "a: ü".encode("utf-16"),
    "latin1": "a: ü".encode("latin-1"),
    "bytes": bytes(range(256)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_a_place(name: str) -> None:
    with pytest.raises(yaml.BrokenYaml) as caught:
        yaml.load(REFUSED[name])
    assert caught.value.place.startswith("Zeile ")
    assert caught.value.message.endswith((".", ")"))


def test_times_and_days_stay_text() -> None:
    """Read to the base of 60, as YAML 1.1 has it, half a megabyte of 1:1:1 took a minute."""
    assert yaml.load("a: 12:30\nb: 2026-11-24\nc: 8:15:00\nd: 1:30.5") == {
        "a": "12:30",
        "b": "2026-11-24",
        "c": "8:15:00",
        "d": "1:30.5",
    }
    long = ":".join(["1"] * 200_000)
    assert yaml.load(f"a: {long}") == {"a": long}
