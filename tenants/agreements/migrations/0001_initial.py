from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Acceptance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.CharField(max_length=20, unique=True)),
                ('language', models.CharField(max_length=5)),
                ('text', models.TextField()),
                ('digest', models.CharField(max_length=64)),
                ('person_id', models.BigIntegerField(null=True)),
                ('person_name', models.CharField(max_length=200)),
                ('accepted_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['-accepted_at', '-id'],
            },
        ),
    ]
