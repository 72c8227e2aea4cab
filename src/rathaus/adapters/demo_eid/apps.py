from django.apps import AppConfig


class DemoEidConfig(AppConfig):
    name = "rathaus.adapters.demo_eid"
    label = "demo_eid"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The provider needs the models of identity, which are loaded by now.
        from rathaus.adapters.demo_eid.provider import DemoProvider
        from rathaus.identity.public import identity_providers

        identity_providers.register(DemoProvider())
