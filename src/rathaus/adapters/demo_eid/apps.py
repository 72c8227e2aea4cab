from django.apps import AppConfig


class DemoEidConfig(AppConfig):
    name = "rathaus.adapters.demo_eid"
    label = "demo_eid"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The provider needs the models of identity, which are loaded by now.
        from rathaus.adapters.demo_eid.provider import DemoProvider  # noqa: PLC0415
        from rathaus.identity.public import identity_providers  # noqa: PLC0415

        identity_providers.register(DemoProvider())
