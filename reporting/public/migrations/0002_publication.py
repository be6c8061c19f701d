from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("public", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Publication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("schema_name", models.CharField(max_length=8)),
                ("month", models.DateField()),
                ("edition", models.PositiveSmallIntegerField()),
                ("payload", models.TextField()),
                ("signature", models.CharField(max_length=88)),
                ("tally", models.JSONField()),
                ("published_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=["schema_name", "month", "edition"], name="one_publication_per_edition"),
                    models.CheckConstraint(condition=models.Q(month__day=1), name="published_month_by_its_first_day"),
                    models.CheckConstraint(condition=models.Q(edition__gte=1), name="editions_from_one"),
                ],
            },
        ),
    ]
