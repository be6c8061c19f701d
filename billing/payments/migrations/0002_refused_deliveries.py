from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="RefusedDelivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("day", models.DateField()),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("UNSIGNED", "UNSIGNED"),
                            ("FORGED", "FORGED"),
                            ("OLD", "OLD"),
                            ("FUTURE", "FUTURE"),
                            ("TOO_LARGE", "TOO_LARGE"),
                            ("UNREADABLE", "UNREADABLE"),
                            ("NOT_CONFIGURED", "NOT_CONFIGURED"),
                        ],
                        max_length=20,
                    ),
                ),
                ("number", models.PositiveBigIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "why"), name="refusals_of_a_day_are_one_row_by_reason"
                    )
                ],
            },
        ),
    ]
