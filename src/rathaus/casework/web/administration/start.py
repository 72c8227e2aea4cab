"""The first page of the administration: the numbers that call for somebody, and the ways from here."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from rathaus.blueprints.public import installed_services
from rathaus.casework.queries.audit_log import chain_state
from rathaus.engines.processes.public import open_incidents
from rathaus.identity.public import Actor, ActorRequest, Role
from rathaus.kernel.public import jobs

from .guards import address_of, for_staff

# The sealer comes every few seconds; so many waiting mean that it does not run.
MANY_UNSEALED = 500


@dataclass(frozen=True)
class Figure:
    """A number, what it counts, and where one does something about it."""

    count: int
    label: str
    href: str
    is_urgent: bool


@dataclass(frozen=True)
class Way:
    title: str
    text: str
    href: str


@require_safe
@for_staff
def start(request: ActorRequest) -> HttpResponse:
    ways = [way for way in _ways(request.actor) if way.href]
    context = {"figures": _figures(request.actor), "ways": ways}
    return render(request, "casework/administration/start.html", context)


def _figures(actor: Actor) -> list[Figure]:
    off = installed_services().filter(is_active=False).count()
    label = ngettext("service is switched off", "services are switched off", off)
    services = Figure(off, label, address_of("casework:admin_services"), False)
    if not actor.has_role(Role.ADMINISTRATOR):
        return [services]
    failed = jobs.recent(jobs.JobState.DEAD).count()
    incidents = open_incidents().count()
    unsealed = chain_state().waiting
    return [
        Figure(
            failed, ngettext("failed job", "failed jobs", failed), address_of("casework:admin_jobs"),
            failed > 0,
        ),
        Figure(
            incidents, ngettext("open incident", "open incidents", incidents),
            address_of("processes:incidents"), incidents > 0,
        ),
        Figure(
            unsealed, ngettext("entry not yet sealed", "entries not yet sealed", unsealed),
            address_of("casework:admin_audit"), unsealed > MANY_UNSEALED,
        ),
        services,
    ]  # fmt: skip


def _ways(actor: Actor) -> list[Way]:
    """What this person may open; pages that are not mounted have no address."""
    ways = [
        Way(_("Units"), _("Units, posts and who holds them"), address_of("casework:admin_units")),
        Way(_("Stand-ins"), _("Absences and who works instead"), address_of("casework:admin_stand_ins")),
        Way(
            _("Services"), _("Versions, responsible units, on and off"), address_of("casework:admin_services")
        ),
        Way(_("Signing authorities"), _("Who signs which letters"), address_of("casework:admin_signing")),
    ]
    if actor.has_role(Role.ADMINISTRATOR):
        ways += [
            Way(
                _("Jobs"), _("Work in the background, what failed and why"), address_of("casework:admin_jobs")
            ),
            Way(_("Incidents"), _("Processes that need help"), address_of("processes:incidents")),
            Way(_("Audit log"), _("Who did what and when, provably"), address_of("casework:admin_audit")),
            Way(
                _("System state"),
                _("What works, what does not, and what to do"),
                address_of("casework:admin_state"),
            ),
            Way(_("Deletion rules"), _("What is deleted when"), address_of("casework:cleanup_rules")),
            Way(
                _("Protected readings"),
                _("Who has opened protected cases, and what for"),
                address_of("casework:readings"),
            ),
            Way(
                _("Maintenance"),
                _("Hold sending back while the town hall is worked on"),
                address_of("operations:maintenance"),
            ),
        ]
    if actor.has_role(Role.HEAD) or actor.has_role(Role.RECORDS_MANAGER):
        ways.append(Way(_("Disposal"), _("Files whose retention is over"), address_of("casework:disposals")))
    if actor.has_role(Role.MAILROOM):
        way = Way(_("Print room"), _("Letters and print batches"), address_of("correspondence:print_room"))
        ways.append(way)
    return ways
