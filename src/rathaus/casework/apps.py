from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseworkConfig(AppConfig):
    name = "rathaus.casework"
    label = "casework"
    verbose_name = _("Casework")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from rathaus.casework import rules, timeline
        from rathaus.casework.actions import cases, letters
        from rathaus.casework.erasure import register_eraser
        from rathaus.engines.processes.public import actions
        from rathaus.ui.public import NavItem, navigation

        for action in (*cases.ACTIONS, *letters.ACTIONS):
            actions.register(action)
        rules.register_policies()
        timeline.register()
        register_eraser()
        add = navigation.register
        add(NavItem(area="desk", label=_("In-tray"), url_name="casework:tray", order=10, icon="checklist"))
        add(
            NavItem(
                area="desk", label=_("Enter application"), url_name="casework:entries", order=20, icon="edit"
            )
        )
        add(NavItem(area="desk", label=_("Search"), url_name="casework:search", order=30, icon="search"))
