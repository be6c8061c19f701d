import django.db.models.expressions
from django.db import migrations, models


def digits_in(column):
    return django.db.models.expressions.Func(
        models.F(column), models.Value("+ -./()"), models.Value(""), function="translate", output_field=models.TextField()
    )


class Migration(migrations.Migration):
    """Numbers are searched by their digits; numbers learned only from outgoing calls are no lines of the town."""

    dependencies = [("calls", "0001_initial"), ("lines", "0001_initial")]

    operations = [
        migrations.RemoveIndex(model_name="call", name="call_caller"),
        migrations.AddIndex(model_name="call", index=models.Index(digits_in("caller"), name="call_caller_digits")),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                digits_in("line"), condition=models.Q(("direction", "OUTBOUND")), name="call_dialled_digits"
            ),
        ),
        migrations.RunSQL(
            "DELETE FROM lines_line WHERE name = '' AND number IN (SELECT line FROM calls_call WHERE direction <> 'INBOUND') "
            "AND number NOT IN (SELECT line FROM calls_call WHERE direction = 'INBOUND')",
            migrations.RunSQL.noop,
        ),
    ]
