"""The shared table of sign-in limits and used one-time codes, in the form of Django's database cache."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("isolation", "0001_initial")]

    operations = [
        migrations.RunSQL(
            [
                "CREATE TABLE limits (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL)",
                "CREATE INDEX limits_expires ON limits (expires)",
            ],
            "DROP TABLE limits",
        )
    ]
