"""The first wall: models of case data whose rows come through the policy or not at all."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any, ClassVar, Self

from django.db import models

from safekept.access import statements
from safekept.access.policy import RECORD, Rule
from safekept.access.sql import Columns, asking, first_wall, visible
from safekept.access.viewer import current_sight, current_viewer


class CaseManager(models.Manager[Any]):
    """Gives the rows that the current viewer may see. Raises ViewerRequired when there is no viewer."""

    use_in_migrations = False

    def get_queryset(self) -> models.QuerySet[Any]:
        viewer = current_viewer()
        rows = super().get_queryset()
        rule: Rule = self.model.wall
        columns: Columns = self.model.wall_columns
        allowed = visible(rule, viewer.asker, columns)
        if allowed is True:
            return rows
        if allowed is False:
            return rows.none()
        return rows.filter(allowed)

    def read(
        self, condition: str, following: str = "", *, without: frozenset[str] = frozenset(), **values: Any
    ) -> list[Any]:
        """The rows that the viewer may see and for which a condition, SQL over ``t``, holds.

        As the queryset would give them, by a prepared statement: for what nearly every page asks, where making a
        queryset costs several times what reading its few rows does. ``values`` of the condition stand beside those of
        ``asking``; ``without``: fields that are left to be read when they are asked for. Not for models whose wall
        asks a joined table (``wall_columns`` with a path).
        """
        model: type[CaseModel] = self.model
        statement, names = _reading(model, condition, following, without)
        found = statements.rows(statement, asking(current_viewer().asker) | values)
        return [model.from_db("default", names, row) for row in found]


class CaseModel(models.Model):
    """A row of case data. Subclasses name the rule that guards them (``wall``) and their columns (``wall_columns``).

    A subclass's Meta must extend ``CaseModel.Meta``, so that following a relation goes through the wall too.
    Every row read is noted for the reading log.
    """

    wall: ClassVar[Rule] = RECORD
    wall_columns: ClassVar[Columns] = Columns()

    objects: ClassVar[CaseManager] = CaseManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any]) -> Self:
        row = super().from_db(db, field_names, values)
        sight = current_sight()
        if sight is not None:
            sight.note(cls._meta.model_name or cls.__name__, row.pk)
        return row


@cache
def _reading(
    model: type[CaseModel], condition: str, following: str, without: frozenset[str]
) -> tuple[str, tuple[str, ...]]:
    """The statement, and the names of the fields that it reads."""
    read = [field for field in model._meta.concrete_fields if field.name not in without]
    columns = ", ".join(f't."{field.column}"' for field in read)
    wall = first_wall(model.wall, "t", model.wall_columns)
    text = f'SELECT {columns} FROM "{model._meta.db_table}" AS t WHERE ({condition}) AND {wall} {following}'  # noqa: S608
    return text, tuple(field.attname for field in read)
