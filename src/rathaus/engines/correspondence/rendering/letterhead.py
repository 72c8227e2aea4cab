"""What letters, application summaries and cover lists share: letterhead, colours, labels."""

from __future__ import annotations

from collections.abc import Mapping

from ..parties import Sender

LABELS: Mapping[str, Mapping[str, str]] = {
    "de": {"page": "Seite", "of": "von", "draft": "ENTWURF", "attachments": "Anlagen", "arms": "Wappen"},
    "en": {"page": "Page", "of": "of", "draft": "DRAFT", "attachments": "Enclosures", "arms": "Coat of arms"},
}


def labels(language: str) -> Mapping[str, str]:
    return LABELS.get(language, LABELS["de"])


def sender_data(sender: Sender, language: str) -> dict[str, object]:
    return {
        "town": sender.town,
        "unit": sender.unit,
        "header": sender.header,
        "sender_line": sender.sender_line,
        "colour": sender.colour,
        "coat_of_arms": sender.coat_of_arms,
        "coat_of_arms_alt": f"{labels(language)['arms']} {sender.town}",
    }


def frame(sender: Sender, *, title: str, language: str, draft: bool = False) -> dict[str, object]:
    """The data that every template of ours expects."""
    return {
        "title": title or sender.town,
        "author": sender.town,
        "keywords": [],
        "description": title or sender.town,
        "lang": language,
        "labels": labels(language),
        "draft": draft,
        "sender": sender_data(sender, language),
    }
