"""Entries bear a stamp, keys are kept, backups are on record, contents know when they were last handed in.

No entry is written anew: the column comes with its default at once, however many there are. What was written before
bears no stamp; an entry announces that stamps have begun (see ``rathaus.kernel.audit.transition``).
"""

import django.db.models.functions.datetime
from django.db import migrations, models

import rathaus.kernel.clock

# Both databases only note this; Django would copy the whole table on SQLite, and lose its triggers.
ADD_STAMP = "ALTER TABLE kernel_auditentry ADD COLUMN stamp varchar(100) NOT NULL DEFAULT ''"


def announce(apps, schema_editor):
    from rathaus.kernel.audit import stamps, transition

    entries = apps.get_model("kernel", "AuditEntry").objects.using(schema_editor.connection.alias)
    if not entries.exists():
        return
    moment = rathaus.kernel.clock.wall()
    fields = ("system", transition.ANNOUNCED, transition.SUBJECT, "{}")
    stamp = stamps.new_stamp(stamps.moment_of(moment), *fields)
    actor, action, subject, details = fields
    entries.create(at=moment, actor=actor, action=action, subject=subject, details=details, stamp=stamp)


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
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(ADD_STAMP, "ALTER TABLE kernel_auditentry DROP COLUMN stamp")
            ],
            state_operations=[
                migrations.AddField(
                    model_name="auditentry",
                    name="stamp",
                    field=models.CharField(db_default="", default="", max_length=100),
                ),
            ],
        ),
        migrations.RunPython(announce, migrations.RunPython.noop),
    ]
