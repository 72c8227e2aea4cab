"""People, units and posts for tests; `cast()` gives the same persons to every test."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2.cose import ES256
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    RegistrationResponse,
)

from rathaus.identity.models import OrganizationalUnit, Post, UserAccount
from rathaus.identity.public import (
    SYSTEM,
    Actor,
    Town,
    actor_for,
    appoint_stand_in,
    assign_post,
    create_account,
    create_post,
    create_unit,
    update_town,
)
from rathaus.kernel.public import clock

PASSWORD = "Ein langer Satz mit 7 Zeichen"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_numbers = itertools.count(1)


def account(
    given_name: str = "Petra",
    family_name: str = "Probe",
    *,
    email: str | None = None,
    password: str | None = None,
    **fields: object,
) -> UserAccount:
    """An account with a confirmed address; without `password` one can only be signed in by `sign_in`."""
    address = email or f"{given_name}.{family_name}.{next(_numbers)}@example.org".lower()
    return create_account(
        actor=SYSTEM, email=address, password=password, given_name=given_name, family_name=family_name,
        **fields,  # type: ignore[arg-type]  # passed on as they are
    )  # fmt: skip


def unit(
    code: str | None = None, *, parent: OrganizationalUnit | None = None, name: str = ""
) -> OrganizationalUnit:
    code = code or f"amt-{next(_numbers)}"
    return create_unit(actor=SYSTEM, code=code, name=name or code.title(), parent=parent)


def post(
    unit: OrganizationalUnit, *, roles: Iterable[str] = ("case_worker",), code: str | None = None
) -> Post:
    code = code or f"stelle-{next(_numbers)}"
    return create_post(actor=SYSTEM, code=code, title=code.title(), unit=unit, roles=roles)


def employee(
    unit: OrganizationalUnit,
    given_name: str = "Petra",
    family_name: str = "Probe",
    *,
    roles: Iterable[str] = ("case_worker",),
    valid_from: date | None = None,
    valid_to: date | None = None,
    email: str | None = None,
    password: str | None = None,
) -> UserAccount:
    """An account with a post of its own in the unit."""
    person = account(given_name, family_name, email=email, password=password)
    assign_post(
        actor=SYSTEM, account=person, post=post(unit, roles=roles), valid_from=valid_from, valid_to=valid_to
    )
    return person


def stand_in(absent: UserAccount, substitute: UserAccount, *, days: int = 14) -> None:
    """From yesterday on for some days."""
    start = clock.today() - timedelta(days=1)
    appoint_stand_in(
        actor=SYSTEM, absent=absent, substitute=substitute, valid_from=start,
        valid_to=start + timedelta(days=days),
    )  # fmt: skip


def town(**fields: object) -> Town:
    return update_town(actor=SYSTEM, **{"name": "Musterstadt", **fields})


@dataclass(frozen=True)
class Cast:
    """Accounts; `actor("head")` is the person as an actor of today."""

    citizen: UserAccount
    other_citizen: UserAccount
    case_worker: UserAccount
    colleague: UserAccount
    stranger: UserAccount
    stand_in: UserAccount
    head: UserAccount
    administrator: UserAccount
    designer: UserAccount
    steueramt: OrganizationalUnit
    ordnungsamt: OrganizationalUnit
    buergerbuero: OrganizationalUnit
    fachbereich: OrganizationalUnit
    zentrale_dienste: OrganizationalUnit

    def actor(self, name: str) -> Actor:
        person = getattr(self, name)
        return actor_for(UserAccount.objects.get(pk=person.pk))


ROLES = (
    "citizen", "other_citizen", "case_worker", "colleague", "stranger", "stand_in", "head",
    "administrator", "designer",
)  # fmt: skip


def cast() -> Cast:
    """Two citizens, a case worker with colleague, stand-in and head, a stranger, and technical staff."""
    fachbereich = unit("buergermeister", name="Bürgermeister")
    steueramt = unit("steueramt", parent=fachbereich, name="Steueramt")
    ordnungsamt = unit("ordnungsamt", name="Ordnungsamt")
    buergerbuero = unit("buergerbuero", name="Bürgerbüro")
    zentrale_dienste = unit("zentrale-dienste", name="Zentrale Dienste")
    people = Cast(
        citizen=account("Erika", "Muster", email="erika@example.org", street="Lindenstraße",
                        house_number="7", postcode="99999", city="Musterstadt"),
        other_citizen=account("Max", "Beispiel", email="max@example.org"),
        case_worker=employee(steueramt, "Sabine", "Steuer", email="sabine.steuer@stadt.example"),
        colleague=employee(steueramt, "Karl", "Kollege", email="karl.kollege@stadt.example"),
        stranger=employee(ordnungsamt, "Otto", "Ordnung", email="otto.ordnung@stadt.example"),
        stand_in=employee(buergerbuero, "Vera", "Vertretung", email="vera.vertretung@stadt.example"),
        head=employee(fachbereich, "Lena", "Leitung", roles=("head",), email="lena.leitung@stadt.example"),
        administrator=employee(zentrale_dienste, "Ada", "Admin", roles=("administrator",),
                               email="ada.admin@stadt.example"),
        designer=employee(zentrale_dienste, "Dora", "Design", roles=("designer",),
                          email="dora.design@stadt.example"),
        steueramt=steueramt, ordnungsamt=ordnungsamt, buergerbuero=buergerbuero, fachbereich=fachbereich,
        zentrale_dienste=zentrale_dienste,
    )  # fmt: skip
    stand_in(people.case_worker, people.stand_in)
    return people


def sign_in(client: Client, person: UserAccount) -> Client:
    """Sign a test client in without a password."""
    client.force_login(person, backend=BACKEND)
    return client


def passkey(person: UserAccount) -> Authenticator:
    """A passkey as registering leaves it behind; nobody holds the private part."""
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    held = AuthenticatorData.create(
        bytes(32), AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT, 0,
        AttestedCredentialData.create(bytes(16), bytes(16), public),
    )  # fmt: skip
    answer = RegistrationResponse(
        raw_id=bytes(16),
        response=AuthenticatorAttestationResponse(
            client_data=CollectedClientData.create("webauthn.create", bytes(32), "http://testserver"),
            attestation_object=AttestationObject.create("none", held, {}),
        ),
    )
    credential = json.loads(json.dumps(dict(answer), default=dict))
    data = {"name": "Schlüssel", "credential": credential}
    return Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data=data)


def confirm_address(person: UserAccount) -> None:
    EmailAddress.objects.filter(user=person).update(verified=True)
