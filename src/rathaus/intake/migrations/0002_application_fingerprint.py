from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="application",
            name="fingerprint",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="what the sender says this token stands for; empty: no say",
                max_length=64,
            ),
        ),
    ]
