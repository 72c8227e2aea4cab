from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "rathaus.operations"
    label = "operations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models must be loaded before anything that uses them is imported.
        from django.utils.translation import gettext_lazy as _

        from rathaus.identity.public import Role
        from rathaus.kernel.public import maintenance
        from rathaus.ui.public import NavItem, navigation

        from .maintenance import stored_state

        maintenance.provide(stored_state)
        navigation.register(
            NavItem(
                area="admin", label=_("Maintenance"), url_name="operations:maintenance", order=90,
                role=Role.ADMINISTRATOR, icon="warning",
            )
        )  # fmt: skip
