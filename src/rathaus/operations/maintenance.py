"""Maintenance mode: switched on and off here, kept in the database, known to every process within seconds.

Receiving an application reads the row itself; pages go by what the process learnt last.
"""

from __future__ import annotations

import logging
import threading
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import DatabaseError, connections, transaction
from django.utils.translation import gettext as _

from rathaus.identity.public import SYSTEM, Actor, Role
from rathaus.kernel.public import audit, clock, maintenance

from .models import Maintenance

POLL_SECONDS = 2.0
MAX_TEXT = 500
SUBJECT = "operations.maintenance:1"
logger = logging.getLogger("rathaus.maintenance")


def stored_state() -> maintenance.State:
    """What the database says. Raises DatabaseError when it is away."""
    row = Maintenance.objects.filter(pk=1, is_on=True).first()
    if row is None:
        return maintenance.OFF
    return maintenance.State(True, row.is_desk_closed, row.text, row.until, row.since)


def refresh() -> maintenance.State:
    """Read the state and remember it for this process's pages."""
    newest = stored_state()
    maintenance.learn(newest)
    return newest


@transaction.atomic
def begin(
    *, actor: Actor, text: str = "", until: datetime | None = None, is_desk_closed: bool = False
) -> None:
    """Hold back submissions and changes from now on, or change what people are told.

    Raises PermissionError for whoever is no administrator, ValidationError for a text or moment that cannot be.
    """
    _check(actor)
    text = " ".join(text.split())
    if len(text) > MAX_TEXT or "\x00" in text:
        raise ValidationError({"text": _("Please shorten the text to 500 characters.")})
    if until is not None and until <= clock.now():
        raise ValidationError({"until": _("This moment has passed. Please choose a later one.")})
    present = stored_state()
    Maintenance.objects.update_or_create(
        pk=1,
        defaults={
            "is_on": True, "is_desk_closed": is_desk_closed, "text": text, "until": until,
            "since": present.since or clock.now(),
        },
    )  # fmt: skip
    action = "operations.maintenance_changed" if present.is_on else "operations.maintenance_begun"
    details = {"desk": "closed" if is_desk_closed else "reading", "until": until}
    audit.append(actor=actor.audit_name, action=action, subject=SUBJECT, details=details)
    transaction.on_commit(refresh)


@transaction.atomic
def end(*, actor: Actor) -> bool:
    """Let everything work again; False where maintenance mode was off. Raises PermissionError as ``begin``."""
    _check(actor)
    was_on = bool(Maintenance.objects.filter(pk=1, is_on=True).update(is_on=False, since=None, until=None))
    if was_on:
        audit.append(actor=actor.audit_name, action="operations.maintenance_ended", subject=SUBJECT)
    transaction.on_commit(refresh)
    return was_on


def _check(actor: Actor) -> None:
    if actor.audit_name != SYSTEM.audit_name and not actor.has_role(Role.ADMINISTRATOR):
        raise PermissionError("maintenance mode is the administrators' matter")


def watch() -> threading.Thread:
    """In a web process: look at the state every two seconds, in a thread with a connection of its own."""
    thread = threading.Thread(target=_look_for_ever, name="rathaus-maintenance", daemon=True)
    thread.start()
    return thread


def _look_for_ever() -> None:
    pause = threading.Event()
    while True:
        try:
            refresh()
        except DatabaseError:
            logger.warning("maintenance_state_unknown")
            connections.close_all()
        pause.wait(POLL_SECONDS)
