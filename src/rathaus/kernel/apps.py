from datetime import timedelta

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "rathaus.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models must be loaded before anything that uses them is imported.
        from . import jobs
        from .audit.sealing import has_unsealed
        from .audit.tasks import export_head, seal_entries
        from .blobs.tasks import sweep_blobs
        from .doctor import register_own
        from .jobs.tasks import pulse, purge_cache, purge_jobs

        jobs.periodic("kernel.seal_audit", timedelta(seconds=5), seal_entries, needed=has_unsealed)
        jobs.periodic("kernel.export_audit_head", timedelta(days=1), export_head)
        jobs.periodic("kernel.sweep_blobs", timedelta(days=1), sweep_blobs)
        jobs.periodic("kernel.pulse", timedelta(minutes=5), pulse)
        register_own()
        jobs.periodic("kernel.purge_jobs", timedelta(days=1), purge_jobs)
        jobs.periodic("kernel.purge_cache", timedelta(hours=1), purge_cache)
