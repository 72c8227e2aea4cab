"""Which cases the town shall have: some that show every state, and as many others as wanted, over half a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from random import Random

from rathaus.kernel.public import clock
from rathaus.modules.demo.data import Citizen
from rathaus.modules.demo.services.material import Script, people_for

DAYS = 180
_SHARES = {
    "hund-anmelden": 38,
    "plakatierung": 20,
    "wohnberatung": 14,
    "stundung-corona": 12,
    "anerkennungspraemie-feuerwehr": 9,
    "grundstuecke-interessenten": 7,
}
_COUNTER_SHARE = 0.12
_LEFT_LYING_SHARE = 0.07
_UNANSWERED_SHARE = 0.3
_WITHDRAWN_WEIGHT = 0.4


@dataclass(frozen=True)
class Plan:
    """A case to be: whose, when, how far it gets, and what else happens to it."""

    number: int
    script: Script
    person: Citizen
    opened: datetime
    steps: int
    channel: str = "online"
    extra: str = ""


@dataclass(frozen=True)
class _Shown:
    """A case that has to be there. ``steps`` None: to its end."""

    script: str
    age: int
    steps: int | None = None
    email: str = ""
    extra: str = ""
    channel: str = "online"


_SHOWN = (
    _Shown("hund-anmelden/erster-hund", 0, 0, "sophie.baumann@example.org"),
    _Shown("hund-anmelden/grundsicherung-erster-hund", 6, 1, "erika.muster@example.org"),
    _Shown("stundung-corona/leitung-zeichnet", 5, 1),
    _Shown("hund-anmelden/zwei-hunde-lastschrift", 4, 1, "paul.neumann@example.org", extra="protect"),
    _Shown("anerkennungspraemie-feuerwehr/zehn-jahre-offen", 20, None, "erika.muster@example.org"),
    _Shown("hund-anmelden/erster-hund", 45, None, "erika.muster@example.org", extra="hold"),
    _Shown("hund-anmelden/erster-hund", 70, 1),
    _Shown("plakatierung/zurueckgenommen", 30),
    _Shown("wohnberatung/hausbesuch", 7, 2, "hedwig.albrecht@example.org", extra="follow_up"),
    _Shown("plakatierung/gewerblich-gebuehr", 3, 0, extra="hand_on"),
    _Shown("grundstuecke-interessenten/eintrag-familie", 12, 0, extra="incident"),
    _Shown("plakatierung/vereinsfest-frei", 80, None, "ute.marx@example.org"),
    _Shown("hund-anmelden/gefaehrlicher-hund-mit-erlaubnis", 2, 0),
    _Shown("plakatierung/vereinsfest-frei", 2, 0, "klaus.rehm@example.org", extra="co_sign"),
    _Shown("stundung-corona/magistrat-beschliesst", 8, 1),
    _Shown("hund-anmelden/ermaessigung-abgelehnt", 25, None, extra="block", channel="counter"),
)


def make_plans(
    *, count: int, scripts: Mapping[str, Script], people: Sequence[Citizen], random: Random
) -> list[Plan]:
    """``count`` plans, oldest first."""
    makers = [_shown(shown, scripts, people, random) for shown in _SHOWN if shown.script in scripts]
    while len(makers) < count:
        makers.append(_drawn(scripts, people, random))
    plans = sorted(makers[:count], key=lambda plan: plan.opened)
    return [replace(plan, number=number) for number, plan in enumerate(plans, start=1)]


def _shown(shown: _Shown, scripts: Mapping[str, Script], people: Sequence[Citizen], random: Random) -> Plan:
    script = scripts[shown.script]
    named = [person for person in people if person.email == shown.email]
    person = (named or [random.choice(people_for(script, people))])[0]
    steps = len(script.example.steps) if shown.steps is None else shown.steps
    return Plan(0, script, person, _moment(shown.age, random), steps, shown.channel, shown.extra)


def _drawn(scripts: Mapping[str, Script], people: Sequence[Citizen], random: Random) -> Plan:
    present = sorted({script.service for script in scripts.values()})
    service = random.choices(present, [_SHARES.get(slug, 5) for slug in present])[0]
    choice = [script for script in scripts.values() if script.service == service]
    weights = [_WITHDRAWN_WEIGHT if script.example.expect.state == "withdrawn" else 1 for script in choice]
    script = random.choices(choice, weights)[0]
    person = random.choice(people_for(script, people))
    steps = _steps(script, random)
    channel = script.example.channel
    if channel == "online" and random.random() < _COUNTER_SHARE:
        channel = "counter"
    return Plan(0, script, person, _moment(random.randint(1, DAYS), random), steps, channel)


def _steps(script: Script, random: Random) -> int:
    """How far the case gets: to its end as a rule; some lie somewhere, some wait for an answer."""
    steps = script.example.steps
    asked = [place for place, step in enumerate(steps, start=1) if step.ask is not None]
    if asked and random.random() < _UNANSWERED_SHARE:
        return asked[0]
    return random.randint(0, len(steps)) if random.random() < _LEFT_LYING_SHARE else len(steps)


def _moment(age: int, random: Random) -> datetime:
    """Some time of the day ``age`` days ago, in the past in any case."""
    now = clock.now()
    at = time(random.randint(7, 20), random.randint(0, 59))
    return min(datetime.combine(now.date() - timedelta(days=age), at, now.tzinfo), now - timedelta(hours=1))
