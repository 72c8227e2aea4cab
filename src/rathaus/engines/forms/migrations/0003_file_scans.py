from django.db import migrations, models

import rathaus.kernel.clock

STATES = [
    ("clean", "checked"),
    ("unscanned", "not checked for viruses"),
    ("pending", "being checked"),
    ("infected", "infected"),
]


def note_what_is_there(apps, schema_editor):
    """Files that came before count as they were kept then: without a scanner, so far unscanned."""
    Upload, FileScan = apps.get_model("forms", "Upload"), apps.get_model("forms", "FileScan")
    rows = Upload.objects.values_list("blob_id", "status", "scan_note").distinct().iterator()
    batch = {}
    for sha256, status, note in rows:
        state = "unscanned" if note == "no scanner configured" else status
        batch[sha256] = FileScan(sha256=sha256, state=state, note=note)
        if len(batch) >= 1000:
            FileScan.objects.bulk_create(batch.values(), ignore_conflicts=True)
            batch.clear()
    FileScan.objects.bulk_create(batch.values(), ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("forms", "0002_draft_reminder")]

    operations = [
        migrations.CreateModel(
            name="FileScan",
            fields=[
                ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("state", models.CharField(choices=STATES, max_length=10)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("changed_at", models.DateTimeField(default=rathaus.kernel.clock.now)),
                ("next_at", models.DateTimeField(default=rathaus.kernel.clock.now)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["pending", "unscanned"])),
                        fields=["next_at"],
                        name="forms_scan_waiting",
                    )
                ],
            },
        ),
        migrations.AlterField(
            model_name="upload",
            name="status",
            field=models.CharField(choices=STATES, default="clean", max_length=10),
        ),
        migrations.RunPython(note_what_is_there, migrations.RunPython.noop),
    ]
