from django.apps import AppConfig


class DemoEidConfig(AppConfig):
    name = "rathaus.adapters.demo_eid"
    label = "demo_eid"
    default_auto_field = "django.db.models.BigAutoField"
