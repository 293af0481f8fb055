"""Imports run one way, and what is pure stays pure."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "safekept"
PURE = (
    "safekept.procedures", "safekept.kinds", "safekept.calendars", "safekept.linking", "safekept.redaction",
    "safekept.access.policy",
)  # fmt: skip


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("package", PURE)
def test_pure_packages_leave_django_alone(package: str) -> None:
    assert run(f"import sys, {package}; print('django' in sys.modules or 'psycopg' in sys.modules)") == "False"


def test_help_imports_neither_django_nor_yaml() -> None:
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom safekept.cli.main import cli\n"
        "assert CliRunner().invoke(cli, ['--help']).exit_code == 0\n"
        "print(sorted({'django', 'yaml', 'psycopg'} & set(sys.modules)))"
    )
    assert run(code) == "[]"


def test_evaluating_imports_no_django() -> None:
    assert run("import sys, safekept.cli.evaluate, safekept.cli.pack; print('django' in sys.modules)") == "False"


def test_the_contracts_hold() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


RISKY_CALLS, RISKY_NAMES = {"raw", "extra"}, {"_base_manager", "_default_manager"}
"""Ways round the gateway's filter."""


def ways_round(source: str) -> set[str]:
    """The ways round the gateway that a module's source uses: raw rows, extra conditions, other managers."""
    nodes = list(ast.walk(ast.parse(source)))
    called = {node.func.attr for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)}
    named = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return (called & RISKY_CALLS) | (named & RISKY_NAMES)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("Entry.objects.raw('SELECT 1')", {"raw"}),
        ("rows.extra(where=['1=1'])", {"extra"}),
        ("Entry._base_manager.all()", {"_base_manager"}),
        ("self.raw", set()),
        ("Entry.objects.filter(id=1)", set()),
    ],
)
def test_the_check_for_ways_round_finds_them(source: str, found: set[str]) -> None:
    assert ways_round(source) == found


APPS = ("access", "casework", "demo", "directory", "handbook", "record", "register")


@pytest.mark.parametrize("path", [path for app in APPS for path in (SOURCE / app).rglob("*.py")], ids=str)
def test_no_module_goes_round_the_gateway(path: Path) -> None:
    names = ways_round(path.read_text())
    assert names == set(), f"{path.relative_to(ROOT)} uses {', '.join(sorted(names))}"
