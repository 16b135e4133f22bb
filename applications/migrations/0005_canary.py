import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0004_payments'),
    ]

    operations = [
        migrations.CreateModel(
            name='Canary',
            fields=[
                ('uuid', models.UUIDField(primary_key=True, serialize=False)),
                ('queued_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['queued_at'],
            },
        ),
    ]
