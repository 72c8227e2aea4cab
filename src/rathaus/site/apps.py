from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "rathaus.site"
    label = "site"

    def ready(self) -> None:
        # Logging is set up before the apps are loaded; what knows about requests comes later.
        from rathaus.operations.public import log_context

        from .doctor_checks import register
        from .logs import SafeFormatter

        register()
        SafeFormatter.context = staticmethod(log_context)
