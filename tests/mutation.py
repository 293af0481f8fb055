"""How many deliberate faults the tests find: ``python -m tests.mutation policy chain evaluate`` (``make mutate``).

Every fault is one small change of one module (Cosmic Ray's operators, and two for rules that are data). For each a
process of its own is forked, which imports the changed module in place of the real one and runs the target's tests
until one fails. The tests are those that need no database, so that a fault takes seconds. Files are never changed.
"""

from __future__ import annotations

import ast
import importlib.abc
import importlib.util
import os
import random
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest
from hypothesis import Phase, settings

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 120.0
"""How long the tests may take with a fault in place: an endless loop is found by that."""
ASKED = 0.95
QUIETLY = ("-x", "-q", "--tb=no", "--assert=plain", "-p", "no:cacheprovider")
ALONE = ("-c", os.devnull, "--rootdir", str(ROOT), "--noconftest")
"""These tests need neither Django nor any plugin, and a warning alone is no fault that they found."""


@dataclass(frozen=True)
class Target:
    """What is changed, and the tests that are to find it, the quickest first."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


SWAPPED = {"AllOf": "AnyOf", "AnyOf": "AllOf"}
LEFT_OUT = ("VariableInserter", "VariableReplacer", "_Is_Eq", "_IsNot_NotEq", "_Eq_Is", "_NotEq_IsNot")
"""Operators that need arguments, and those that take identity for equality, which changes nothing here."""
SCENARIOS = "tests/packs/test_scenarios.py"
TARGETS = {
    "policy": Target(("safekept.access.policy",), ("tests/unit/test_policy.py",)),
    "chain": Target(
        ("safekept.record.chain", "safekept.proof.walking", "safekept.witness"),
        ("tests/unit/test_chain.py", "tests/unit/test_witness_corners.py", "tests/unit/test_witness.py"),
    ),
    "redaction": Target(
        tuple(
            f"safekept.redaction.{name}"
            for name in ("deciding", "rebuilding", "canaries", "proving", "grounds", "items")
        ),
        tuple(f"tests/unit/test_redaction_{name}.py" for name in ("deciding", "corners", "rebuilding", "canaries")),
    ),
    "evaluate": Target(
        tuple(
            f"safekept.procedures.{name}"
            for name in ("engine", "state", "entry_tests", "facts", "dispatch", "answering")
        ),
        (
            *(f"tests/unit/test_evaluate{name}.py" for name in ("_facts", "_asking", "_state", "", "_corners")),
            "tests/unit/test_evaluate_duties.py",
            "tests/unit/test_evaluate_procedures.py",
            SCENARIOS,
            "tests/unit/test_evaluate_properties.py",
        ),
    ),
}


@dataclass(frozen=True)
class Fault:
    """One change of one module; ``changed`` gives what then stands in the place of the file."""

    module: str
    line: int
    what: str
    changed: Callable[[], str]

    @cached_property
    def source(self) -> str:
        """What then stands there; worked out before the processes are forked, which share it."""
        return self.changed()

    def compiles(self) -> bool:
        """Whether it is a module at all."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SyntaxWarning)
                compile(self.source, self.module, "exec")
        except SyntaxError:
            return False
        return True


def faults(module: str) -> list[Fault]:
    """Every change of a module."""
    text = _path(module).read_text()
    return [Fault(module, *told) for told in (*_by_cosmic_ray(text), *_by_structure(text))]


def _path(module: str) -> Path:
    return ROOT / "src" / Path(*module.split(".")).with_suffix(".py")


def _by_cosmic_ray(text: str) -> Iterator[tuple[int, str, Callable[[], str]]]:
    """Cosmic Ray's operators, save on annotations, which say nothing to the program."""
    from cosmic_ray import mutating, plugins
    from cosmic_ray.ast import ast_nodes, get_ast

    tree, noted = get_ast(text), list(_annotations(text))
    for name in sorted(plugins.operator_names()):
        if not name.endswith(LEFT_OUT):
            operator = plugins.get_operator(name)()
            places = [where for node in ast_nodes(tree) for where in operator.mutation_positions(node)]
            for number, (start, _) in enumerate(places):
                if not any(first <= start < last for first, last in noted):
                    yield start[0], name[5:], partial(mutating.mutate_code, text, operator, number)


