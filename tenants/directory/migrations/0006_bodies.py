from django.db import migrations, models

KINDS = ["TOWN_HALL", "COUNTY_COUNCIL", "ASSOCIATION", "COMPANY", "OTHER"]


class Migration(migrations.Migration):
    dependencies = [("directory", "0005_municipality_trial_ends_on_and_more")]

    operations = [
        migrations.AddField(
            model_name="municipality",
            name="kind",
            field=models.CharField(choices=[(kind, kind) for kind in KINDS], db_default="TOWN_HALL", max_length=20),
        ),
        migrations.AddField(
            model_name="municipality",
            name="tax_id",
            field=models.CharField(blank=True, db_default="", max_length=9),
        ),
        migrations.AddField(
            model_name="municipality",
            name="is_population_stated",
            field=models.BooleanField(db_default=False),
        ),
    ]
