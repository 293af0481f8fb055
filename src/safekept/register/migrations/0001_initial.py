

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('directory', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='NameKey',
            fields=[
                ('pk', models.CompositePrimaryKey('key', 'part', blank=True, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=10)),
                ('part', models.CharField(max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name='SafeContact',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('thing_id', models.UUIDField(db_index=True)),
                ('text', models.TextField()),
                ('account_id', models.UUIDField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Token',
            fields=[
                ('pk', models.CompositePrimaryKey('token', 'thing_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('token', models.CharField(max_length=320)),
                ('thing_id', models.UUIDField()),
                ('kind', models.CharField(max_length=20)),
                ('reach', models.CharField(choices=[('open', 'Everyone whose role works with children'), ('circle', 'Those who work with the child'), ('thing', 'Whoever may see the thing')], max_length=6)),
            ],
        ),
        migrations.CreateModel(
            name='Thing',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('child', 'Child'), ('adult', 'Adult'), ('group', 'Group'), ('vehicle', 'Vehicle'), ('phone', 'Phone'), ('account', 'Online account'), ('place', 'Place'), ('organisation', 'Organisation'), ('area', 'Area'), ('agency', 'Agency'), ('worker', 'Worker')], max_length=20)),
                ('label', models.CharField(max_length=200)),
                ('born', models.DateField(null=True)),
                ('born_precision', models.CharField(blank=True, choices=[('day', 'Exact'), ('month', 'Month and year'), ('year', 'Year'), ('about', 'About that year'), ('', 'Not known')], max_length=10)),
                ('sex', models.CharField(blank=True, choices=[('female', 'Female'), ('male', 'Male'), ('other', 'Other'), ('', 'Not known')], max_length=10)),
                ('description', models.TextField(blank=True)),
                ('created_by_id', models.UUIDField()),
                ('agency_id', models.UUIDField()),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('area', models.ForeignKey(db_column='area', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.area')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Identifier',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('scheme', models.CharField(max_length=20)),
                ('value', models.CharField(max_length=300, verbose_name='as typed')),
                ('normalised', models.CharField(max_length=300)),
                ('reach', models.CharField(choices=[('open', 'Everyone whose role works with children'), ('circle', 'Those who work with the child'), ('thing', 'Whoever may see the thing')], max_length=6)),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('thing', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='identifiers', to='register.thing')),
            ],
            options={
                'ordering': ('added_at', 'id'),
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ThingName',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('name', 'Name'), ('nickname', 'Nickname'), ('alias', 'Alias')], default='name', max_length=10)),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('thing', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='names', to='register.thing')),
            ],
            options={
                'ordering': ('added_at', 'id'),
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='thing',
            index=models.Index(fields=['area', 'kind'], name='register_thing_area'),
        ),
    ]
