from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0006_bodies")]

    operations = [
        migrations.CreateModel(
            name="ReceptionNumber",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=16, unique=True)),
                ("schema_name", models.CharField(max_length=63, unique=True)),
                ("assigned_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__regex", r"^\+[1-9][0-9]{5,14}$")), name="reception_in_e164"
                    )
                ]
            },
        )
    ]
