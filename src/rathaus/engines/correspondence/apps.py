from django.apps import AppConfig


class CorrespondenceConfig(AppConfig):
    name = "rathaus.engines.correspondence"
    label = "correspondence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from rathaus.engines.correspondence import personal_data

        # Rules, receivers and models can be imported only once the apps are loaded.
        from .receivers import subscribe
        from .rules import register_policies

        register_policies()
        subscribe()
        personal_data.register()
