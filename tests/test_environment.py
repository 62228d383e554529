"""pyproject.toml, the lock files and environment.yml describe one environment."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from auditkit.suite.doctor import locked_versions

PROJECT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PYPROJECT["optional-dependencies"]


@pytest.mark.parametrize(
    ("lock", "asked"),
    [
        ("requirements.lock", PYPROJECT["dependencies"] + EXTRAS["test"]),
        ("requirements-warehouse.lock", PYPROJECT["dependencies"] + EXTRAS["test"] + EXTRAS["warehouse"]),
        ("requirements-build.lock", ["setuptools>=77"]),
    ],
)
def test_every_requirement_is_locked_at_a_version_it_allows(lock, asked):
    locked = locked_versions(PROJECT / lock)
    for requirement in map(Requirement, asked):
        name = requirement.name.lower().replace("_", "-")
        assert name in locked, f"{name} is not in {lock}; run `make lock`"
        assert requirement.specifier.contains(locked[name]), (
            f"{name} {locked[name]} is not {requirement.specifier}"
        )


def test_the_warehouse_lock_adds_to_the_lock_and_changes_nothing():
    plain = locked_versions(PROJECT / "requirements.lock")
    warehouse = locked_versions(PROJECT / "requirements-warehouse.lock")
    assert {name: warehouse.get(name) for name in plain} == plain
    assert {"psycopg", "pyspark"} <= set(warehouse) - set(plain)


@pytest.mark.parametrize(
    "lock", ["requirements.lock", "requirements-warehouse.lock", "requirements-build.lock"]
)
def test_every_pin_has_a_hash(lock):
    text = (PROJECT / lock).read_text(encoding="utf-8")
    pins = re.findall(r"^[\w.-]+==.*(?:\n +--hash=sha256:[0-9a-f]{64}(?: \\)?)*", text, re.MULTILINE)
    assert pins and all("--hash" in pin for pin in pins)
    assert len(pins) == len(re.findall(r"^[^\s#]", text, re.MULTILINE))  # nothing but pins and comments


def test_the_build_lock_satisfies_the_build_system():
    asked = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"][
        "requires"
    ]
    assert asked == ["setuptools>=77"]


def test_conda_users_get_the_lock_and_a_python_the_package_takes():
    environment = yaml.safe_load((PROJECT / "environment.yml").read_text(encoding="utf-8"))
    python, pip, packages = environment["dependencies"]
    assert pip == "pip"
    assert packages == {"pip": ["-r requirements.lock", "-e ."]}
    found = Requirement(python.replace("=", "=="))
    assert Requirement(f"python{PYPROJECT['requires-python']}").specifier.contains(
        str(found.specifier).strip("=")
    )


def test_a_lock_line_for_another_python_is_not_taken(tmp_path):
    """numpy has two pins in the lock: one for Python before 3.12, one from 3.12 on."""
    lock = tmp_path / "x.lock"
    lock.write_text(
        "alpha==1.0 ; python_full_version < '3.0' \\\n    --hash=sha256:00\n"
        "alpha==2.0 ; python_full_version >= '3.0' \\\n    --hash=sha256:00\nBeta==3 \\\n",
        encoding="utf-8",
    )
    assert locked_versions(lock) == {"alpha": "2.0", "beta": "3"}
