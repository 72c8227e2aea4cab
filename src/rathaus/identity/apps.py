from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "rathaus.identity"
    label = "identity"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Rules and models can be imported only once the apps are loaded.
        from datetime import timedelta

        from rathaus.identity import receivers
        from rathaus.identity.rules import register_policies
        from rathaus.identity.tasks import clean_up_sessions
        from rathaus.kernel.public import jobs

        register_policies()
        receivers.connect()
        jobs.periodic("identity.clean_up_sessions", timedelta(hours=6), clean_up_sessions)
