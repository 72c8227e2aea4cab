"""Reads the table of rights, and asks the site who gets what."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import Template
from typing import Any

from allauth.account.internal.userkit import user_id_to_str
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from rathaus.casework.services.letters import FREE
from rathaus.casework.web.letters import WRITTEN
from rathaus.kernel import yaml
from rathaus.kernel.models import AuditEntry
from tests.factories.identity import sign_in
from tests.factories.town_hall import SECRETS, TownHall

TABLE = Path(__file__).with_name("rights.yaml")
METHODS = ("GET", "POST")
NEVER = ("PUT", "PATCH", "DELETE")
REFUSED = {"login", "403", "404", "405"}


@dataclass(frozen=True)
class Address:
    """One pattern of the site: its name (its route where it has none) and what it wants filled in."""

    name: str
    parameters: frozenset[str]


@lru_cache
def addresses_of_the_site() -> dict[str, Address]:
    """All patterns by name. Two of one name would hide each other, and are an error."""
    found: dict[str, Address] = {}
    for address in _walk(get_resolver().url_patterns):
        if address.name in found:
            raise ValueError(f"two addresses are named {address.name}")
        found[address.name] = address
    return found


def _walk(
    patterns: list[URLPattern | URLResolver],
    route: str = "/",
    space: str = "",
    wanted: frozenset[str] = frozenset(),
) -> Iterator[Address]:
    for entry in patterns:
        here, names = route + str(entry.pattern), wanted | _parameters(entry)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _walk(entry.url_patterns, here, inner, names)
        else:
            yield Address(space + entry.name if entry.name else here, names)


def _parameters(entry: URLPattern | URLResolver) -> frozenset[str]:
    return frozenset(entry.pattern.converters) | frozenset(re.findall(r"\?P<(\w+)>", str(entry.pattern)))


@dataclass(frozen=True)
class Row:
    """What everybody gets at one address: outcome by role, for each method.

    ``name`` is the address, perhaps with a part of it filled in or a query: ``casework:action name=vermerk``.
    ``sends`` is what a POST contains; in its names and texts, ``$case_id`` and the like stand for the town's objects.
    """

    name: str
    what: str
    sends: Mapping[str, Any]
    has_own_ways: bool
    outcomes: Mapping[str, Mapping[str, str]]

    @property
    def address(self) -> str:
        return self.name.partition(" ")[0]

    @property
    def fixed(self) -> dict[str, str]:
        return dict(part.split("=") for part in self.name.split()[1:] if not part.startswith("?"))

    @property
    def query(self) -> str:
        return next((part for part in self.name.split()[1:] if part.startswith("?")), "")

    @property
    def parameters(self) -> frozenset[str]:
        return addresses_of_the_site()[self.address].parameters

    def url(self, known: Mapping[str, Any]) -> str:
        """The address filled in with what is ``known``."""
        if self.address.startswith("/"):
            return self.address
        return reverse(self.address, kwargs={name: known[name] for name in self.parameters}) + self.query


@lru_cache
def table() -> dict[str, Row]:
    """The rows by address. An address in two groups, or a role without an outcome, is an error."""
    content = yaml.load(TABLE.read_text())
    roles = content["roles"]
    rows: dict[str, Row] = {}
    for group in content["groups"]:
        outcomes = {method: _by_role(group[method.lower()], roles, group["what"]) for method in METHODS}
        for name in group["addresses"]:
            if name in rows:
                raise ValueError(f"{name} is listed twice")
            own_ways = group.get("others") == "alike"
            rows[name] = Row(name, group["what"], group.get("sends", {}), own_ways, outcomes)
    return rows


def _by_role(cell: Any, roles: Mapping[str, Any], what: str) -> dict[str, str]:
    """`ok` for everybody, or `{ok: owner, login: guest, 404: rest}`; `rest` is whoever is not named."""
    if not isinstance(cell, dict):
        return dict.fromkeys(roles, str(cell))
    found: dict[str, str] = {}
    for outcome, names in cell.items():
        for role in names.split():
            if role != "rest" and (role not in roles or role in found):
                raise ValueError(f"{what}: {role} is no role, or is named twice")
            found[role] = str(outcome)
    rest = found.pop("rest", None)
    complete = {role: found.get(role, rest) for role in roles}
    if None in complete.values():
        raise ValueError(f"{what}: an outcome is missing")
    return complete  # type: ignore[return-value]  # None was refused above


class Visitors:
    """A signed-in browser for every role; whatever a request changes is taken back."""

    def __init__(self, town: TownHall) -> None:
        self.town = town
        self._sessions = {role: self._session_of(role) for role in town.people}

    def _session_of(self, role: str) -> str:
        """Signed in a moment ago, as the pages demand that change how one signs in; with a letter half written."""
        person = self.town.people[role]
        if person is None:
            return ""
        client = sign_in(Client(), person)
        session = client.session
        session["account_authentication_methods"] = [
            {"method": "password", "at": time.time(), "reauthenticated": True}
        ]
        session["account_authentication_methods_user"] = user_id_to_str(person)
        written = {"brief": FREE, "titel": "Nachricht", "text": "Guten Tag"}
        session[WRITTEN] = {str(case_id): written for case_id in self.town.cases}
        session.save()
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    def ask(self, role: str, row: Row, method: str, *, has_token: bool = True, **instead: Any) -> str:
        """The outcome of one request, in the words of the table; ``instead`` are other objects than the role's."""
        known = {**self.town.known(row.address, role), **row.fixed, **instead}
        url, data = row.url(known), _filled(row.sends, known)
        cache.clear()  # limits of how often one may try count for everybody together
        client = self.browser(role, checks_tokens=not has_token)
        with transaction.atomic():
            before = AuditEntry.objects.count() if method != "GET" else 0
            answer = send(client, method, url, data)
            acted = method != "GET" and AuditEntry.objects.count() > before
            transaction.set_rollback(True)
        return _read_by_others(answer, url, role) or _outcome(answer, acted=acted)

    def browser(self, role: str, *, checks_tokens: bool = False) -> Client:
        client = Client(enforce_csrf_checks=checks_tokens)
        if self._sessions[role]:
            client.cookies[settings.SESSION_COOKIE_NAME] = self._sessions[role]
        return client


