from datetime import timedelta

from django.apps import AppConfig


class ProcessesConfig(AppConfig):
    name = "rathaus.engines.processes"
    label = "processes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models must be loaded before anything that uses them is imported.
        from django.utils.translation import gettext_lazy as _

        from rathaus.kernel.public import jobs
        from rathaus.ui.public import NavItem, navigation

        from .rules import register_policies
        from .services.timers import has_due_timers
        from .tasks import fire_timers

        register_policies()
        navigation.register(
            NavItem(
                area="admin",
                label=_("Incidents"),
                url_name="processes:incidents",
                order=40,
                role="administrator",
                icon="warning",
            )
        )
        jobs.periodic("processes.fire_timers", timedelta(seconds=5), fire_timers, needed=has_due_timers)
