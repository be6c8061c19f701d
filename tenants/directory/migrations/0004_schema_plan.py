from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0003_registered_line")]

    operations = [
        migrations.AddField(
            model_name="municipality",
            name="schema_plan",
            field=models.CharField(default="", max_length=64),
        )
    ]
