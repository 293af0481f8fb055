"""What is wrong about a thing can be put right: four columns change, and the database writes down each change."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from safekept.access import rls

CHANGEABLE = "ARRAY['born', 'born_precision', 'sex', 'area']"
PUT_RIGHT = f"""
CREATE FUNCTION register_put_right() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public SET datestyle = 'ISO, YMD' AS $$
BEGIN
    IF (to_jsonb(NEW) - {CHANGEABLE}) IS DISTINCT FROM (to_jsonb(OLD) - {CHANGEABLE}) THEN
        RAISE EXCEPTION 'Of a thing only its birth date, sex and area are ever put right.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO public.register_correction (id, thing_id, fact, was, became, account_id, agency_id, at)
    SELECT gen_random_uuid(), OLD.id, told.fact, told.was, told.became,
           current_setting('safekept.account')::uuid, current_setting('safekept.agency')::uuid, clock_timestamp()
    FROM (VALUES
        ('born', concat_ws(' ', OLD.born, NULLIF(OLD.born_precision, '')),
                 concat_ws(' ', NEW.born, NULLIF(NEW.born_precision, ''))),
        ('sex', OLD.sex, NEW.sex),
        ('area', coalesce(OLD.area, ''), coalesce(NEW.area, ''))
    ) AS told(fact, was, became)
    WHERE told.was <> told.became;
    RETURN NEW;
END
$$
"""  # noqa: S608
BY_ITSELF = """
CREATE FUNCTION register_only_with_the_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'A correction is written down with the change that it tells of, never by itself.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("register", "0003_by_name")]

    operations = [
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "fact",
                    models.CharField(choices=[("born", "Birth date"), ("sex", "Sex"), ("area", "Area")], max_length=10),
                ),
                ("was", models.CharField(blank=True, max_length=80)),
                ("became", models.CharField(blank=True, max_length=80)),
                ("account_id", models.UUIDField()),
                ("agency_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "thing",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="register.thing",
                    ),
                ),
            ],
            options={
                "ordering": ("-at", "fact"),
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        rls.close("register_correction"),
        rls.append_only("register_correction"),
        migrations.RunSQL(
            [
                BY_ITSELF,
                "CREATE TRIGGER with_the_change BEFORE INSERT ON register_correction "
                "FOR EACH ROW EXECUTE FUNCTION register_only_with_the_change()",
                PUT_RIGHT,
                "DROP TRIGGER refuse_change ON register_thing",
                "CREATE TRIGGER refuse_change BEFORE DELETE ON register_thing "
                "FOR EACH ROW EXECUTE FUNCTION access_refuse_change()",
                "CREATE TRIGGER put_right BEFORE UPDATE ON register_thing "
                "FOR EACH ROW EXECUTE FUNCTION register_put_right()",
                f"GRANT UPDATE (born, born_precision, sex, area) ON register_thing TO {rls.APP_ROLE}",
            ],
            [
                f"REVOKE UPDATE ON register_thing FROM {rls.APP_ROLE}",
                "DROP TRIGGER put_right ON register_thing",
                "DROP TRIGGER refuse_change ON register_thing",
                "CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON register_thing "
                "FOR EACH ROW EXECUTE FUNCTION access_refuse_change()",
                "DROP FUNCTION register_put_right()",
                "DROP TRIGGER with_the_change ON register_correction",
                "DROP FUNCTION register_only_with_the_change()",
            ],
        ),
    ]
