

import django.contrib.postgres.fields
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
            name='ChainHead',
            fields=[
                ('shard', models.SmallIntegerField(primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField(default=0)),
                ('hash', models.BinaryField(default=b'')),
            ],
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('account_id', models.UUIDField()),
                ('form', models.CharField(max_length=100)),
                ('subject_id', models.UUIDField(null=True)),
                ('data', models.JSONField(default=dict)),
                ('saved_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('account_id', 'form', 'subject_id'), name='record_draft_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('subject_id', models.UUIDField()),
                ('kind', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('at_latest', models.DateTimeField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('agency_kind', models.CharField(choices=[('police', 'Police'), ('children-services', 'Children’s services'), ('health', 'Health'), ('gp', 'GP'), ('education', 'Education'), ('school', 'School'), ('youth-offending', 'Youth offending service'), ('probation', 'Probation'), ('housing', 'Housing'), ('voluntary', 'Voluntary organisation'), ('care-home', 'Children’s home'), ('licensing', 'Licensing'), ('other', 'Other agency')], max_length=30)),
                ('agency_id', models.UUIDField()),
                ('account_id', models.UUIDField()),
                ('basis', models.CharField(blank=True, choices=[('fact', 'Fact'), ('opinion', 'Professional opinion')], max_length=10)),
                ('text', models.TextField(blank=True)),
                ('fields', models.JSONField(default=dict)),
                ('answers', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                ('supersedes', models.UUIDField(null=True)),
                ('audience', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), default=list, size=None)),
                ('client_key', models.UUIDField()),
                ('shard', models.SmallIntegerField()),
                ('seq', models.BigIntegerField()),
                ('salt', models.BinaryField()),
                ('digest', models.BinaryField()),
                ('previous', models.BinaryField()),
                ('hash', models.BinaryField()),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'indexes': [
                    models.Index(fields=['subject_id', 'at'], name='record_entry_subject'),
                    models.Index(fields=['account_id', 'recorded_at'], name='record_entry_author'),
                    models.Index(condition=models.Q(('kind', 'screening')), fields=['subject_id'], name='record_entry_screening'),
                    models.Index(condition=models.Q(('supersedes__isnull', False)), fields=['supersedes'], name='record_entry_corrects'),
                ],
                'constraints': [models.UniqueConstraint(fields=('account_id', 'client_key'), name='record_entry_once'), models.UniqueConstraint(fields=('shard', 'seq'), name='record_entry_chain')],
            },
        ),
        migrations.CreateModel(
            name='Mention',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('thing_id', models.UUIDField(db_index=True)),
                ('role', models.CharField(max_length=40)),
                ('entry', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='mentions', to='record.entry')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('entry', 'thing_id', 'role'), name='record_mention_once')],
            },
        ),
        migrations.CreateModel(
            name='Obligation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('subject_id', models.UUIDField()),
                ('rule', models.CharField(max_length=100)),
                ('root', models.CharField(max_length=80)),
                ('pack', models.CharField(max_length=60)),
                ('version', models.CharField(max_length=40)),
                ('title', models.CharField(max_length=300)),
                ('owner_kind', models.CharField(max_length=30)),
                ('area', models.CharField(blank=True, max_length=60)),
                ('team_is_fallback', models.BooleanField(default=False)),
                ('owes', models.CharField(max_length=40)),
                ('because', models.CharField(max_length=80)),
                ('because_at', models.DateTimeField(null=True)),
                ('anchor', models.CharField(max_length=80)),
                ('due', models.DateTimeField(null=True)),
                ('expected_by', models.DateTimeField(null=True)),
                ('expected_says', models.CharField(blank=True, max_length=300)),
                ('status', models.CharField(choices=[('open', 'Open'), ('met', 'Met'), ('met-late', 'Met late'), ('lapsed', 'Lapsed')], max_length=10)),
                ('met_by', models.CharField(blank=True, max_length=80)),
                ('cites', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
                ('missing', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), default=list, size=None)),
                ('explain', models.TextField(blank=True)),
                ('says', models.TextField(blank=True)),
                ('depends_on', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), default=list, size=None)),
                ('seen_by', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), default=list, size=None)),
                ('shown_to', models.CharField(default='all', max_length=8)),
                ('changes_at', models.DateTimeField(null=True)),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.team')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'default_manager_name': 'objects',
                'indexes': [
                    models.Index(condition=models.Q(('status', 'open')), fields=['team', 'due', 'because_at'], name='record_owed_team'),
                    models.Index(condition=models.Q(('status', 'open')), fields=['subject_id'], name='record_owed_subject'),
                    models.Index(condition=models.Q(('status', 'open')), fields=['area', 'due', 'because_at'], name='record_owed_area'),
                ],
                'constraints': [models.UniqueConstraint(fields=('subject_id', 'rule', 'root', 'shown_to'), name='record_owed_once')],
            },
        ),
    ]
