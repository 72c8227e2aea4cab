"""Answers as texts."""

from __future__ import annotations

from tests.factories.forms import dog_data, dog_form

FILE = {
    "upload": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
    "name": "impfpass.pdf",
    "media_type": "application/pdf",
    "size": 3,
}


def rows(language: str) -> list[tuple[str, str, str, str]]:
    sections = dog_form().summary(dog_data(nachweis=[FILE]), language)
    return [
        (section.page_id, row.group, row.label, row.value_text.replace("\xa0", " "))
        for section in sections
        for row in section.rows
    ]


def test_every_visible_answer_is_there_in_words() -> None:
    assert rows("de") == [
        ("hund", "", "Name", "Rex"),
        ("hund", "", "Rasse", "Labrador"),
        ("hund", "", "Geboren", "4. Dezember 2020"),
        ("hund", "", "Preis", "1.234,50 €"),
        ("halter", "Halter", "Vorname", "Erika"),
        ("halter", "Halter", "Anschrift", "Hauptstraße 1\n65232 Taunusstein"),
        ("halter", "Halter", "Email", "keine Angabe"),
        ("halter", "Hund 1", "Name", "Bello"),
        ("halter", "Hund 1", "Alter", "3"),
        ("halter", "Hund 1", "Chip", "0815"),
        ("halter", "Hund 1, Impfungen", "Tollwut", "Ja"),
        ("halter", "", "Nachweis", "impfpass.pdf"),
        ("halter", "", "Steuer", "140,00 €"),
    ]


def test_the_summary_speaks_english() -> None:
    english = rows("en")
    assert ("halter", "Dog 1, Impfungen (en)", "Tollwut (en)", "Yes") in english
    assert ("hund", "", "Preis (en)", "€1,234.50") in english


def test_files_come_with_what_a_link_needs() -> None:
    sections = dog_form().summary(dog_data(nachweis=[FILE]))
    found = [row.files for section in sections for row in section.rows if row.files]
    assert [(file.upload, file.name, file.size) for files in found for file in files] == [
        (FILE["upload"], "impfpass.pdf", 3)
    ]


def test_unanswered_and_unreadable_rows_say_so() -> None:
    section = dog_form().summary({"geboren": {"$typed": "gestern"}})[0]
    assert [(row.label, row.value_text, row.is_answered) for row in section.rows] == [
        ("Name", "keine Angabe", False),
        ("Rasse", "keine Angabe", False),
        ("Geboren", "gestern", False),
        ("Preis", "keine Angabe", False),
    ]
