from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from io import BytesIO

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from rathaus.engines.correspondence.letters.compiler import compile_letter
from rathaus.engines.correspondence.letters.evaluation import fill
from rathaus.engines.correspondence.parties import MACHINE_MADE, Recipient, References, Sender, Signature
from rathaus.engines.correspondence.rendering.letter import LetterPage, letter_html, letter_pdf
from tests.factories import correspondence as make

ON = date(2026, 12, 4)


def page(
    body: str = "Text",
    context: Mapping[str, object] | None = None,
    *,
    text: str = "",
    sender: Sender | None = None,
    recipient: Recipient | None = None,
    signature: Signature | None = None,
    references: References | None = None,
    draft: bool = False,
    attachments: tuple[str, ...] = (),
) -> LetterPage:
    letter = compile_letter(text or make.source(body))
    return LetterPage(
        content=fill(letter, context or {}, draft=draft),
        sender=sender or make.sender(),
        recipient=recipient or make.recipient(),
        references=references or References("20.3-2026-00017", on=ON),
        signature=signature,
        remedy=letter.remedy,
        attachments=attachments,
        draft=draft,
    )


def text_of(pdf: bytes) -> str:
    """The text on one line, without soft breaks and hyphenation."""
    text = "\n".join(sheet.extract_text() for sheet in PdfReader(BytesIO(pdf)).pages)
    return " ".join(re.sub(r"[\u00ad\u200b]", "", text).replace("\u00a0", " ").split())


def test_one_file_is_archive_and_accessible() -> None:
    with pikepdf.open(BytesIO(letter_pdf(page()))) as pdf:
        meta = pdf.open_metadata()
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"], meta["pdfuaid:part"]) == ("3", "A", "1")
        assert (meta["dc:title"], list(meta["dc:creator"])) == ("Bescheid", ["Stadt Musterstadt"])
        assert str(pdf.Root.Lang) == "de-DE"
        assert bool(pdf.Root.MarkInfo.Marked) is True
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle) is True
        assert all("/FontFile2" in font or "/FontFile3" in font for font in _descriptors(pdf))


