from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('usage', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Foreseen',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('schema_name', models.CharField(max_length=8)),
                ('month', models.DateField()),
                ('calls', models.PositiveIntegerField()),
                ('made_on', models.DateField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('schema_name', 'month'), name='one_forecast_per_month')],
            },
        ),
    ]
