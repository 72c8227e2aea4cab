from datetime import timedelta

from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "rathaus.engines.forms"
    label = "forms"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models can be imported only once the apps are loaded.
        from rathaus.engines.forms.rules import register_policies
        from rathaus.engines.forms.tasks import clean_up_drafts
        from rathaus.kernel.public import jobs

        register_policies()
        jobs.periodic("forms.clean_up_drafts", timedelta(hours=6), clean_up_drafts)
