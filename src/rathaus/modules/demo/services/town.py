"""The town without its cases: units, posts, people, file plan, catalogue. What is there already stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

from django.contrib.auth.hashers import make_password
from django.db import transaction

from rathaus.blueprints import public as blueprints
from rathaus.engines.correspondence import public as correspondence
from rathaus.engines.records import public as records
from rathaus.identity import public as identity
from rathaus.identity.public import SYSTEM, OrganizationalUnit, UserAccount
from rathaus.kernel.public import clock
from rathaus.modules.demo.data import BrokenTownData, Organisation, Post, TownData

ThingT = TypeVar("ThingT")
PASSWORD = "rathaus-probieren"  # noqa: S105 - printed for everybody to use
"""Publicly known, which is why no production server takes the demonstration."""

_SINCE = date(2020, 1, 1)


class NotADemonstration(ValueError):
    """The database belongs to a real town; the text says so."""


@transaction.atomic
def set_up_town(*, data: TownData) -> None:
    """Create whatever of the town is missing. Raises BrokenTownData, NotADemonstration; then nothing has changed."""
    present = identity.Town.objects.first()
    if present is not None and not present.is_demo:
        raise NotADemonstration(
            f"In dieser Datenbank arbeitet schon {present.name}. Die Musterstadt braucht eine eigene."
        )
    if present is None:
        known = {field.name for field in identity.Town._meta.get_fields()}
        fields = {key: value for key, value in data.town().items() if key in known}
        identity.update_town(actor=SYSTEM, **{**fields, "is_demo": True})
    organisation = data.organisation()
    _create_units(organisation)
    _create_posts(organisation)
    password_hash = make_password(PASSWORD)  # once: the hash is slow on purpose, and all have the same
    _create_staff(organisation, password_hash)
    _create_citizens(data, password_hash)
    _appoint_stand_ins(organisation)
    _grant_signing(organisation)
    _create_file_plan(data)
    situations = [situation.model_dump() for situation in data.life_situations()]
    if {item["key"] for item in situations} != {item.key for item in blueprints.life_situations()}:
        blueprints.set_life_situations(actor=SYSTEM, entries=situations)


def install_services(*, folder: Path, watch: Callable[[str], None]) -> dict[str, blueprints.Bundle]:
    """Install every blueprint of ``folder``; return them by slug. Raises BrokenTownData with the first refusal."""
    bundles = {}
    for path in sorted(entry.parent for entry in folder.glob("*/blueprint.yaml")):
        watch(path.name)
        try:
            plan = blueprints.plan_installation(path)
        except blueprints.BlueprintRefused as refusal:
            found = next(report for report in refusal.reports if not report.ok)
            raise BrokenTownData(f"{found.file}: {found.findings[0].message}") from refusal
        blueprints.install_blueprint(actor=SYSTEM, plan=plan)
        bundles[path.name] = plan.bundle
    return bundles


def _units() -> dict[str, OrganizationalUnit]:
    return {unit.code: unit for unit in OrganizationalUnit.objects.all()}


def _accounts() -> dict[str, UserAccount]:
    return {account.email: account for account in UserAccount.objects.exclude(email=None) if account.email}


def _create_units(organisation: Organisation) -> None:
    units = _units()
    for entry in organisation.units:
        if entry.code in units:
            continue
        fields = entry.model_dump(exclude={"parent"})
        parent = _known(units, entry.parent, "units.parent") if entry.parent else None
        units[entry.code] = identity.create_unit(actor=SYSTEM, parent=parent, **fields)


def _create_posts(organisation: Organisation) -> None:
    units = _units()
    known = set(identity.Post.objects.values_list("code", flat=True))
    for entry in organisation.posts:
        if entry.code not in known:
            unit = _known(units, entry.unit, "posts.unit")
            fields = entry.model_dump(exclude={"title_en", "unit"})
            identity.create_post(actor=SYSTEM, unit=unit, **fields)


def _create_staff(organisation: Organisation, password_hash: str) -> None:
    posts = {post.code: post for post in identity.Post.objects.select_related("unit")}
    accounts = _accounts()
    for person in organisation.persons:
        if person.email in accounts:
            continue
        fields = person.model_dump(exclude={"posts"})
        account = identity.create_account(
            actor=SYSTEM, password_hash=password_hash, assurance="substantial", **fields
        )
        for code in person.posts:
            post = _known(posts, code, "persons.posts")
            identity.assign_post(actor=SYSTEM, account=account, post=post, valid_from=_SINCE)


def _create_citizens(data: TownData, password_hash: str) -> None:
    accounts = _accounts()
    for citizen in data.citizens():
        if citizen.email not in accounts:
            fields = citizen.model_dump(exclude={"district", "kind", "organisation"})
            identity.create_account(actor=SYSTEM, password_hash=password_hash, **fields)


def _appoint_stand_ins(organisation: Organisation) -> None:
    accounts = _accounts()
    known = set(identity.StandIn.objects.values_list("absent__email", "substitute__email"))
    for entry in organisation.stand_ins:
        if (entry.absent, entry.substitute) not in known:
            identity.appoint_stand_in(
                actor=SYSTEM,
                absent=_known(accounts, entry.absent, "stand_ins.absent"),
                substitute=_known(accounts, entry.substitute, "stand_ins.substitute"),
                valid_from=clock.today() + timedelta(days=entry.from_days),
                valid_to=clock.today() + timedelta(days=entry.to_days),
                note=entry.note,
            )


def _grant_signing(organisation: Organisation) -> None:
    units = _units()
    posts: dict[str, Post] = {post.code: post for post in organisation.posts}
    known = set(correspondence.SigningAuthority.objects.values_list("unit__code", "post_role"))
    for entry in organisation.signing_authorities:
        role = _known(posts, entry.post, "signing_authorities.post").signing_role
        if (entry.unit, role) not in known:
            correspondence.grant_signing_authority(
                actor=SYSTEM,
                unit=_known(units, entry.unit, "signing_authorities.unit"),
                post_role=role,
                kinds=[correspondence.LetterKind(kind) for kind in entry.letter_kinds],
                amount_limit=entry.limit,
            )
            known.add((entry.unit, role))


def _create_file_plan(data: TownData) -> None:
    units = _units()
    entries = {entry.code: entry for entry in records.file_plan()}
    for entry in data.file_plan():
        if entry.code not in entries:
            entries[entry.code] = records.create_file_plan_entry(
                actor=SYSTEM,
                code=entry.code,
                title=entry.title,
                parent=_known(entries, entry.parent, "entries.parent") if entry.parent else None,
                retention_years=entry.retention_years,
                unit=_known(units, entry.unit, "entries.unit") if entry.unit else None,
            )


def _known(things: dict[str, ThingT], key: str, place: str) -> ThingT:
    if key not in things:
        raise BrokenTownData(f"{place}: „{key}“ kommt vorher nirgends vor.")
    return things[key]
