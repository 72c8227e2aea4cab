from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "rathaus.identity"
    label = "identity"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Rules and models can be imported only once the apps are loaded.
        from datetime import timedelta

        from rathaus.identity import receivers
        from rathaus.identity.events import ExportRequested
        from rathaus.identity.own_rules import register_rules
        from rathaus.identity.rules import register_policies
        from rathaus.identity.tasks import clean_up_sessions, delete_by_rule, put_data_together
        from rathaus.kernel.public import events, jobs

        register_policies()
        receivers.connect()
        jobs.periodic("identity.clean_up_sessions", timedelta(hours=6), clean_up_sessions)
        register_rules()
        jobs.periodic("identity.delete_by_rule", timedelta(days=1), delete_by_rule)
        events.subscribe(ExportRequested, put_data_together)
