from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseworkConfig(AppConfig):
    name = "rathaus.casework"
    label = "casework"
    verbose_name = _("Casework")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from rathaus.casework import confidential, rules, timeline
        from rathaus.casework.actions import cases, letters
        from rathaus.casework.erasure import register_eraser
        from rathaus.casework.tasks import keep_blocks
        from rathaus.engines.processes.public import actions
        from rathaus.identity.public import Role
        from rathaus.kernel.public import jobs
        from rathaus.ui.public import NavItem, navigation

        for action in (*cases.ACTIONS, *letters.ACTIONS):
            actions.register(action)
        rules.register_policies()
        timeline.register()
        jobs.periodic("casework.keep_blocks", timedelta(days=1), keep_blocks)
        register_eraser()
        confidential.register()
        add = navigation.register
        add(NavItem(area="desk", label=_("In-tray"), url_name="casework:tray", order=10, icon="checklist"))
        add(
            NavItem(
                area="desk", label=_("Enter application"), url_name="casework:entries", order=20, icon="edit"
            )
        )
        add(NavItem(area="desk", label=_("Search"), url_name="casework:search", order=30, icon="search"))
        add(
            NavItem(
                area="desk", label=_("Disposal"), url_name="casework:disposals", order=60,
                role=Role.RECORDS_MANAGER, icon="delete",
            )
        )  # fmt: skip
        add(
            NavItem(
                area="desk", label=_("Information blocks"), url_name="casework:blocks", order=70,
                role=Role.RESIDENT_REGISTRATION, icon="visibility-off",
            )
        )  # fmt: skip
        add(
            NavItem(
                area="desk", label=_("Requests about data"), url_name="casework:subject_request", order=75,
                role=Role.DATA_PROTECTION, icon="account-circle",
            )
        )  # fmt: skip
        for order, (label, page, role, icon) in enumerate(
            (
                (_("Disposal"), "disposals", Role.HEAD, "delete"),
                (_("Deletion rules"), "cleanup_rules", Role.ADMINISTRATOR, "autorenew"),
                (_("Protected readings"), "readings", Role.ADMINISTRATOR, "visibility"),
            )
        ):
            add(
                NavItem(
                    area="admin",
                    label=label,
                    url_name=f"casework:{page}",
                    order=80 + order,
                    role=role,
                    icon=icon,
                )
            )
