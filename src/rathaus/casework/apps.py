from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "rathaus.casework"
    label = "casework"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from rathaus.casework.actions import cases, letters
        from rathaus.engines.processes.public import actions

        for action in (*cases.ACTIONS, *letters.ACTIONS):
            actions.register(action)
