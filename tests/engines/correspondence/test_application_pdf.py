from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pikepdf
import pytest
from pypdf import PdfReader

from rathaus.engines.correspondence.public import render_application_pdf
from tests.factories import correspondence as make

RECEIVED = datetime(2026, 12, 4, 10, 30, tzinfo=ZoneInfo("Europe/Berlin"))


@dataclass
class File:
    name: str


@dataclass
class Row:
    label: str
    value_text: str
    files: tuple[File, ...] = ()
    group: str = ""


@dataclass
class Section:
    title: str
    rows: tuple[Row, ...]


SECTIONS = (
    Section("Halterin", (Row("Name", "Erika #include Muster"), Row("Anschrift", "Weg 1\n99999 Ort"))),
    Section(
        "Hunde",
        (
            Row("Name", "Bello", group="Hund 1"),
            Row("Name", "Rex", group="Hund 2"),
            Row("Nachweis", "", (File("nachweis.pdf"),)),
            Row("Anmerkung", ""),
        ),
    ),
)


def render(**more: object) -> bytes:
    return render_application_pdf(
        "Hund anmelden",
        "2026-STA-00017",
        RECEIVED,
        SECTIONS,
        sender=make.sender(),
        **more,  # type: ignore[arg-type]  # passed on as they are
    )


def text_of(pdf: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def test_everything_stands_in_it() -> None:
    pdf = render(attachments=["nachweis.pdf"], notes=["Sie haben versichert, dass alles stimmt."])
    text = text_of(pdf)
    for part in (
        "Hund anmelden",
        "Geschäftszeichen 2026-STA-00017",
        "Eingegangen am 4. Dezember 2026, 10:30 Uhr",
        "Zuständig Steueramt",
        "Name Erika #include Muster",
        "Anschrift Weg 1 99999 Ort",
        "Hund 1",
        "Hund 2",
        "Nachweis nachweis.pdf",
        "Anmerkung keine Angabe",
        "Anlagen – nachweis.pdf",
        "Sie haben versichert, dass alles stimmt.",
        "Seite 1 von 1",
    ):
        assert part in text, part


@pytest.mark.parametrize(
    ("language", "code", "word"), [("de", "de-DE", "Eingegangen am"), ("en", "en-GB", "Received on")]
)
def test_standards_and_language(language: str, code: str, word: str) -> None:
    pdf = render(language=language)
    assert word in text_of(pdf)
    with pikepdf.open(BytesIO(pdf)) as opened:
        meta = opened.open_metadata()
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"], meta["pdfuaid:part"]) == ("3", "A", "1")
        assert (meta["dc:title"], str(opened.Root.Lang)) == ("Hund anmelden", code)


def test_the_data_lie_beside_the_pages() -> None:
    pdf = render(data={"hund": {"name": "Bello 😀\x00", "seit": RECEIVED.date()}})
    (content,) = PdfReader(BytesIO(pdf)).attachments["antrag.json"]
    assert json.loads(content) == {"hund": {"name": "Bello 😀\x00", "seit": "2026-12-04"}}


@pytest.mark.django_db
def test_the_town_is_the_sender() -> None:
    pdf = render_application_pdf(
        title="Hund anmelden", reference="1", received_at=RECEIVED, sections=(), language="de"
    )
    assert "Musterstadt" in text_of(pdf)
