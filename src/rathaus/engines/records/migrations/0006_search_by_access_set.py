import django.db.models.deletion
from django.db import migrations, models

from rathaus.engines.records.search import install, remove, rewrite_entries


class Migration(migrations.Migration):
    accepted = {
        "migration.index": "the search index is filled anew by this migration anyway, and writers wait for it",
    }
    dependencies = [
        ("identity", "0001_initial"),
        ("records", "0005_guarded_versions"),
    ]
    operations = [
        migrations.RunPython(remove, install),
        migrations.AddField(
            model_name="casesearchentry",
            name="access_set",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="identity.accessset",
            ),
        ),
        migrations.RunPython(rewrite_entries, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="casesearchentry",
            index=models.Index(fields=["access_set", "-id"], name="records_search_newest"),
        ),
        migrations.RunPython(install, remove),
    ]
