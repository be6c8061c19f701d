"""The sequence that numbers schemas: a number is never used twice, even after a municipality is closed."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE schema_number AS integer MAXVALUE 999999 NO CYCLE",
            "DROP SEQUENCE schema_number",
        )
    ]
