from django.db import migrations

from rathaus.engines.records.search import install, remove


class Migration(migrations.Migration):
    dependencies = [("records", "0002_immutable_versions")]
    operations = [migrations.RunPython(install, remove)]
