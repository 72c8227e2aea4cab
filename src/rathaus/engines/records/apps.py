from datetime import timedelta

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "rathaus.engines.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models can be imported only once the apps are loaded.
        from rathaus.engines.records import receivers
        from rathaus.engines.records.events import DisposalConfirmed
        from rathaus.engines.records.rules import register_policies
        from rathaus.engines.records.tasks import announce_follow_ups, dispose
        from rathaus.engines.records.timeline_texts import register_own
        from rathaus.kernel.public import events, jobs

        register_policies()
        register_own()
        jobs.periodic("records.announce_follow_ups", timedelta(hours=1), announce_follow_ups)
        jobs.periodic("records.dispose", timedelta(days=1), dispose)
        events.subscribe(DisposalConfirmed, receivers.destroy)
