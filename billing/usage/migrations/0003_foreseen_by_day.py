from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("usage", "0002_foreseen"),
    ]

    operations = [
        migrations.AddField(
            model_name="foreseen",
            name="by_day",
            field=models.JSONField(default=dict),
        ),
    ]
