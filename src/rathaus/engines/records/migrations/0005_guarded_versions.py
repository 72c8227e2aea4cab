from django.db import migrations

from rathaus.engines.records.erasure_guard import install, remove


class Migration(migrations.Migration):
    dependencies = [("records", "0004_disposal_and_protection")]
    operations = [migrations.RunPython(install, remove)]
