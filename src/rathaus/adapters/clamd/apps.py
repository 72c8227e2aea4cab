from django.apps import AppConfig


class ClamdConfig(AppConfig):
    name = "rathaus.adapters.clamd"
    label = "clamd"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The engine's models are loaded by now.
        from django.conf import settings

        from rathaus.adapters.clamd.client import Address
        from rathaus.adapters.clamd.scanner import ClamdScanner, observed
        from rathaus.engines.forms.public import scanners
        from rathaus.kernel.public import doctor

        if settings.CLAMD:
            scanner = ClamdScanner(Address.read(settings.CLAMD))
            scanners.register(scanner, key="clamd")
            doctor.checks.register(doctor.Check("Virenscanner", lambda: observed(scanner), is_outward=True))
