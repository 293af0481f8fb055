"""Documents: appended, decided once; what one held goes when the law has an entry of it erased."""

import django.contrib.postgres.fields
import django.utils.timezone
import uuid
from django.db import migrations, models

from safekept.access import rls
from safekept.documents import keeping


class Migration(migrations.Migration):

    initial = True

    dependencies = [("access", "0001_initial"), ("proof", "0004_acts")]

    operations = [
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('subject_id', models.UUIDField(db_index=True)),
                ('account_id', models.UUIDField()),
                ('agency_id', models.UUIDField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('form', models.CharField(max_length=20)),
                ('recipient', models.CharField(max_length=200)),
                ('plan', models.JSONField()),
                ('entry_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                ('locked', models.BinaryField()),
                ('digest', models.CharField(max_length=64)),
                ('asked_on', models.DateField(null=True)),
                ('extended_why', models.TextField(blank=True)),
                ('decision', models.CharField(blank=True, choices=[('issued', 'Issued'), ('sent-back', 'Sent back')], max_length=10)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.UUIDField(null=True)),
                ('decided_why', models.TextField(blank=True)),
            ],
            options={
                'ordering': ('-at', 'id'),
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        rls.close("documents_document"),
        keeping.decided_once(),
        keeping.erased_by_law(),
    ]
