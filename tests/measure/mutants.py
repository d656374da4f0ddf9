"""How many small mistakes in the rules of readiness the tests would notice: `python -m tests.measure.mutants`.

Every mistake is one change in one place: a comparison turned, an “and” made an “or”, a “not” dropped, a number off by
one, a text replaced, a result lost. Each is tried in a process of its own, which runs the unit tests of readiness until
the first that fails. What survives is printed with its line: it lacks a test, or changes nothing that can be seen.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import importlib.util
import os
import re
import signal
import sys
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[2]
MODULES = ("assessments/readiness.py",)
# Most are noticed by the first; the last take longest.
TESTS = (
    ("readiness", "readiness_words"),
    ("own_turns", "readiness_tiers", "ladder", "judged_clauses", "certified_4", "what_if", "concern", "held_later"),
    ("readiness_rules",),
)
PATIENCE = 300  # seconds; what runs longer goes round in circles, which is noticed
TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
SUMS: dict[type[ast.operator], type[ast.operator]] = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div}


@dataclass(frozen=True)
class Mutant:
    """A module with one mistake in it."""

    line: int
    what: str
    tree: ast.Module


def mutants(source: str) -> Iterator[Mutant]:
    """Every mistake, one at a time."""
    tree = ast.parse(source)
    places = list(_places(tree))
    for number, node in enumerate(places):
        for change in range(len(_mistakes(deepcopy(node)))):
            copy = deepcopy(tree)
            chosen = list(_places(copy))[number]
            before = ast.unparse(chosen)
            what, wrong = _mistakes(chosen)[change]
            _replace(copy, chosen, wrong)
            yield Mutant(getattr(node, "lineno", 0), f"{what}: {before[:70]!r}", ast.fix_missing_locations(copy))


def _places(tree: ast.AST) -> Iterator[ast.AST]:
    """Where a mistake can be made: not in what is only read by people or by the type checker."""
    for name, value in ast.iter_fields(tree):
        if name in ("annotation", "returns", "names", "decorator_list"):
            continue
        for each in value if isinstance(value, list) else [value]:
            docstring = isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)
            literal = isinstance(each, ast.Subscript) and ast.unparse(each.value) == "Literal"
            if isinstance(each, ast.AST) and not docstring and not literal:
                yield each
                yield from _places(each)


def _mistakes(node: ast.AST) -> list[tuple[str, ast.AST]]:  # noqa: C901, PLR0911 - one line for each kind of mistake
    match node:
        case ast.Compare(left, [op], comparators) if type(op) in TURNED:
            return [("turned", ast.Compare(left, [TURNED[type(op)]()], comparators))]
        case ast.BoolOp(op, values):
            return [("and, or", ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values))]
        case ast.UnaryOp(ast.Not(), operand):
            return [("not dropped", operand)]
        case ast.BinOp(left, op, right) if type(op) in SUMS:
            return [("sum turned", ast.BinOp(left, SUMS[type(op)](), right))]
        case ast.IfExp(test, body, orelse):
            return [("always", body), ("never", orelse), ("turned", ast.IfExp(test, orelse, body))]
        case ast.If(test, body, orelse):
            off = ast.UnaryOp(ast.Not(), test)
            return [("if turned", ast.If(off, body, orelse)), ("never", ast.If(ast.Constant(False), body, orelse))]
        case ast.Return(ast.AST()):
            return [("result lost", ast.Return(ast.Constant(None)))]
        case ast.Constant(bool() as value):
            return [("flipped", ast.Constant(not value))]
        case ast.Constant(int() as value):
            return [("one more", ast.Constant(value + 1)), ("one less", ast.Constant(value - 1))]
        case ast.Constant(str() as value):
            return [("text", ast.Constant(f"{value}XX"))]
    return []


def _replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list) and any(each is old for each in value):
                setattr(parent, name, [new if each is old else each for each in value])


def survives(path: Path, mutant: Mutant) -> bool:
    """Whether every test still passes with the mistake in it."""
    child = os.fork()
    if child == 0:
        signal.alarm(PATIENCE)
        os._exit(_try(path, mutant))
    _, status = os.waitpid(child, 0)
    return os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0


def _try(path: Path, mutant: Mutant) -> int:
    """In the child: load the mistaken module in the place of the right one, and run the tests."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    name = ".".join(path.with_suffix("").parts)
    spec = importlib.util.spec_from_file_location(name, ROOT / path)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    settings.register_profile("mutants", derandomize=True, database=None)
    settings.load_profile("mutants")
    try:
        exec(compile(mutant.tree, str(path), "exec"), module.__dict__)  # noqa: S102 - our own code, mistaken on purpose
    except Exception:  # noqa: BLE001 - a mistake that keeps the module from loading is noticed
        return 1
    setattr(sys.modules[name.rpartition(".")[0]], path.stem, module)
    for names in TESTS:
        files = [f"tests/unit/test_{each}.py" for each in names]
        if pytest.main(["-x", "-q", "-p", "no:cacheprovider", *files]) != 0:
            return 1
    return 0


def _load_the_rest(path: Path) -> None:
    """Load, once for all children, what does not need the module that will be mistaken."""
    folders = ("assessments", "courses", "tests/unit")
    files = [each for folder in folders for each in Path(folder).glob("*.py") if not each.stem.startswith("test_")]
    named = {".".join(each.with_suffix("").parts): each.read_text("utf-8") for each in files}
    away = {".".join(path.with_suffix("").parts)}
    while more := {name for name, text in named.items() if name not in away and any(_needs(text, a) for a in away)}:
        away |= more
    for name in sorted(named.keys() - away):
        importlib.import_module(name)


def _needs(text: str, module: str) -> bool:
    package, _, name = module.rpartition(".")
    return f"from {module} import" in text or re.search(rf"^from {package} import .*\b{name}\b", text, re.M) is not None


def main() -> None:
    """Print what survived and the share that did not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", default=MODULES, help="paths of modules, from the root of the project")
    parser.add_argument("--lines", default="", help="only mistakes in these lines: 100-120")
    asked = parser.parse_args()
    os.chdir(ROOT)
    import assessments  # noqa: F401 - its package only, which the child puts the module into

    first, _, last = asked.lines.partition("-")
    for module in asked.modules:
        path = Path(module)
        _load_the_rest(path)
        made = [m for m in mutants(path.read_text("utf-8")) if not first or int(first) <= m.line <= int(last or first)]
        if not made or not survives(path, Mutant(0, "nothing", ast.parse(path.read_text("utf-8")))):
            sys.exit(f"{path}: there is nothing to change there, or the tests fail without a mistake.")
        survivors = [each for each in made if survives(path, each) and _report(path, each)]
        killed = len(made) - len(survivors)
        print(f"{path}: {killed} of {len(made)} mistakes noticed, {100 * killed / len(made):.1f}%", flush=True)


def _report(path: Path, mutant: Mutant) -> bool:
    print(f"{path}:{mutant.line}: survives: {mutant.what}", flush=True)
    return True


if __name__ == "__main__":
    main()
