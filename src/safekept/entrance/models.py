"""What the way in keeps."""

from __future__ import annotations

from django.db import models


class Tries(models.Model):
    """How much of a limit on wrong tries is used up. ``key`` is a keyed hash: it names nobody.

    Each try moves ``free_at`` on by the limit's interval; when it lies too far ahead, no further try is taken.
    """

    key = models.CharField(primary_key=True, max_length=64)
    free_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"until {self.free_at:%Y-%m-%d %H:%M:%S}"
