from django.db import migrations, models

ROLES = [
    "ADMINISTRATOR", "SUPERVISOR", "DEPARTMENT_CONTACT", "DATA_PROTECTION_OFFICER", "HELPER", "STAFF_ADMINISTRATOR",
    "STAFF_SUPERVISOR", "STAFF_AGENT", "STAFF_FINANCE",
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("people", "0002_invitation_leads_to")]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="task",
            field=models.CharField(blank=True, db_default="", max_length=40),
        ),
        migrations.AddField(
            model_name="user",
            name="task",
            field=models.CharField(blank=True, db_default="", max_length=40),
        ),
        migrations.AlterField(
            model_name="user",
            name="role",
            field=models.CharField(choices=[(role, role) for role in ROLES], max_length=30),
        ),
    ]
