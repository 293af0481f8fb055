"""What is kept apart: appended, its end written once."""

import django.contrib.postgres.fields
import django.utils.timezone
import uuid
from django.db import migrations, models

from safekept.access import rls


class Migration(migrations.Migration):

    initial = True

    dependencies = [("access", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='KeptApart',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('subject_id', models.UUIDField(db_index=True)),
                ('what', models.CharField(choices=[('home', 'Where they live'), ('placement', 'Placement'), ('refuge', 'Refuge or safe house'), ('school', 'School or college'), ('work', 'Place of work'), ('phone', 'Phone number'), ('other', 'Other contact, such as an email or online name')], max_length=12)),
                ('locked', models.BinaryField()),
                ('kept_from', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                ('why', models.TextField()),
                ('account_id', models.UUIDField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.UUIDField(null=True)),
                ('ended_why', models.TextField(blank=True)),
            ],
            options={
                'ordering': ('at', 'id'),
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        rls.close("vault_keptapart"),
        rls.settled_once("vault_keptapart", "ended_at", "ended_by", "ended_why"),
    ]
