from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('plans', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Wish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('schema_name', models.CharField(max_length=8)),
                ('kind', models.CharField(choices=[('PROPOSE', 'Propose'), ('WITHDRAW', 'Withdraw'), ('ACCEPT', 'Accept'), ('CHANGE', 'Change'), ('LEAVE', 'Leave')], max_length=10)),
                ('content', models.JSONField()),
                ('once', models.CharField(max_length=60, null=True)),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('contract', models.UUIDField(null=True)),
                ('refused', models.CharField(default='', max_length=300)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('answered_at', None)), fields=['asked_at'], name='wishes_to_be_answered')],
                'constraints': [models.UniqueConstraint(fields=('schema_name', 'once'), name='what_is_asked_once_is_one_row')],
            },
        ),
    ]
