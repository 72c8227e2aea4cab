from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rathaus.engines.correspondence.letters.expressions import Names
from rathaus.engines.correspondence.public import check_letter
from tests.factories import correspondence as make

NAMES: Names = {
    "antrag": {"name": None, "hunde": {"name": None, "steuer": None}},
    "steuer": {"betrag": None},
}


def found(text: str) -> list[tuple[str, str]]:
    return [(finding.place, finding.rule) for finding in check_letter(text, names=NAMES)]


def test_a_good_letter_has_no_findings() -> None:
    body = (
        "{{ empfaenger.anrede }}\n\nvom {{ heute | datum }} an {{ stadt.name }}\n\n"
        "::: wenn steuer.betrag > 0\n# Steuer\n{{ steuer.betrag | euro }}\n::: sonst\nfrei\n:::\n\n"
        "| Hund | Steuer |\n|---|---:|\n"
        "::: fuer hund in antrag.hunde\n| {{ hund.name }} | {{ hund.steuer | euro }} |\n:::\n"
    )
    assert found(make.source(body)) == []


@pytest.mark.parametrize(
    ("body", "place", "rule"),
    [
        ("Guten Tag {{ antrag.nam }}", "Zeile 8, Spalte 14", "letter.unknown_name"),
        ("Guten Tag {{ niemand }}", "Zeile 8, Spalte 14", "letter.unknown_name"),
        ("{{ 1 + }}", "Zeile 8, Spalte 7", "letter.feel"),
        ("{{ antrag.name | eurro }}", "Zeile 8, Spalte 4", "letter.format"),
        ("eins {{ antrag.name", "Zeile 8, Spalte 6", "letter.placeholder"),
        ("eins {{ }}", "Zeile 8, Spalte 9", "letter.placeholder"),
        ("::: wenn true\nText", "Zeile 8, Spalte 1", "letter.block"),
        ("::: wenn\nText\n:::", "Zeile 8, Spalte 1", "letter.block"),
        ("Text\n:::", "Zeile 9, Spalte 1", "letter.block"),
        ("Text\n::: sonst", "Zeile 9, Spalte 1", "letter.block"),
        ("::: falls true\nText", "Zeile 8, Spalte 1", "letter.block"),
        ("::: fuer hund antrag.hunde\nText\n:::", "Zeile 8, Spalte 1", "letter.block"),
        ("::: fuer h in antrag.hunde\n{{ h.rasse }}\n:::", "Zeile 9, Spalte 4", "letter.unknown_name"),
        ("::: fuer h in antrag.katzen\nText\n:::", "Zeile 8, Spalte 15", "letter.unknown_name"),
        ("::: wenn hund.name\nText\n:::", "Zeile 8, Spalte 10", "letter.unknown_name"),
        ("Text <b>fett</b>", "Zeile 8, Spalte 1", "letter.markdown"),
        ("<script>alert(1)</script>", "Zeile 8, Spalte 1", "letter.markdown"),
        ("eins\n\n![Bild](https://x.example/a.png)", "Zeile 10, Spalte 1", "letter.markdown"),
        ("    eingerückt", "Zeile 8, Spalte 1", "letter.markdown"),
        ("```\nx\n```", "Zeile 8, Spalte 1", "letter.markdown"),
        ("> Zitat", "Zeile 8, Spalte 1", "letter.markdown"),
        ("[da](javascript:alert(1))", "Zeile 8, Spalte 1", "letter.link"),
        ("[da](/konto/)", "Zeile 8, Spalte 1", "letter.link"),
        ("[da](https://x.example/{{ antrag.name }})", "Zeile 8, Spalte 1", "letter.link"),
        ("", "Zeile 8, Spalte 1", "letter.empty"),
        ("Ze\x00ro", "Zeile 8, Spalte 3", "letter.character"),
        ("privat \ue000", "Zeile 8, Spalte 8", "letter.character"),
    ],
)
def test_findings_name_the_place(body: str, place: str, rule: str) -> None:
    assert (place, rule) in found(make.source(body))


@pytest.mark.parametrize(
    ("head", "place", "rule"),
    [
        ("schema: 1\nkey: a\ntitle: {de: T}\nkind: x", "Zeile 5, Spalte 7", "letter.kind"),
        ("schema: 1\nkey: a\ntitle: {de: T}\nremedy: x", "Zeile 5, Spalte 9", "letter.remedy"),
        ("schema: 1\nkey: a\ntitle: {de: T}\nfarbe: rot", "Zeile 5, Spalte 8", "letter.unknown_key"),
        ("schema: 2\nkey: a\ntitle: {de: T}", "Zeile 2, Spalte 9", "letter.schema"),
        ("schema: 1\ntitle: {de: T}", "Zeile 2, Spalte 1", "letter.key"),
        ("schema: 1\nkey: a", "Zeile 2, Spalte 1", "letter.title"),
        ("schema: 1\nkey: a\ntitle: {en: T}", "Zeile 4, Spalte 1", "letter.title"),
        ("schema: 1\nkey: a\ntitle: {de: T, fr: T}", "Zeile 4, Spalte 20", "letter.language"),
        ('schema: 1\nkey: a\ntitle: {de: "{{ nix }}"}', "Zeile 4, Spalte 17", "letter.unknown_name"),
        ("schema: 1\nkey: [a\ntitle: x", "Zeile 4, Spalte 6", "letter.yaml"),
        ("schema: 1\nkey: a\nkey: b\ntitle: {de: T}", "Zeile 4, Spalte 1", "letter.yaml"),
        ("- a", "Zeile 2, Spalte 1", "letter.head"),
    ],
)
def test_findings_in_the_head(head: str, place: str, rule: str) -> None:
    assert (place, rule) in found(f"---\n{head}\n---\nText\n")


def test_without_head_or_end_of_it() -> None:
    assert found("Text") == [("Zeile 1, Spalte 1", "letter.head")]
    assert found("---\nschema: 1\nText") == [("Zeile 1, Spalte 1", "letter.head")]


def test_the_message_says_what_exists() -> None:
    (finding,) = check_letter(make.source("{{ antrag.nam }}"), names=NAMES)
    assert finding.message == "„antrag.nam“ ist unbekannt. Hier gibt es: hunde, name."


def test_without_names_any_name_may_stand() -> None:
    assert check_letter(make.source("{{ irgend.etwas }}")) == []


def test_windows_line_ends_and_byte_order_mark() -> None:
    text = "\ufeff" + make.source("eins\n\n{{ nix }}").replace("\n", "\r\n")
    assert found(text) == [("Zeile 10, Spalte 4", "letter.unknown_name")]


def test_deep_nesting_is_refused_and_survived() -> None:
    deep = "::: wenn true\n" * 500 + "Text\n" + ":::\n" * 500
    assert {rule for _place, rule in found(make.source(deep))} == {"letter.block"}
    lists = "\n".join("  " * depth + "- x" for depth in range(60))
    assert {rule for _place, rule in found(make.source(lists))} <= {"letter.markdown"}


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_the_check(body: str) -> None:
    check_letter(body)
    for finding in check_letter(make.source(body), names={}):
        assert finding.message
        assert finding.place.startswith("Zeile ")


@given(
    st.lists(
        st.sampled_from(["{{", "}}", "::: wenn x", ":::", "::: sonst", "| a |", "|--|", "- ", '"', "{", "\n"])
    )
)
@settings(max_examples=200, deadline=None)
def test_no_jumble_of_our_signs_breaks_the_check(parts: list[str]) -> None:
    check_letter(make.source("\n".join(parts)), names={})
    check_letter(make.source("".join(parts)), names={})
