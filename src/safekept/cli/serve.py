"""``safekept serve`` and ``safekept migrate``."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import click

from safekept.config import bootstrap, database

DEFAULT_PORT = 8000
OWN_PAGES = ("casework/", "govuk/", "guardian/", "handbook/")
WORKERS, THREADS = 2, 4
"""Two processes keep two cores busy; more of them would each hold, and plan, as many connections again."""
GARBAGE = 50_000
"""Objects made between two looks for garbage: a page makes far fewer, and leaves almost none."""
HANDED_OVER = 0.001
"""Seconds after which a thread that reckons lets another go on whose rows have come."""


def port_option(command: click.decorators.FC) -> click.decorators.FC:
    """``--port``, or the environment's PORT, or 8000."""
    return click.option(
        "--port", type=click.IntRange(1, 65535), default=DEFAULT_PORT, envvar="PORT", show_default=True, help="Port."
    )(command)


@click.command()
def migrate() -> None:
    """Make the database ready: roles, tables and areas. Does nothing that is done already."""
    bootstrap.use_django()
    bootstrap.migrate(verbosity=1)


@click.command()
@port_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
def serve(port: int, host: str) -> None:
    """Serve the pages until stopped. The database must be ready (safekept migrate)."""
    bootstrap.use_django()
    database.require_lasting()
    run_server(host, port)


def _settle() -> None:
    """Read the procedures and templates before the first page, and keep them out of every look for garbage."""
    from django.template import engines

    from safekept.procedures import load_library

    load_library()
    pages = engines["pages"].env  # type: ignore[attr-defined]
    for name in pages.list_templates(filter_func=lambda name: name.startswith(OWN_PAGES)):
        pages.get_template(name)
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)
    sys.setswitchinterval(HANDED_OVER)


def run_server(host: str, port: int) -> None:
    """Serve in the foreground; returns when stopped by Ctrl-C or SIGTERM."""
    from gunicorn.app.base import BaseApplication

    class Service(BaseApplication):  # type: ignore[misc]
        """Gunicorn with Safekept's settings, and none from files or its own command line."""

        def load_config(self) -> None:
            settings = {
                "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
                "workers": int(os.environ.get("SAFEKEPT_WORKERS", WORKERS)),
                "threads": THREADS,
                "worker_class": "gthread",
                "proc_name": "safekept",
                "loglevel": "warning",
                "timeout": 60,
                "graceful_timeout": 10,
                "control_socket_disable": True,
            }
            for name, value in settings.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> object:
            from django.db import connections

            from safekept.config.wsgi import application

            connections.close_all()
            _settle()
            return application

    beside = (("checkpoint", "SAFEKEPT_CHECKPOINTS"), ("watch", "SAFEKEPT_WATCH"), ("sweep", "SAFEKEPT_SWEEP"))
    with ExitStack() as stack:
        for command, setting in beside:
            stack.enter_context(_hourly(command, setting))
        try:
            Service().run()
        except SystemExit as stopped:
            if stopped.code not in (0, None):
                click.echo(f"The server could not use {host}:{port}. Is something else there? Try --port.", err=True)
                sys.exit(1)


@contextmanager
def _hourly(command: str, setting: str) -> Iterator[None]:
    """Beside the server, a process that does something at every full hour; the setting ``no`` in the environment: none.

    ``checkpoint`` signs the ends of the chains, ``watch`` looks through the reading log, ``sweep`` throws away
    what is kept for a time only.
    """
    if os.environ.get(setting, "").lower() in {"0", "no", "off", "false"}:
        yield
        return
    beside = subprocess.Popen([sys.executable, "-m", "safekept", command, "--hourly"])  # noqa: S603 (one of three words)
    try:
        yield
    finally:
        beside.terminate()
        beside.wait(timeout=10)
