"""The background: is a worker there, does it keep up, what has it given up?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from .. import clock, jobs
from ..jobs.queue import due
from .registry import Observation, fail, ok, warn

PLACE = "Hintergrunddienst"
PULSE = "kernel.pulse"
MAX_SILENCE = timedelta(minutes=12)
MAX_WAIT = timedelta(minutes=5)
START = "»rathaus worker« starten und am Leben halten (systemd); sein Protokoll ansehen."


def check_worker() -> Iterator[Observation]:
    pulse = next((rhythm for rhythm in jobs.rhythms() if rhythm.name == PULSE), None)
    last = pulse.last_at if pulse else None
    if last is None:
        yield fail(PLACE, "Hat sich noch nie gemeldet.", START)
    elif clock.wall() - last > MAX_SILENCE:
        minutes = (clock.wall() - last) // timedelta(minutes=1)
        yield fail(PLACE, f"Hat sich seit {minutes} Minuten nicht gemeldet.", START)
    else:
        yield ok(PLACE, "arbeitet.")
    oldest = due().order_by("run_after").first()
    if oldest and clock.wall() - oldest.run_after > MAX_WAIT:
        minutes = (clock.wall() - oldest.run_after) // timedelta(minutes=1)
        yield warn(PLACE, f"Der älteste Job wartet seit {minutes} Minuten.", "Mehr Arbeitsprozesse starten.")
    if dead := jobs.state_counts()[jobs.JobState.DEAD]:
        yield warn(
            PLACE,
            "Ein Job ist aufgegeben." if dead == 1 else f"{dead} Jobs sind aufgegeben.",
            "Unter /amt/jobs/ Grund ansehen und wiederholen.",
        )