def _annotations(text: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    for node in ast.walk(ast.parse(text)):
        for name in ("annotation", "returns"):
            if (found := getattr(node, name, None)) is not None:
                yield (found.lineno, found.col_offset), (found.end_lineno, found.end_col_offset)


def _by_structure(text: str) -> Iterator[tuple[int, str, Callable[[], str]]]:
    """Rules made of parts: all for any and the reverse, and each part left out."""
    for place, node in enumerate(ast.walk(ast.parse(text))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SWAPPED):
            continue
        yield node.lineno, f"{SWAPPED[node.func.id]} for {node.func.id}", partial(_swapped, text, place)
        parts = node.args[0].elts if isinstance(node.args[0], ast.Tuple) else []
        for number, part in enumerate(parts if len(parts) > 1 else []):
            yield part.lineno, f"without {ast.unparse(part)[:60]}", partial(_without, text, place, number)


def _swapped(text: str, place: int) -> str:
    tree = ast.parse(text)
    named = _nth(tree, place).func
    named.id = SWAPPED[named.id]
    return ast.unparse(tree)


def _without(text: str, place: int, number: int) -> str:
    tree = ast.parse(text)
    del _nth(tree, place).args[0].elts[number]
    return ast.unparse(tree)


def _nth(tree: ast.AST, place: int) -> Any:
    return next(node for number, node in enumerate(ast.walk(tree)) if number == place)


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from the text of a fault."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        if name != self.fault.module:
            return None
        return importlib.util.spec_from_loader(name, self, origin=str(_path(name)))

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = str(_path(self.fault.module))
        exec(compile(self.fault.source, module.__file__, "exec"), module.__dict__)


def _try(fault: Fault | None, tests: tuple[str, ...]) -> int:
    """Run the tests in this process with the fault in place; what pytest ends with."""
    settings.register_profile("mutation", database=None, deadline=None, phases=[Phase.explicit, Phase.generate])
    settings.load_profile("mutation")
    if fault is not None:
        sys.meta_path.insert(0, _Changed(fault))
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    return int(pytest.main([*QUIETLY, *ALONE, *tests]))


def _forked(fault: Fault | None, tests: tuple[str, ...]) -> int:
    """Start the tests in a process of its own; its number."""
    child = os.fork()
    if child:
        return child
    os.setsid()
    ended = 70
    try:
        ended = _try(fault, tests)
    finally:
        os._exit(ended)


def survivors(some: list[Fault], tests: tuple[str, ...], at_once: int) -> list[Fault]:
    """The faults with which every test passes."""
    waiting, running, found = some[::-1], {}, []
    while waiting or running:
        while waiting and len(running) < at_once:
            fault = waiting.pop()
            running[_forked(fault, tests)] = (fault, time.monotonic())
        done, status = os.waitpid(-1, os.WNOHANG)
        if done:
            fault, _ = running.pop(done)
            if os.waitstatus_to_exitcode(status) == 0:
                found.append(fault)
                click.echo(f"  survived: {fault.module}:{fault.line} {fault.what}")
            continue
        for child, (_, since) in running.items():
            if time.monotonic() - since > SECONDS:
                os.killpg(child, signal.SIGKILL)
        time.sleep(0.01)
    return found


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(sorted(TARGETS)))
@click.option("--sample", type=int, default=0, help="Try so many of a target’s faults, drawn by chance.")
@click.option("--seed", type=int, default=1, help="Which ones chance draws.")
@click.option("--least", type=float, default=ASKED, show_default=True, help="The share that is to be found.")
@click.option("--at-once", type=int, default=os.cpu_count() or 1, help="Processes side by side.")
def main(names: tuple[str, ...], sample: int, seed: int, least: float, at_once: int) -> None:
    """Say of each target how many faults its tests find; exit code 1 where that is less than asked."""
    os.chdir(ROOT)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    too_few = False
    for name in names or sorted(TARGETS):
        target = TARGETS[name]
        every = [fault for module in target.modules for fault in faults(module)]
        drawn = random.Random(seed).sample(every, min(sample, len(every))) if sample else every
        some = [fault for fault in drawn if fault.compiles()]
        child = _forked(None, target.tests)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
            raise click.ClickException(f"The tests of {name} fail without any fault. Run them first.")
        click.echo(f"{name}: {len(some)} of {len(every)} faults")
        left = survivors(some, target.tests, at_once)
        share = 1 - len(left) / len(some)
        too_few |= share < least
        click.echo(f"{name}: {len(some) - len(left)} of {len(some)} found, {share:.1%}")
    sys.exit(int(too_few))


if __name__ == "__main__":
    main()
