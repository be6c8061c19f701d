from django.db import migrations


class Migration(migrations.Migration):
    """All quarters are computed again by the sweep: which of them have waits beyond ten minutes, kept by the beginning of
    their minute before, the counts themselves do not tell quickly."""

    dependencies = [
        ('kpi', '0004_callers_and_keys'),
    ]

    operations = [
        migrations.RunSQL(
            "INSERT INTO kpi_changedquarter (starts_at) SELECT DISTINCT starts_at FROM kpi_bucket WHERE grain = 'Q' "
            "ON CONFLICT DO NOTHING",
            migrations.RunSQL.noop,
        ),
    ]
