from django.apps import AppConfig


class BlueprintsConfig(AppConfig):
    name = "rathaus.blueprints"
    label = "blueprints"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from rathaus.blueprints import rules
        from rathaus.blueprints.bundle.neighbours import environment_beside
        from rathaus.engines.processes.public import environments
        from rathaus.identity.public import policies

        policies.register(rules.INSTALL, rules.may_install)
        environments.register(environment_beside, key="blueprint")
