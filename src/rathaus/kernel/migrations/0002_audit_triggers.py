from django.db import migrations

from rathaus.kernel.append_only import protection


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [protection("kernel_auditentry", "kernel_auditseal")]
