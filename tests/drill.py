"""Drills with servers that they start themselves, on loopback, and remove again: ``make drill``.

``recovery``: a base backup and an archive of the write-ahead log bring a server back to a moment in between.
``standby``: with a standby that every commit waits for, the first server is killed under load and the second takes
over; no acknowledged entry is lost. Both use PostgreSQL's own programs: Debian's (package postgresql) where they are,
else those that come with Safekept. Exit codes: 0 all went well; 1 it did not.
"""

from __future__ import annotations

import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from safekept.backup import tools

WAIT = 60.0
"""Seconds until a server that does not do what is asked of it counts as failed."""


@dataclass
class Cluster:
    """A server's folder, port and password; run as another user where this one is root, which PostgreSQL refuses."""

    place: Path
    password: str
    port: int = field(default_factory=lambda: free_port())

    @property
    def data(self) -> Path:
        return self.place / f"data-{self.port}"

    @property
    def url(self) -> str:
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/safekept"

    def ask(self, statement: str, name: str = "postgres") -> Any:
        """The first row's first column, asked as a superuser."""
        place = {"host": "127.0.0.1", "port": self.port, "user": "postgres", "password": self.password}
        with psycopg.connect(**place, dbname=name, autocommit=True, connect_timeout=5) as connection:
            answered = connection.execute(statement)
            row = answered.fetchone() if answered.description else None
            return row[0] if row else None

    def make(self, *settings: str) -> None:
        """A new server with these settings, running."""
        (self.place / "password").write_text(f"{self.password}\n")
        initdb = ["-D", str(self.data), "-U", "postgres", "--auth=scram-sha-256", f"--pwfile={self.place}/password"]
        program("initdb", *initdb)
        with (self.data / "pg_hba.conf").open("a") as file:
            file.write("host replication postgres 127.0.0.1/32 scram-sha-256\n")
        self.start(*settings)

    def copied_from(self, other: Cluster, *more: str) -> None:
        """A base backup of another server, not running yet."""
        place = ["-h", "127.0.0.1", "-p", str(other.port), "-U", "postgres", "-D", str(self.data), "-c", "fast"]
        program("pg_basebackup", *place, *more, password=self.password)

    def start(self, *settings: str) -> None:
        with (self.data / "postgresql.auto.conf").open("a") as file:
            file.writelines(f"{setting}\n" for setting in settings)
        options = f"-p {self.port} -k {self.place} -c listen_addresses=127.0.0.1"
        program("pg_ctl", "-D", str(self.data), "-w", "-l", f"{self.data}.log", "-o", options, "start")

    def kill(self) -> None:
        """``kill -9`` for the server of this drill."""
        pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGKILL)

    def stop(self) -> None:
        program("pg_ctl", "-D", str(self.data), "-m", "immediate", "stop", check=False)


