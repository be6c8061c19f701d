from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('plans', '0002_wishes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Block',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('schema_name', models.CharField(db_index=True, max_length=8)),
                ('contract', models.UUIDField()),
                ('kind', models.CharField(choices=[('overflow_block', 'Overflow'), ('campaign_block', 'Campaign')], max_length=15)),
                ('starts_on', models.DateField()),
                ('ends_before', models.DateField()),
                ('calls', models.PositiveIntegerField()),
                ('cents', models.PositiveIntegerField()),
                ('ordered_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['starts_on', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_before__gt', models.F('starts_on'))), name='block_holds_some_days')],
            },
        ),
        migrations.AlterField(
            model_name='wish',
            name='kind',
            field=models.CharField(choices=[('PROPOSE', 'Propose'), ('WITHDRAW', 'Withdraw'), ('ACCEPT', 'Accept'), ('CHANGE', 'Change'), ('LEAVE', 'Leave'), ('BLOCK', 'Block')], max_length=10),
        ),
    ]
