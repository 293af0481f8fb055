"""Which database role does what: the application reads and writes, the owner alone changes tables."""

from typing import Any


class RoleRouter:
    """Both aliases are one database. Reading and writing go through ``default``, migrations through ``owner``."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return "default"

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return "default"

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"
