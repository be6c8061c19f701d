from django.db import migrations


class Migration(migrations.Migration):
    """Days kept before derivations were counted by hour are computed again with the next import."""

    dependencies = [
        ('kpi', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(
            "INSERT INTO kpi_changedquarter (starts_at) SELECT DISTINCT starts_at FROM kpi_bucket WHERE grain = 'Q' "
            "ON CONFLICT DO NOTHING",
            migrations.RunSQL.noop,
        ),
    ]
