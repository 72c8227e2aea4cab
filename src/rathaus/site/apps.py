from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "rathaus.site"
    label = "site"

    def ready(self) -> None:
        # Logging is set up before the apps are loaded; what knows about requests comes later.
        from rathaus.operations.public import log_context

        from .logs import SafeFormatter

        SafeFormatter.context = staticmethod(log_context)
