from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pbx", "0002_claims_and_undoing")]

    operations = [
        migrations.AddField(
            model_name="pbx",
            name="is_sample",
            field=models.BooleanField(db_default=False, default=False),
        )
    ]
