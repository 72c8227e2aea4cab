"""The made-up town in which examples are played: a unit, a post and a person for every role of a blueprint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rathaus.blueprints import public as blueprints
from rathaus.engines.correspondence import public as correspondence
from rathaus.engines.records import public as records
from rathaus.identity import public as identity
from rathaus.identity.public import SYSTEM, Actor, UserAccount
from rathaus.kernel.public import clock


@dataclass(frozen=True)
class World:
    """Who acts for each role of the blueprint."""

    staff: Mapping[str, UserAccount]

    def actor(self, role: str) -> Actor:
        return identity.actor_for(self.staff[role])


def build_world(bundle: blueprints.Bundle) -> World:
    """Create what the blueprint names and the town lacks: units, posts, persons, the file plan entry."""
    descriptor = bundle.descriptor
    for code in sorted({descriptor.unit, *(role.unit for role in descriptor.roles.values())}):
        _unit(code)
    if not any(entry.code == descriptor.file_plan for entry in records.file_plan()):
        records.create_file_plan_entry(
            actor=SYSTEM, code=descriptor.file_plan, title=descriptor.title.de, unit=_unit(descriptor.unit)
        )
    return World({key: _person(key, role) for key, role in descriptor.roles.items()})


def account_of(person: blueprints.ExampleAccount) -> UserAccount:
    """The account of the example's applicant, made when first met."""
    known = UserAccount.objects.filter(email=person.email.lower()).first()
    return known or identity.create_account(
        actor=SYSTEM,
        email=person.email,
        given_name=person.given_name,
        family_name=person.family_name,
        assurance=identity.AssuranceLevel(person.assurance),
    )


def _unit(code: str) -> identity.OrganizationalUnit:
    known = identity.OrganizationalUnit.objects.filter(code=code).first()
    return known or identity.create_unit(actor=SYSTEM, code=code, name=code.replace("-", " ").title())


def _person(key: str, role: blueprints.Role) -> UserAccount:
    email = f"{role.unit}.{role.post_role}@beispiel.example"
    known = UserAccount.objects.filter(email=email).first()
    if known is not None:
        return known
    account = identity.create_account(
        actor=SYSTEM, email=email, given_name="Sam", family_name=role.title.de[:60]
    )
    post = identity.create_post(
        actor=SYSTEM,
        code=f"{role.unit}-{role.post_role}".replace("_", "-"),
        title=role.title.de,
        unit=_unit(role.unit),
        roles=[role.post_role],
        is_head=role.post_role == identity.Role.HEAD,
    )
    identity.assign_post(
        actor=SYSTEM, account=account, post=post, valid_from=clock.today().replace(year=2000)
    )
    correspondence.grant_signing_authority(actor=SYSTEM, unit=post.unit, post_role=role.post_role)
    return account