def program(name: str, *words: str, password: str = "", check: bool = True) -> None:
    """Run one of PostgreSQL's programs."""
    done = subprocess.run(
        [tools.find(0).folder / name, *words],
        env={**os.environ, "PGPASSWORD": password},
        user=runs_as(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=WAIT,
    )
    if check and done.returncode:
        raise SystemExit(f"{name} failed: {done.stderr}")


def runs_as() -> str | None:
    """Another user than root, where this is root: Debian's for PostgreSQL, or the embedded server's."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    found = [name for name in ("postgres", "embedded_postgres") if name in known]
    if not found:
        raise SystemExit("As root the drill needs the user postgres: install Debian's package postgresql.")
    return found[0]


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@contextmanager
def servers() -> Iterator[Callable[[], Cluster]]:
    """Makes clusters in a folder that is removed afterwards, when all of them are stopped."""
    place, password, made = Path(tempfile.mkdtemp(prefix="drill-")), secrets.token_hex(16), list[Cluster]()
    if user := runs_as():
        shutil.chown(place, user)
    place.chmod(0o755)

    def another() -> Cluster:
        made.append(Cluster(place, password))
        return made[-1]

    try:
        yield another
    finally:
        for cluster in made:
            cluster.stop()
        shutil.rmtree(place, ignore_errors=True)


class Record:
    """Safekept on a server: what the drills have it do, each time in a process of its own."""

    def __init__(self, cluster: Cluster, home: Path) -> None:
        self.environment = {**os.environ, "DATABASE_URL": cluster.url, "SAFEKEPT_HOME": str(home)}
        self.files = (str(home / "plan"), str(home / "log"))

    def prepare(self) -> None:
        (Path(self.environment["SAFEKEPT_HOME"])).mkdir(exist_ok=True)
        self.run(sys.executable, "-m", "safekept", "migrate")
        Path(self.files[0]).write_text(self.run(sys.executable, "-m", "tests.appender", "make"))

    def run(self, *command: str) -> str:
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode:
            raise SystemExit(f"{' '.join(command[1:])} failed: {done.stderr}")
        return done.stdout

    def append_until(self, kept: int, then: Callable[[], None]) -> None:
        """Append in two processes until so many more entries are acknowledged; then do something that ends it."""
        before = self.kept()
        command = [sys.executable, "-m", "tests.appender", "load", *self.files]
        with subprocess.Popen(
            command, env=self.environment, stderr=subprocess.DEVNULL, start_new_session=True
        ) as loading:
            wait_until(lambda: self.kept() >= before + kept, "entries were not appended")
            then()
            try:
                loading.wait(timeout=WAIT)
            finally:
                if loading.poll() is None:
                    os.killpg(loading.pid, signal.SIGKILL)

    def kept(self) -> int:
        log = Path(self.files[1])
        return log.read_text().count("kept ") if log.exists() else 0

    def everything(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run(sys.executable, "-m", "tests.everything"))
        return found

    def check(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run(sys.executable, "-m", "tests.appender", "check", *self.files))
        return found

    def verify(self) -> None:
        self.run(sys.executable, "-m", "safekept", "verify-chain")


def wait_until(true: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + WAIT
    while not true():
        if time.monotonic() > deadline:
            raise SystemExit(f"The drill failed: {otherwise} within {WAIT:.0f} seconds.")
        time.sleep(0.1)


def require(true: bool, otherwise: str) -> None:
    if not true:
        raise SystemExit(f"The drill failed: {otherwise}")


def recovery(entries: int) -> None:
    """Back to a moment: all that was there then, nothing that came later, and the chain holds."""
    with servers() as another, tempfile.TemporaryDirectory() as home:
        first, second = another(), another()
        archive = first.place / "archive"
        archive.mkdir()
        if user := runs_as():
            shutil.chown(archive, user)
        first.make("wal_level = replica", "archive_mode = on", f"archive_command = 'cp %p {archive}/%f'")
        record = Record(first, Path(home))
        record.prepare()
        second.copied_from(first)
        one_after_another(record, entries)
        moment, then = first.ask("SELECT clock_timestamp()"), record.everything()
        one_after_another(record, entries)
        last = first.ask("SELECT pg_walfile_name(pg_switch_wal())")
        wait_until(lambda: (archive / last).exists(), "the write-ahead log was not archived")
        first.kill()
        (second.data / "recovery.signal").touch()
        second.start(
            f"restore_command = 'cp {archive}/%f %p'",
            f"recovery_target_time = '{moment.isoformat()}'",
            "recovery_target_action = 'promote'",
            "archive_mode = off",
        )
        wait_until(lambda: second.ask("SELECT NOT pg_is_in_recovery()"), "the server did not finish recovering")
        back = Record(second, Path(home))
        now = back.everything()
        differ = {name for name in then if name != "sequences" and then[name] != now.get(name)}
        require(not differ, f"{differ} are not what they were at {moment}")
        back.verify()
        sys.stdout.write(
            f"Recovery: {len(then['rows of record_entry'])} entries are as they were at {moment}, and hold.\n"
        )


def one_after_another(record: Record, entries: int) -> None:
    """Append so many entries and stop by itself."""
    record.run(sys.executable, "-m", "tests.appender", "some", *record.files, str(entries))


def standby(entries: int) -> None:
    """The first server dies under load; the second, which every commit waited for, has every acknowledged entry."""
    with servers() as another, tempfile.TemporaryDirectory() as home:
        first, second = another(), another()
        first.make("wal_level = replica")
        record = Record(first, Path(home))
        record.prepare()
        second.copied_from(first, "-R")
        reaching = f"host=127.0.0.1 port={first.port} user=postgres password={first.password} application_name=second"
        second.start(f"primary_conninfo = '{reaching}'")
        first.ask("ALTER SYSTEM SET synchronous_standby_names = 'second'")
        first.ask("SELECT pg_reload_conf()")
        synchronous = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"
        wait_until(lambda: first.ask(synchronous) == 1, "the standby did not follow")
        record.append_until(entries, first.kill)
        kept = record.kept()
        program("pg_ctl", "-D", str(second.data), "-w", "promote")
        after = Record(second, Path(home)).check()
        wrong = {name: after[name] for name in ("lost", "half", "moved", "unknown") if after[name]}
        require(not wrong, f"{wrong}")
        require(after["holds"] and after["duties_same"], "the chain or what is owed does not hold")
        sys.stdout.write(f"Standby: all {kept} acknowledged entries are on the server that took over, and hold.\n")


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    recovery(asked)
    standby(asked)
