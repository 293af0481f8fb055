"""Forget what SAFEKEPT_HOME holds: ``python -m safekept.config.reset``. Only ever a demonstration's."""

from __future__ import annotations

import shutil
import sys

from safekept.config import database

OURS = (
    "postgres", "credentials.json", "checkpoint-key.pem", "content.key", "demo-loaded.json", "demo-truth.json",
    ".start.lock",
)  # fmt: skip


def reset() -> None:
    """Stop the embedded server and remove the demonstration's data. Refuses a folder that holds anything else."""
    place = database.home()
    if not place.exists():
        return
    if not (place / "demo-loaded.json").exists() and any(child.name not in OURS for child in place.iterdir()):
        raise database.DatabaseProblem(f"{place} does not look like a demonstration's folder. Nothing was removed.")
    server = database.server()
    if server and server.user and not (place / "postgres").exists():
        database.drop_database(server, server.name)
    database.stop_embedded()
    shutil.rmtree(place)


if __name__ == "__main__":
    try:
        reset()
    except database.DatabaseProblem as problem:
        sys.exit(str(problem))
