from django.db import migrations, models

KINDS = ["TOWN_HALL", "COUNTY_COUNCIL", "ASSOCIATION", "COMPANY", "OTHER"]


class Migration(migrations.Migration):
    dependencies = [("opening", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="application",
            name="kind",
            field=models.CharField(choices=[(kind, kind) for kind in KINDS], db_default="TOWN_HALL", max_length=20),
        ),
        migrations.AddField(
            model_name="application",
            name="province",
            field=models.CharField(blank=True, db_default="", max_length=2),
        ),
        migrations.AddField(
            model_name="application",
            name="population",
            field=models.PositiveIntegerField(null=True),
        ),
    ]
