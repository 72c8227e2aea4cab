"""Entries bear a stamp, keys are kept, backups are on record, contents know when they were last handed in.

What was written before is stamped here, in the order of its numbers.
"""

import django.db.models.functions.datetime
from django.db import migrations, models

import rathaus.kernel.clock
from rathaus.kernel.append_only import protection

TABLES = ("kernel_auditentry", "kernel_auditseal")


def lift(apps, schema_editor):
    from rathaus.kernel import append_only

    append_only.remove(schema_editor.connection, TABLES)


def stamp(apps, schema_editor):
    from rathaus.kernel.audit import stamps

    entries = apps.get_model("kernel", "AuditEntry").objects.using(schema_editor.connection.alias)
    chunk = []
    for entry in entries.filter(stamp="").order_by("id").iterator(chunk_size=2000):
        entry.stamp = stamps.new_stamp(
            stamps.moment_of(entry.at), entry.actor, entry.action, entry.subject, entry.details
        )
        chunk.append(entry)
        if len(chunk) == 2000:
            entries.bulk_update(chunk, ["stamp"], batch_size=200)
            chunk = []
    if chunk:
        entries.bulk_update(chunk, ["stamp"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_shared_cache")]

    operations = [
        migrations.CreateModel(
            name="BackupRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("started_at", models.DateTimeField(db_index=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("blobs", models.BigIntegerField(default=0)),
                ("size", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="KeptKey",
            fields=[
                ("purpose", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("fingerprint", models.CharField(max_length=16)),
                ("wrapped", models.CharField(max_length=200)),
            ],
        ),
        migrations.AddField(
            model_name="blob",
            name="touched_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                default=rathaus.kernel.clock.wall,
                editable=False,
            ),
        ),
        migrations.RunPython(lift, migrations.RunPython.noop),
        migrations.AddField(
            model_name="auditentry",
            name="stamp",
            field=models.CharField(db_default="", default="", max_length=100),
        ),
        migrations.RunPython(stamp, migrations.RunPython.noop),
        protection(*TABLES),
    ]
