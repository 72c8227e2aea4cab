"""Units, clerks and citizens of a large town, for ``scale.py``. Run alone, this file does nothing."""

# ruff: noqa: PLC0415, S106, S311 -- Django must be set up, on a fresh folder, before anything of it can be imported;
# the people are made up and cannot sign in

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

UNITS, CLERKS_A_UNIT = 22, 3
BUSY, BACKLOG = (
    "amt-00",
    "steueramt",
)  # a tenth of all cases, and two units with a fifth and a quarter of the open ones
CLERK, BACKLOG_CLERK, HEAD = (
    "clerk-00-0@bench.example",
    "oliver.brandt@taunusstein.example",
    "dezernat@bench.example",
)
CITIZEN, FIRM = "erika.muster@example.org", "firma@bench.example"
SYLLABLES = ("ber", "hof", "mann", "stein", "wald", "bach", "kirch", "feld", "burg", "roth", "schmid", "lang")
GIVEN = ("Anna", "Ben", "Clara", "David", "Elif", "Finn", "Greta", "Hasan", "Ida", "Jonas", "Kira", "Leon")


@dataclass(frozen=True, slots=True)
class Office:
    """A unit as cases need it: its keys, its clerks, its share of closed and of open cases."""

    unit_id: int
    access_sets: tuple[int, ...]
    clerks: tuple[UUID, ...]
    closed: float
    open: float


@dataclass(frozen=True, slots=True)
class People:
    """Everybody whom a case may belong to. ``accounts`` are citizens with an account, by number."""

    offices: Sequence[Office]
    accounts: Sequence[tuple[UUID, str]]
    regular: UUID
    firm: UUID


def settle(*, citizens: int) -> People:
    """Forty units with their clerks, and so many citizens."""
    _found_units()
    names = family_names()
    return People(_offices(), _citizens(citizens, names), _account(CITIZEN), _account(FIRM, create=True))


def family_names() -> list[str]:
    """Some 1,900 names, of which nobody bears the one that the search looks for."""
    pairs = [first + second for first in SYLLABLES for second in SYLLABLES if first != second]
    return [name.capitalize() for name in [*pairs, *(pair + last for pair in pairs for last in SYLLABLES)]]


def _found_units() -> None:
    from rathaus.identity import public as identity
    from rathaus.identity.public import SYSTEM, access_set_for

    root = identity.create_unit(actor=SYSTEM, code="dezernat", name="Dezernat")
    _employ(root, "dezernat", HEAD, ["head"])
    for number in range(UNITS):
        code = f"amt-{number:02d}"
        unit = identity.create_unit(actor=SYSTEM, code=code, name=f"Amt {number}", parent=root)
        for seat in range(CLERKS_A_UNIT):
            roles = ["head", "case_worker"] if seat == CLERKS_A_UNIT - 1 else ["case_worker"]
            _employ(unit, f"stelle-{number:02d}-{seat}", f"clerk-{number:02d}-{seat}@bench.example", roles)
        access_set_for([unit, root], f"{code} + {root.code}")


def _employ(unit: Any, code: str, email: str, roles: list[str]) -> None:
    """A new post of a unit and a person who holds it."""
    from rathaus.identity import public as identity
    from rathaus.identity.public import SYSTEM

    post = identity.create_post(actor=SYSTEM, code=code, title="Stelle", unit=unit, roles=roles)
    account = identity.create_account(
        actor=SYSTEM, email=email, password_hash="!", given_name="Kim", family_name=code.title()
    )
    identity.assign_post(actor=SYSTEM, account=account, post=post)


def _offices() -> list[Office]:
    from rathaus.identity.models import AccessGrant
    from rathaus.identity.public import staff_of, units

    offices = []
    for unit in units().select_related("access_set"):
        shared = AccessGrant.objects.filter(unit=unit).exclude(access_set=unit.access_set)
        clerks = tuple(person.pk for person in staff_of([unit.pk]))
        if clerks:
            sets = (unit.access_set.pk, *shared.values_list("access_set_id", flat=True)[:1])
            share = {BUSY: (4.0, 10.0), BACKLOG: (2.0, 13.0)}.get(unit.code, (1.0, 0.6))
            offices.append(Office(unit.pk, sets, clerks, *share))
    return offices


def _account(email: str, *, create: bool = False) -> UUID:
    from rathaus.identity.public import UserAccount

    if create:
        UserAccount.objects.create(email=email, password="!", family_name="Hausverwaltung Bench GmbH")
    return UserAccount.objects.get(email=email).pk


def _citizens(count: int, names: list[str]) -> list[tuple[UUID, str]]:
    from rathaus.identity.public import UserAccount

    random, found = Random(3), []
    for start in range(0, count, 5_000):
        batch = [_citizen(number, names, random) for number in range(start, min(start + 5_000, count))]
        UserAccount.objects.bulk_create(batch)
        found += [(account.pk, account.name) for account in batch]
    return found


def _citizen(number: int, names: list[str], random: Random) -> Any:
    from rathaus.identity.public import UserAccount

    family = "Müller" if random.random() < 0.03 else names[int(len(names) * random.random() ** 2)]
    return UserAccount(
        email=f"person-{number}@bench.example", password="!", given_name=random.choice(GIVEN), family_name=family,
        street="Hauptstraße", house_number=str(number % 200), postcode="65232", city="Taunusstein",
    )  # fmt: skip
