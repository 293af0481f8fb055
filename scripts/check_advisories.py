"""Say whether a known advisory speaks of any locked package; what nobody could answer for counts as no answer.

python scripts/check_advisories.py requirements.lock [more locks]

Exit status 0: every locked package was looked up and none has an advisory. 1: some have, each named. 2: for some there
was no answer, each named with why; nothing is said of them. pip-audit asks the package registry.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LOCKED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;]+)", re.M)
ASK = ("-m", "pip_audit", "--format", "json", "--progress-spinner", "off", "--no-deps", "--disable-pip")
Package = tuple[str, str]


def locked(text: str) -> set[Package]:
    """Name and version of every package of a lock file."""
    return {(_plain(name), version) for name, version in LOCKED.findall(text)}


def judged(wanted: set[Package], report: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Sentences on what has an advisory, and on what was not answered, of a report as pip-audit writes it."""
    told = {_plain(one["name"]): one for one in report.get("dependencies", [])}
    spoken, silent = [], []
    for name, version in sorted(wanted):
        one = told.get(name, {})
        if one.get("version") != version or "vulns" not in one:
            silent.append(f"{name} {version}: {one.get('skip_reason', 'the report does not speak of it')}")
        for advisory in one.get("vulns") or ():
            mended = ", ".join(advisory.get("fix_versions") or ()) or "no version yet"
            spoken.append(f"{name} {version}: {advisory['id']}, mended in {mended}")
    return spoken, silent


def asked(lock: str) -> Mapping[str, Any]:
    """What pip-audit reports of a lock file; nothing where it ended without a report."""
    done = subprocess.run([sys.executable, *ASK, "-r", lock], capture_output=True, text=True, check=False)
    try:
        report: Mapping[str, Any] = json.loads(done.stdout)
    except json.JSONDecodeError:
        sys.stderr.write(done.stderr[-2_000:])
        return {}
    return report


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main(locks: list[str]) -> int:
    """Ask about each lock; the exit status."""
    spoken, silent, looked_up = set(), set(), 0
    for lock in locks:
        wanted = locked(Path(lock).read_text("utf-8"))
        looked_up += len(wanted)
        found, unanswered = judged(wanted, asked(lock))
        spoken |= set(found)
        silent |= set(unanswered)
    for line in sorted(spoken):
        print(f"advisory: {line}")
    for line in sorted(silent):
        print(f"no answer: {line}")
    print(f"{looked_up} locked packages, {len(spoken)} advisories, {len(silent)} without an answer")
    if not looked_up:
        print("These files lock no package: nothing was checked.")
    return 1 if spoken else 2 if silent or not looked_up else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
