"""Setting up an empty town: name, first unit, first administrator, services. Again it adds what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from rathaus.blueprints import public as blueprints
from rathaus.engines.records.public import create_file_plan_entry, file_plan
from rathaus.identity.public import (
    SYSTEM,
    OrganizationalUnit,
    Post,
    Role,
    Town,
    UserAccount,
    assign_post,
    create_account,
    create_post,
    create_unit,
    update_town,
)

UNIT, POST = "stadtverwaltung", "systemverwaltung"


@dataclass(frozen=True, slots=True)
class NewTown:
    name: str
    official_name: str
    state: str
    administrator: str
    folders: tuple[Path, ...] = ()


@transaction.atomic
def set_up(new: NewTown) -> UserAccount | None:
    """Create what is not there yet; returns the administrator's account if it was created now.

    Raises ValidationError for an address or name that cannot be, BlueprintRefused for a service that does not fit.
    """
    if not Town.objects.exists():
        update_town(
            actor=SYSTEM, name=new.name, official_name=new.official_name, state=new.state, is_demo=False
        )
    unit = unit_named(UNIT, new.official_name or new.name)
    account = _administrator(new.administrator, unit) if new.administrator else None
    _install(new.folders)
    return account


def unit_named(code: str, name: str) -> OrganizationalUnit:
    known = OrganizationalUnit.objects.filter(code=code).first()
    return known or create_unit(actor=SYSTEM, code=code, name=name)


def _administrator(email: str, unit: OrganizationalUnit) -> UserAccount | None:
    if UserAccount.objects.filter(email=email.lower()).exists():
        return None
    account = create_account(actor=SYSTEM, email=email, given_name="System", family_name="Verwaltung")
    post = Post.objects.filter(code=POST).first() or create_post(
        actor=SYSTEM, code=POST, title="Systemverwaltung", unit=unit, roles=(Role.ADMINISTRATOR,)
    )
    assign_post(actor=SYSTEM, account=account, post=post)
    return account


def password_link(account: UserAccount) -> str:
    """The link under which the person chooses a password; it works once and for some days."""
    key = default_token_generator.make_token(account)
    path = reverse(
        "account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(account), "key": key}
    )
    return f"{settings.RATHAUS_PUBLIC_URL}{path}"


def _install(folders: Iterable[Path]) -> None:
    """Install services; units and file plan entries that they name are created, to be renamed later."""
    for folder in folders:
        reports = blueprints.Reports(folder)
        bundle = blueprints.read_bundle(folder, reports)
        if bundle is None:
            raise blueprints.BlueprintRefused(reports.as_reports())
        descriptor = bundle.descriptor
        for code in sorted({descriptor.unit, *(role.unit for role in descriptor.roles.values())}):
            unit_named(code, code.replace("-", " ").title())
        if descriptor.file_plan not in {entry.code for entry in file_plan()}:
            unit = OrganizationalUnit.objects.get(code=descriptor.unit)
            create_file_plan_entry(
                actor=SYSTEM, code=descriptor.file_plan, title=descriptor.title.de, unit=unit
            )
        blueprints.install_blueprint(actor=SYSTEM, plan=blueprints.plan_installation(folder))
