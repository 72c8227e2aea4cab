from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from rathaus.engines.correspondence.letters.compiler import compile_letter
from rathaus.engines.correspondence.letters.evaluation import LetterContent, fill, plain_text
from rathaus.engines.correspondence.letters.nodes import Break, Heading, Listing, Paragraph, Table, Text
from rathaus.engines.correspondence.public import LetterNotFillable
from rathaus.engines.correspondence.rendering.html import blocks_html
from tests.factories import correspondence as make


def filled(body: str, context: Mapping[str, object] | None = None, *, draft: bool = False) -> LetterContent:
    return fill(compile_letter(make.source(body)), context or {}, draft=draft)


def html(body: str, context: Mapping[str, object] | None = None) -> str:
    return blocks_html(filled(body, context).blocks)


@pytest.mark.parametrize(
    ("placeholder", "value", "text"),
    [
        ("x", "Text", "Text"),
        ("x", None, ""),
        ("x", True, "ja"),
        ("x", Decimal("1234.5"), "1234,5"),
        ("x | zahl", Decimal("1234.5"), "1.234,5"),
        ("x.year", date(2026, 12, 4), "2026"),
        ("x | zahl", Decimal("1000"), "1.000"),
        ("x", date(2026, 12, 4), "4. Dezember 2026"),
        ("x", ["a", Decimal(2)], "a, 2"),
        ("x | euro", Decimal("60"), "60,00 €"),
        ("x | euro", "1234.50", "1.234,50 €"),
        ("x | datum", "2026-12-04", "4. Dezember 2026"),
        ("x | zahl", Decimal("0.25"), "0,25"),
        ("x | ja_nein", False, "nein"),
        ("x | uhrzeit", "14:30", "14:30 Uhr"),
        ("x | uhrzeit", time(8, 5), "08:05 Uhr"),
        (
            "x | zeitpunkt",
            datetime(2026, 12, 4, 9, 30, tzinfo=ZoneInfo("Europe/Berlin")),
            "4. Dezember 2026, 09:30 Uhr",
        ),
        ('duration("P1DT2H")', None, "1 Tag und 2 Stunden"),
        ('duration("P14M")', None, "1 Jahr und 2 Monate"),
        ('if x = "a|b" then "ja" else "nein" ', "a|b", "ja"),
        ("{a: {b: x}}.a.b", "tief", "tief"),
    ],
)
def test_values_and_formats(placeholder: str, value: object, text: str) -> None:
    content = filled(f"A {{{{ {placeholder} }}}}Z", {"x": value})
    assert [plain_text(block.children) for block in content.blocks if isinstance(block, Paragraph)] == [
        f"A {text}Z" if text else "A Z"
    ]


@pytest.mark.parametrize("format_name", ["euro", "datum", "zahl", "ja_nein", "uhrzeit", "zeitpunkt"])
@pytest.mark.parametrize("value", [None, "Unsinn", [1]])
def test_a_missing_or_wrong_value_stops_the_letter(format_name: str, value: object) -> None:
    with pytest.raises(LetterNotFillable, match="Zeile 8, Spalte 4"):
        filled(f"{{{{ x | {format_name} }}}}", {"x": value})


def test_a_draft_shows_the_gaps() -> None:
    content = filled("{{ x | euro }} und {{ y }}", draft=True)
    assert plain_text(content.blocks[0].children) == "[x fehlt] und [y ist leer]"  # type: ignore[union-attr]


def test_choices() -> None:
    body = "::: wenn n > 10\nviel\n::: sonst wenn n > 5\nmittel\n::: sonst\nwenig\n:::"
    assert [html(body, {"n": Decimal(n)}) for n in (11, 6, 1)] == [
        "<p>viel</p>",
        "<p>mittel</p>",
        "<p>wenig</p>",
    ]
    assert html("::: wenn n > 10\nviel\n:::\nimmer", {"n": None}) == "<p>immer</p>"


def test_loops_make_rows_of_one_table() -> None:
    body = "| Hund | Steuer |\n|---|---:|\n::: fuer h in hunde\n| {{ h.name }} | {{ h.steuer | euro }} |\n:::"
    hunde = [{"name": "Bello", "steuer": Decimal(60)}, {"name": "a | b", "steuer": Decimal(90)}]
    (table,) = filled(body, {"hunde": hunde}).blocks
    assert isinstance(table, Table)
    rows = [tuple(plain_text(cell) for cell in row) for row in table.rows]
    assert rows == [("Bello", "60,00 €"), ("a | b", "90,00 €")]
    assert table.alignments == ("left", "right")


def test_loops_make_items_of_one_list() -> None:
    body = "- eins\n::: fuer h in hunde\n- {{ h }}\n:::\n- drei"
    (listing,) = filled(body, {"hunde": ["zwei", "zweieinhalb"]}).blocks
    assert isinstance(listing, Listing)
    assert len(listing.items) == 4
    assert html(body, {"hunde": []}) == "<ul><li>eins</li><li>drei</li></ul>"


def test_values_are_never_read_as_markdown() -> None:
    value = "**fett** [x](https://boese.example) | a | <b>\n# Titel\n- Punkt"
    assert html("{{ x }}", {"x": value}) == (
        "<p>**fett** [x](https://boese.example) | a | &lt;b&gt;<br># Titel<br>- Punkt</p>"
    )


def test_lines_of_a_value_stay_lines() -> None:
    (paragraph,) = filled("{{ x }}", {"x": "eins\r\nzwei\n"}).blocks
    assert paragraph == Paragraph((Text("eins"), Break(), Text("zwei")))


def test_heading_levels_have_no_gaps() -> None:
    levels = [
        block.level for block in filled("### a\n\n# b\n\n#### c\n\n## d").blocks if isinstance(block, Heading)
    ]
    assert levels == [2, 2, 3, 3]


def test_title_subject_and_summary() -> None:
    more = 'subject: {de: "Zu {{ x }}", en: "About {{ x }}"}\nsummary: {de: "*Kurz* {{ x }}"}'
    letter = compile_letter(make.source("Text", title="Bescheid für {{ x }}", more=more))
    content = fill(letter, {"x": "Bello"})
    assert (content.title, plain_text(content.subject), content.summary) == (
        "Bescheid für Bello",
        "Zu Bello",
        "Kurz Bello",
    )
    assert plain_text(fill(letter, {"x": "Bello"}, language="en").subject) == "About Bello"


def test_too_many_repeats_are_refused() -> None:
    with pytest.raises(LetterNotFillable, match="mehr als 1000"):
        filled("::: fuer x in liste\n{{ x }}\n:::", {"liste": ["a"] * 1001})


def test_an_endless_expression_is_stopped() -> None:
    with pytest.raises(LetterNotFillable):
        filled("{{ count(for a in 1..3000, b in 1..3000 return a * b) }}")


def test_lists_emphasis_links_and_breaks() -> None:
    body = "3. drei\n4. *vier*\n\n[Mehr](https://x.example?a=1&b=2)\\\nZeile **zwei**"
    assert html(body) == (
        '<ol start="3"><li>drei</li><li><em>vier</em></li></ol>'
        '<p><a href="https://x.example?a=1&amp;b=2" rel="noopener">Mehr</a><br>Zeile <strong>zwei</strong></p>'
    )
