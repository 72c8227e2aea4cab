from django.db import migrations

from rathaus.kernel.public import append_only


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [append_only.protection("records_documentversion", events=append_only.UPDATES)]