def _filled(sends: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    texts = {name: str(value) for name, value in known.items()}
    return {
        Template(key).substitute(texts): Template(value).substitute(texts)
        if isinstance(value, str)
        else value
        for key, value in sends.items()
    }


def send(client: Client, method: str, url: str, data: Mapping[str, Any]) -> HttpResponseBase:
    if method == "POST" and url.startswith("/api/"):
        return client.post(url, data, "application/json", headers={"Idempotency-Key": "0123456789"})
    return client.post(url, data) if method == "POST" else client.generic(method, url)


def _read_by_others(answer: HttpResponseBase, url: str, role: str) -> str:
    """Which words of others' cases stand in a page: never any, whatever the table says."""
    if answer.streaming or not answer.headers.get("Content-Type", "").startswith("text/html"):
        return ""
    page = answer.content.decode()  # type: ignore[attr-defined]  # it does not stream
    for secret in SECRETS:
        is_reader = role in secret.readers and not (
            url.startswith("/amt/") and role in secret.only_in_the_account
        )
        if secret.word in page and not is_reader:
            return f"shows {secret.word}"
    return ""


def _outcome(answer: HttpResponseBase, *, acted: bool) -> str:
    """`done` acted (it is in the audit), `go` leads elsewhere, `ok` is a page; else the status."""
    status = answer.status_code
    outcome = str(status)
    if 300 <= status < 400:
        outcome = _target(answer["Location"])
    elif status in (200, 201, 204):
        outcome = "ok"
    if acted:
        assert outcome not in REFUSED, f"refused ({outcome}), and yet something was done"
        return "done"
    return outcome


def _target(location: str) -> str:
    for outcome, name in (
        ("login", "account_login"),
        ("again", "account_reauthenticate"),
        ("again", "mfa_reauthenticate"),
        ("again", "mfa_reauthenticate_webauthn"),
        ("proof", "identity:step_up"),
    ):
        if location.partition("?")[0] == reverse(name):
            return outcome
    return "go"
