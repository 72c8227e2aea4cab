from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "rathaus.identity"
    label = "identity"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Rules and models can be imported only once the apps are loaded.
        from rathaus.identity.rules import register_policies

        register_policies()
