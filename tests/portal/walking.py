"""Filling in the form "register a dog" as a browser without JavaScript does: names and texts as people type them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.test import Client

from rathaus.engines.forms.public import Draft

KEEPER = {
    "halter.vorname": "Erika",
    "halter.nachname": "Muster",
    "halter.geburtsdatum": "17.5.1984",
    "halter.anschrift.street": "Aarstraße",
    "halter.anschrift.house_number": "12",
    "halter.anschrift.postcode": "65232",
    "halter.anschrift.city": "Taunusstein",
    "halter.email": "erika@example.org",
}


def dog(index: int, name: str, chip: str) -> dict[str, str]:
    fields = {
        "name": name,
        "rasse": "labrador",
        "geworfen_am": "2.3.2024",
        "gehalten_seit": "15.10.2026",
        "chipnummer": chip,
        "besonderheit": "keine",
        "auffaellig": "false",
    }
    return {f"hunde.{index}.{key}": value for key, value in fields.items()}


def dogs_page(*entries: dict[str, str], **more: Any) -> dict[str, Any]:
    page: dict[str, Any] = {"hunde": ["", *(str(number) for number in range(len(entries)))], **more}
    for entry in entries:
        page |= entry
    return page


BELLA = dog(0, "Bella", "276098100000001")
PAGES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("halterin", KEEPER),
    ("ihre_hunde", dogs_page(BELLA)),
    ("haushalt", {"weitere_hunde": "0"}),
    ("ermaessigungsseite", {"grundsicherung": "false"}),
    ("zahlung", {"zahlart": "ueberweisung"}),
    ("abschluss", {"richtig": "true"}),
)


def begin(client: Client, slug: str = "hund-anmelden") -> UUID:
    """Begin anew; return the id of the draft."""
    answer = client.post(f"/leistungen/{slug}/antrag/", {"neu": "1"})
    assert answer.status_code == 302, answer.content.decode()[:500]
    return UUID(answer["Location"].split("/")[4])


def url(draft_id: UUID, step: str = "", slug: str = "hund-anmelden") -> str:
    return f"/leistungen/{slug}/antrag/{draft_id}/{step}{'/' if step else ''}"


def fill(client: Client, draft_id: UUID) -> None:
    """Fill in every page; each leads to the next."""
    steps = [*(page_id for page_id, _ in PAGES), "angaben-pruefen"]
    for (page_id, values), following in zip(PAGES, steps[1:], strict=True):
        answer = client.post(url(draft_id, page_id), values)
        assert answer.status_code == 302, errors_of(answer)
        assert answer["Location"] == url(draft_id, following)


def send(client: Client, draft_id: UUID) -> Any:
    return client.post(url(draft_id, "antrag-senden"))


def apply(client: Client) -> UUID:
    """A whole application; return the id of its draft."""
    draft_id = begin(client)
    fill(client, draft_id)
    assert send(client, draft_id)["Location"] == url(draft_id, "antrag-eingegangen")
    return draft_id


def errors_of(answer: Any) -> list[str]:
    """The messages of the error summary."""
    context = answer.context
    return [error.message for error in context["errors"]] if context and "errors" in context else []


def draft(draft_id: UUID) -> Draft:
    return Draft.objects.get(pk=draft_id)
