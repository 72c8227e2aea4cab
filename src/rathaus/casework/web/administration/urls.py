"""Part of the desk's addresses (namespace ``casework``), below /amt/."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from rathaus.identity.public import Role
from rathaus.ui.public import NavItem, navigation

from . import audit_log, jobs, posts, services, signing, stand_ins, start, state, units

urlpatterns = [
    path("verwaltung/", start.start, name="admin_start"),
    path("dienststellen/", units.units, name="admin_units"),
    path("dienststellen/neu/", units.new_unit, name="admin_new_unit"),
    path("dienststellen/<slug:code>/", units.unit, name="admin_unit"),
    path("dienststellen/<slug:code>/bearbeiten/", units.edit_unit, name="admin_edit_unit"),
    path("dienststellen/<slug:code>/neue-stelle/", posts.new_post, name="admin_new_post"),
    path("stellen/<slug:code>/bearbeiten/", posts.edit_post, name="admin_edit_post"),
    path("stellen/<slug:code>/besetzen/", posts.assign, name="admin_assign"),
    path("besetzungen/<int:membership_id>/beenden/", posts.end, name="admin_end"),
    path("vertretungen/", stand_ins.stand_ins, name="admin_stand_ins"),
    path("vertretungen/<int:stand_in_id>/beenden/", stand_ins.revoke, name="admin_revoke_stand_in"),
    path("jobs/", jobs.jobs, name="admin_jobs"),
    path("jobs/wiederholen/", jobs.retry_all, name="admin_retry_jobs"),
    path("jobs/<int:job_id>/wiederholen/", jobs.retry, name="admin_retry_job"),
    path("zustand/", state.state, name="admin_state"),
    path("protokoll/", audit_log.log, name="admin_audit"),
    path("protokoll/pruefen/", audit_log.verify, name="admin_verify_audit"),
    path("leistungen/", services.services, name="admin_services"),
    path("leistungen/<slug:slug>/", services.service, name="admin_service"),
    path("unterschriften/", signing.authorities, name="admin_signing"),
    path("unterschriften/neu/", signing.grant, name="admin_grant_signing"),
    path("unterschriften/<int:authority_id>/entziehen/", signing.revoke, name="admin_revoke_signing"),
]

_ENTRIES = (
    (_("Overview"), "start", None, "home"),
    (_("Units"), "units", None, "account-circle"),
    (_("Stand-ins"), "stand_ins", None, "calendar-today"),
    (_("Services"), "services", None, "checklist"),
    (_("Signing authorities"), "signing", None, "edit"),
    (_("Jobs"), "jobs", Role.ADMINISTRATOR, "autorenew"),
    (_("Audit log"), "audit", Role.ADMINISTRATOR, "visibility"),
    (_("System state"), "state", Role.ADMINISTRATOR, "info"),
)

# Here and not in apps.py: the entries must not exist where the site does not mount these addresses.
for _order, (_label, _page, _role, _icon) in enumerate(_ENTRIES, start=1):
    navigation.register(
        NavItem(
            area="admin", label=_label, url_name=f"casework:admin_{_page}", order=_order * 10, role=_role,
            icon=_icon,
        )
    )  # fmt: skip
