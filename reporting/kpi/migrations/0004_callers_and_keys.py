from django.db import migrations


class Migration(migrations.Migration):
    """Days kept before callers, keys pressed in queues and kinds of derivation were counted are computed again by the sweep."""

    dependencies = [
        ('kpi', '0003_fill_mark_without_end'),
    ]

    operations = [
        migrations.RunSQL(
            "INSERT INTO kpi_changedquarter (starts_at) SELECT DISTINCT starts_at FROM kpi_bucket WHERE grain = 'Q' "
            "ON CONFLICT DO NOTHING",
            migrations.RunSQL.noop,
        ),
    ]
