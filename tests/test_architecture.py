"""Imports point one way: a package may import those before it in the order of docs/architecture.md, never after."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "auditkit"
FLOORS = [
    {"errors"}, {"rules"}, {"sources"}, {"clocks"}, {"universes"}, {"stars", "reports", "oversight"},
    {"findings"}, {"publish"}, {"suite"},
]  # fmt: skip
FLOOR = {package: floor for floor, packages in enumerate(FLOORS) for package in packages}


def imported(path: Path) -> set[str]:
    """The packages of ours that a module imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("auditkit."):
            names.add(node.module.split(".")[1])
        elif isinstance(node, ast.Import):
            names |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("auditkit.")}
    return names


@pytest.mark.parametrize("package", sorted(set(FLOOR) - {"errors"}))
def test_no_package_imports_from_a_floor_above_it(package):
    wrong = {
        f"{path.relative_to(SOURCE)} imports {name}"
        for path in (SOURCE / package).rglob("*.py")
        for name in imported(path)
        if name != package and (FLOOR[name] > FLOOR[package] or (FLOOR[name] == FLOOR[package]))
    }
    assert wrong == set()
