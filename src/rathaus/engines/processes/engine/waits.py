"""Arming: rows for the timers and messages that a token waits for."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

import feel
from rathaus.kernel.public import clock

from .. import expressions, iso
from ..bpmn.model import Element, Kind, TimerKind, Trigger
from ..enums import IncidentKind
from ..models import MessageWait, Timer, Token
from .problems import Problem
from .run import Run, Running


def arm(run: Run, running: Running, token: Token, element: Element) -> None:
    """Let the token wait for the timer or message of `element` (its own, a boundary's, or one after its gateway)."""
    if element.trigger == Trigger.TIMER:
        due_at, remaining = due_of(run, running, token, element)
        run.timers.append(
            Timer(
                instance_id=running.row.id,
                token_id=token.id,
                element_id=element.id,
                due_at=due_at,
                remaining=remaining,
            )
        )
    elif element.trigger == Trigger.MESSAGE or element.kind == Kind.RECEIVE:
        run.waits.append(
            MessageWait(
                instance_id=running.row.id,
                token_id=token.id,
                element_id=element.id,
                name=element.message,
                subject=running.row.subject,
            )
        )
    else:
        return
    token.has_waits = True
    run.changed.add(token.id)


def due_of(run: Run, running: Running, token: Token | None, element: Element) -> tuple[datetime, int | None]:
    """(when a timer fires, how often again after that). Raises Problem where its text gives no moment."""
    assert element.timer is not None
    text = element.timer.text
    if text.startswith("="):
        value = run.value(running, token, text[1:])
        if value is None:
            raise Problem(
                IncidentKind.EXPRESSION,
                f"Die Zeit „{text}“ ergibt keinen Wert. Prüfen Sie die verwendeten Angaben.",
            )
        text = timer_text(value)
    return due_after(run.now, element, text)


def due_after(now: datetime, element: Element, text: str) -> tuple[datetime, int | None]:
    """As `due_of`, for a text in ISO 8601."""
    assert element.timer is not None
    zone = timezone.get_default_timezone()
    working = element.timer.working_days
    try:
        if element.timer.kind == TimerKind.DATE:
            return iso.moment(text, zone), 0
        if element.timer.kind == TimerKind.DURATION:
            return iso.duration(text).after(now.astimezone(zone), working_days=working), 0
        found = iso.cycle(text, zone)
    except iso.NotIso as error:
        raise Problem(IncidentKind.EXPRESSION, str(error)) from error
    due_at = found.first or found.every.after(now.astimezone(zone), working_days=working)
    return due_at, None if found.times is None else found.times - 1


def start_text(element: Element) -> str:
    """The text of a timer that begins a process: its FEEL knows the day only. Raises Problem."""
    assert element.timer is not None
    text = element.timer.text
    if not text.startswith("="):
        return text
    try:
        value = expressions.evaluate(expressions.compiled(text[1:]), {"heute": clock.today()})
    except feel.FeelError as error:
        raise Problem(IncidentKind.EXPRESSION, str(error)) from error
    if value is None:
        raise Problem(
            IncidentKind.EXPRESSION, f"Die Zeit „{text}“ ergibt keinen Wert. Prüfen Sie den Ausdruck."
        )
    return timer_text(value)


def timer_text(value: object) -> str:
    """A FEEL value as ISO 8601 text."""
    if isinstance(value, str):
        return value
    if isinstance(value, date):  # also datetime
        return value.isoformat()
    return str(feel.to_json(value))  # type: ignore[arg-type]  # whatever FEEL gave


def next_of_cycle(
    run: Run, running: Running | None, token: Token | None, element: Element, last: datetime
) -> datetime:
    """When a repeating timer fires again: counted from the last time, later where that has passed already."""
    assert element.timer is not None
    text = element.timer.text
    if text.startswith("="):
        text = start_text(element) if running is None else timer_text(run.value(running, token, text[1:]))
    zone = timezone.get_default_timezone()
    every = iso.cycle(text, zone).every
    due_at = every.after(last.astimezone(zone), working_days=element.timer.working_days)
    if due_at > run.now:
        return due_at
    return every.after(run.now.astimezone(zone), working_days=element.timer.working_days)
