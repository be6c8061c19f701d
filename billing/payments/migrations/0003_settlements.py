from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_refused_deliveries")]

    operations = [
        migrations.CreateModel(
            name="Settlement",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("schema_name", models.CharField(max_length=8)),
                ("about", models.CharField(max_length=36)),
                ("net_cents", models.PositiveBigIntegerField()),
                ("tax_cents", models.PositiveBigIntegerField()),
                ("settled_at", models.DateTimeField(auto_now_add=True)),
                ("invoice", models.CharField(default="", max_length=64)),
                ("invoice_status", models.CharField(default="", max_length=30)),
                ("is_late", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("schema_name", "about"), name="each_month_and_change_is_settled_once"
                    )
                ],
            },
        ),
        migrations.DeleteModel(name="ReportedUse"),
    ]
