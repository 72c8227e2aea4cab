from django.apps import AppConfig


class ProcrastinateJobsConfig(AppConfig):
    name = "rathaus.adapters.procrastinate"
    label = "procrastinate_jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from rathaus.adapters.procrastinate.dispatcher import ProcrastinateDispatcher
        from rathaus.kernel.public import jobs

        jobs.register_dispatcher(ProcrastinateDispatcher())
