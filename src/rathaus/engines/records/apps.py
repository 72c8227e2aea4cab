from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "rathaus.engines.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"