def _descriptors(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    return [
        item
        for item in pdf.objects
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"
    ]


def test_structure_is_tagged() -> None:
    body = "# Kopf\n\nAbsatz\n\n- eins\n- zwei\n\n| A | B |\n|---|--:|\n| 1 | 2 |"
    with pikepdf.open(BytesIO(letter_pdf(page(body)))) as pdf:
        tags = {
            str(item["/S"])
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and "/S" in item and "/P" in item
        }
    assert {"/Document", "/H1", "/H2", "/P", "/L", "/LI", "/Table", "/TR", "/TH", "/TD"} <= tags


def test_everything_stands_in_the_letter() -> None:
    sender = make.sender(contact="Sabine Steuer", room="2.14")
    references = References("20.3-2026-00017", "2026-STA-1", "Zeichen 9", date(2026, 11, 30), ON)
    signature = Signature("Sabine Steuer", "Steueramt")
    text = text_of(
        letter_pdf(
            page(
                "Sie zahlen {{ b | euro }}.",
                {"b": "60.00"},
                sender=sender,
                references=references,
                signature=signature,
                attachments=("Merkblatt",),
            )
        )
    )
    for part in (
        "Stadt Musterstadt · Marktplatz 1 · 99999 Musterstadt",
        "Erika Muster Lindenstraße 7 99999 Musterstadt",
        "Aktenzeichen 20.3-2026-00017",
        "Geschäftszeichen 2026-STA-1",
        "Ihr Zeichen Zeichen 9",
        "Ihr Schreiben 30. November 2026",
        "Auskunft erteilt Sabine Steuer",
        "Telefon 0123 45-67",
        "Datum 4. Dezember 2026",
        "Guten Tag Erika Muster,",
        "Sie zahlen 60,00 €.",
        "Rechtsbehelfsbelehrung Sie können Widerspruch erheben. Beim Steueramt.",
        "Mit freundlichen Grüßen Im Auftrag Sabine Steuer Steueramt",
        "Anlagen – Merkblatt",
        "Seite 1 von 1",
    ):
        assert part in text, part
    assert MACHINE_MADE not in text


def test_the_remedy_stands_above_the_signature() -> None:
    text = text_of(letter_pdf(page()))
    assert (
        text.index("Rechtsbehelfsbelehrung")
        < text.index("Mit freundlichen Grüßen")
        < text.index(MACHINE_MADE)
    )


def test_without_remedy_there_is_no_notice() -> None:
    assert "Rechtsbehelfsbelehrung" not in text_of(letter_pdf(page(text=make.source(remedy="none"))))


def test_greeting_and_closing_of_the_author_are_not_doubled() -> None:
    body = "Sehr geehrte Frau Muster,\n\nText\n\nMit freundlichem Gruß"
    text = text_of(letter_pdf(page(body)))
    assert "Guten Tag" not in text
    assert "Mit freundlichen Grüßen" not in text


def test_a_draft_says_so_and_a_letter_does_not() -> None:
    assert "ENTWURF" in text_of(letter_pdf(page(draft=True)))
    assert "ENTWURF" not in text_of(letter_pdf(page()))
    assert "ENTWURF" in letter_html(page(draft=True))


@pytest.mark.parametrize("rows", ["- Zeile\n" * 90, "| A | B |\n| --- | --- |\n" + "| a | b |\n" * 90])
def test_a_draft_may_have_a_list_or_a_table_over_two_pages(rows: str) -> None:
    assert len(PdfReader(BytesIO(letter_pdf(page(rows, draft=True)))).pages) > 1


def test_the_same_letter_is_the_same_file() -> None:
    assert letter_pdf(page("Gleich")) == letter_pdf(page("Gleich"))


def test_long_letters_number_their_pages() -> None:
    pdf = letter_pdf(page("\n\n".join(["Ein Absatz von einiger Länge, der sich wiederholt. " * 6] * 20)))
    text = text_of(pdf)
    count = len(PdfReader(BytesIO(pdf)).pages)
    assert count > 1
    assert f"Seite {count} von {count}" in text
    assert "Bescheid · Aktenzeichen 20.3-2026-00017" in text


HOSTILE = (
    '#include "/etc/passwd"',
    '#import "content.typ": *',
    "#panic() #set page(width: 1cm) $ x^2 $ *fett* _kursiv_ `code` <label> @ref = Titel",
    "\\ \\u{41} // Kommentar /* Kommentar */ ]] }} )) \" '",
    "{{ 1 + 1 }} ::: wenn true",
    "<script>alert(1)</script> <b>fett</b> &amp;",
    '"}],"draft":true,"x":[{"t":"',
)


@pytest.mark.parametrize("value", HOSTILE)
def test_values_stay_text(value: str) -> None:
    hostile = page("Wert: {{ x }}.", {"x": value}, recipient=make.recipient(name=value))
    text = text_of(letter_pdf(hostile))
    assert f"Wert: {' '.join(value.split())}." in text
    assert "ENTWURF" not in text
    html = letter_html(hostile)
    assert "<script" not in html
    assert "<b>" not in html


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a\x00b\x07c", "abc"),
        ("Smiley 😀 da", "Smiley □ da"),
        ("漢字", "□□"),
        ("links\u202erechts", "linksrechts"),
        ("privat \ue123 kaputt \ufffe", "privat □ kaputt □"),
        ("Zeile\u2028zwei\ttab", "Zeile zwei tab"),
        ("\ufeffmarke", "marke"),
        ("Łukasz Đặng Ğül Ḥasan Öztürk Ελένη Иван", "Łukasz Đặng Ğül Ḥasan Öztürk Ελένη Иван"),
        ("S\u0323ami\u0302", unicodedata.normalize("NFC", "S\u0323ami\u0302")),
    ],
)
def test_what_no_font_shows_becomes_a_box(value: str, shown: str) -> None:
    assert f"Wert: {shown}." in text_of(letter_pdf(page("Wert: {{ x }}.", {"x": value})))


@pytest.mark.parametrize("value", ["مرحبا بالعالم", "שלום עולם"])
def test_other_scripts_are_printed(value: str) -> None:
    assert "□" not in text_of(letter_pdf(page("Wert: {{ x }}.", {"x": value})))


def test_very_long_words_stay_on_the_page() -> None:
    word = "Donaudampfschifffahrtsgesellschaft" * 30
    pdf = letter_pdf(page("{{ x }}\n\n| A | B |\n|---|---|\n| {{ x }} | {{ x }} |", {"x": word}))
    lines = [line for sheet in PdfReader(BytesIO(pdf)).pages for line in sheet.extract_text().splitlines()]
    assert max(len(line) for line in lines) < 110
    assert word in text_of(pdf).replace(" ", "").replace("-", "")


def test_a_broken_coat_of_arms_does_not_stop_the_post() -> None:
    for drawing in ("kein SVG", "<svg", '<svg xmlns="http://www.w3.org/2000/svg"/>'):
        assert "Text" in text_of(letter_pdf(page(sender=make.sender(coat_of_arms=drawing))))


def test_a_colour_that_is_none_is_the_default() -> None:
    assert make.sender(colour='red"); #panic("').colour == "#1f4e79"


@given(st.text(max_size=120))
@settings(max_examples=120, deadline=None)
def test_no_value_stops_a_letter(value: str) -> None:
    assert (
        letter_pdf(page("Wert: {{ x }} Ende", {"x": value}, recipient=make.recipient(name=value)))[:5]
        == b"%PDF-"
    )
