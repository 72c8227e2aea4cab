from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class S3Config(AppConfig):
    name = "rathaus.adapters.s3"
    label = "s3"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        if urlsplit(settings.BLOB_URL).scheme != "s3":
            return
        # The libraries belong to the data-centre extra; a town without S3 has none of them.
        try:
            from rathaus.adapters.s3.place import Bucket
        except ImportError as error:
            raise ImproperlyConfigured(
                "RATHAUS_BLOB_URL=s3://… braucht die Pakete aus requirements-data-centre.lock. Bitte installieren."
            ) from error
        from rathaus.kernel.public import blobs, doctor

        blobs.places.register(Bucket, key="s3")
        bucket = Bucket(settings.BLOB_URL)  # a URL that cannot be right stops the start
        doctor.checks.register(doctor.Check("S3", bucket.check, is_outward=True))
