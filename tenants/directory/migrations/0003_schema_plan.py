from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0002_schema_number")]

    operations = [
        migrations.AddField(
            model_name="municipality",
            name="schema_plan",
            field=models.CharField(default="", max_length=64),
        )
    ]
