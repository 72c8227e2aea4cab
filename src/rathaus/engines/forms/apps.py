from datetime import timedelta

from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "rathaus.engines.forms"
    label = "forms"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models can be imported only once the apps are loaded.
        from rathaus.engines.forms import personal_data
        from rathaus.engines.forms.queries.scans import has_due_scans, is_content_held
        from rathaus.engines.forms.rules import register_policies
        from rathaus.engines.forms.tasks import clean_up_drafts, scan_waiting_files
        from rathaus.kernel.public import handing_out, jobs

        personal_data.register()
        register_policies()
        handing_out.checks.register(is_content_held, key="forms.virus_scan")
        jobs.periodic("forms.clean_up_drafts", timedelta(hours=6), clean_up_drafts)
        jobs.periodic(
            "forms.scan_waiting_files", timedelta(seconds=15), scan_waiting_files, needed=has_due_scans
        )
