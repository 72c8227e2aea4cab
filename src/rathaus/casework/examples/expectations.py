"""Holds what happened against what an example expects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

import feel
from rathaus.blueprints import public as blueprints
from rathaus.engines.correspondence import public as correspondence
from rathaus.engines.processes import public as processes
from rathaus.engines.records import public as records
from rathaus.identity.public import SYSTEM, UserAccount
from rathaus.intake import public as intake


def differences(
    expected: blueprints.ExampleExpectation, case_id: UUID, account: UserAccount | None
) -> Iterator[str]:
    """Yield, in German, each point in which the case differs from ``expected``."""
    application = intake.application_of(case_id)
    path = [entry.element_id for entry in processes.completed_elements(case_id)]
    missing = _first_missing(expected.path, path)
    if missing:
        yield f"„{missing}“ wurde nicht (in dieser Reihenfolge) erreicht; gelaufen: {', '.join(path)}"
    if expected.state and application.case.state != expected.state:
        yield f"Zustand ist {application.case.state}, erwartet {expected.state}"
    yield from _different_results(expected.results, processes.variables_of(case_id))
    if expected.fee is not None:
        fee = intake.fee_of(application)
        if fee is None or fee.amount != expected.fee:
            yield f"Gebühr ist {fee.amount if fee else 'keine'}, erwartet {expected.fee}"
    titles = [document.title for document in records.documents_of(SYSTEM, application.case)]
    yield from (
        f"Dokument „{title}“ fehlt; da sind: {titles}" for title in expected.documents if title not in titles
    )
    yield from _different_letters(expected, case_id)
    open_ids = [task.element_id for task in processes.open_tasks_of(case_id)]
    if expected.open_task and expected.open_task not in open_ids:
        yield f"Aufgabe „{expected.open_task}“ ist nicht offen (offen: {open_ids})"
    if not expected.open_task and open_ids and expected.state in {"closed", "withdrawn"}:
        yield f"Noch offen: {open_ids}"
    if processes.incidents_of(case_id):
        yield f"Vorfall: {'; '.join(incident.message for incident in processes.incidents_of(case_id))}"
    if expected.messages is not None:
        count = correspondence.message_count(case_id, account)
        if count != expected.messages:
            yield f"{count} Nachrichten im Postfach, erwartet {expected.messages}"


def _first_missing(expected: Iterable[str], path: list[str]) -> str | None:
    """The first of ``expected`` that does not follow in ``path``, in order."""
    position = 0
    for element in expected:
        try:
            position = path.index(element, position) + 1
        except ValueError:
            return element
    return None


def _different_results(expected: Mapping[str, object], variables: Mapping[str, object]) -> Iterator[str]:
    for name, value in expected.items():
        found: object = variables
        for part in name.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        if _plain(found) != _plain(value):
            yield f"{name} ist {_plain(found)}, erwartet {_plain(value)}"


def _plain(value: Any) -> object:
    """Numbers compare as numbers, whatever wrote them; dates as ISO text."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | Decimal):
        return Decimal(value).normalize()
    data = feel.to_json(value)
    if isinstance(data, str):
        try:
            return Decimal(data).normalize()
        except ArithmeticError:
            return data
    return data


def _different_letters(expected: blueprints.ExampleExpectation, case_id: UUID) -> Iterator[str]:
    letters = {letter.key: letter for letter in correspondence.letters_of(case_id)}
    for key in expected.letters:
        if key not in letters:
            yield f"Brief „{key}“ wurde nicht erlassen (erlassen: {sorted(letters)})"
    for key, pieces in expected.letter_text.items():
        text = letters[key].text if key in letters else ""
        yield from (f"Im Brief „{key}“ fehlt „{piece}“" for piece in pieces if piece not in text)
