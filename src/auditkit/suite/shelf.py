"""The notebooks of a project: which there are, what each needs, and whether they are in order.

A notebook's metadata holds `"auditkit": {"needs": ["01_intake"], "title": "..."}`. Its first
code cell is tagged `parameters` and holds plain lines `name = "literal"`; the only name the
suite gives is `params_file`.
"""

import ast
import json
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from auditkit.errors import InputError

PARAMETER = "params_file"


@dataclass(frozen=True)
class Notebook:
    """A stored notebook: `name` is its file name without .ipynb, `needs` the names it builds on."""

    name: str
    path: Path
    title: str
    needs: tuple[str, ...]
    cells: int

    @property
    def number(self) -> str:
        return self.name.split("_", 1)[0]


def find_notebooks(folder: Path) -> list[Notebook]:
    """The checked notebooks of `folder` in reading order, which is the order of their numbers.

    Raises InputError when there is none, a parameters cell is not plain, or the needs name an
    unknown notebook or run in a circle.
    """
    notebooks = [_read(path) for path in sorted(Path(folder).glob("[0-9]*.ipynb"))]
    if not notebooks:
        raise InputError(f"{folder.name}: holds no numbered notebook such as 01_intake.ipynb.")
    known = {notebook.name for notebook in notebooks}
    for notebook in notebooks:
        for need in notebook.needs:
            if need not in known:
                raise InputError(f"{notebook.path.name}: needs {need}, and there is no such notebook.")
    try:
        TopologicalSorter({notebook.name: notebook.needs for notebook in notebooks}).prepare()
    except CycleError as error:
        raise InputError(f"notebooks need each other in a circle: {' -> '.join(error.args[1])}.") from None
    return notebooks


def choose(notebooks: list[Notebook], only: list[str] | None) -> list[Notebook]:
    """The notebooks whose number (or name) stands in `only`; all of them when it is empty."""
    if not only:
        return notebooks
    for wanted in only:
        if not any(wanted in (notebook.number, notebook.name) for notebook in notebooks):
            numbers = ", ".join(notebook.number for notebook in notebooks)
            raise InputError(
                f"--only {wanted}: there is no notebook of that number; the numbers are {numbers}."
            )
    return [notebook for notebook in notebooks if notebook.number in only or notebook.name in only]


def _read(path: Path) -> Notebook:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        cells = content["cells"]
    except (ValueError, KeyError):
        raise InputError(f"{path.name}: is not a notebook; restore the file.") from None
    own = content.get("metadata", {}).get("auditkit", {})
    _check_parameters(path.name, cells)
    return Notebook(path.stem, path, own.get("title", path.stem), tuple(own.get("needs", ())), len(cells))


def _check_parameters(name: str, cells: list[dict]) -> None:
    """The parameters cell holds literals only: papermill retypes anything else, without a word."""
    tagged = [cell for cell in cells if "parameters" in cell.get("metadata", {}).get("tags", ())]
    if len(tagged) != 1:
        raise InputError(f"{name}: has {len(tagged)} cells tagged `parameters` where one belongs.")
    if _literal_names("".join(tagged[0]["source"])) != [PARAMETER]:
        raise InputError(f'{name}: the parameters cell must be one line, {PARAMETER} = "params/....yaml".')


def _literal_names(source: str) -> list[str] | None:
    """Names that `source` sets to literal texts; None when anything else stands in it."""
    try:
        lines = ast.parse(source).body
    except SyntaxError:
        return None
    plain = all(
        isinstance(line, ast.Assign)
        and isinstance(line.targets[0], ast.Name)
        and isinstance(line.value, ast.Constant)
        and isinstance(line.value.value, str)
        for line in lines
    )
    return [line.targets[0].id for line in lines] if plain else None
