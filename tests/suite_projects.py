"""A tiny project in a temporary folder: params, an empty mapping and notebooks of a few cells."""

from pathlib import Path

import nbformat

PARAMS = """\
run: tiny
plan: Tiny Plan
contracts: [H9901]
programs: [sco]
period: {start: 2026-07-01, end: 2026-09-30}
extracts: {folder: extracts, mapping: params/mapping.yaml}
"""

MAPPING = """\
plan: Tiny Plan
extracts:
  - table: delegates
    file: delegates.csv
    columns: {delegate: NAME}
"""

OPEN = "from auditkit.suite.notebook import open_run\nrun = open_run(params_file)"


def notebook(*cells: str, needs: tuple[str, ...] = (), parameters: str = 'params_file = "params/x.yaml"'):
    """A stored notebook: a heading, its parameters cell, then `cells` of code."""
    stored = nbformat.v4.new_notebook()
    stored.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    stored.metadata["auditkit"] = {"needs": list(needs), "title": "Tiny"}
    first = nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}, id="parameters")
    code = [nbformat.v4.new_code_cell(cell, id=f"cell-{number}") for number, cell in enumerate(cells)]
    stored.cells = [nbformat.v4.new_markdown_cell("# Tiny", id="heading"), first, *code]
    return stored


def make_project(root: Path, **notebooks) -> Path:
    """Write a project with `notebooks` by name (a leading n_ is dropped) and give its params file."""
    for folder in ("notebooks", "params", "extracts"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "params" / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    (root / "extracts" / "delegates.csv").write_text("NAME\nBay Physicians\n", encoding="utf-8")
    (root / "params" / "x.yaml").write_text(PARAMS, encoding="utf-8")
    for name, stored in notebooks.items():
        nbformat.write(stored, root / "notebooks" / f"{name.removeprefix('n_')}.ipynb")
    return root / "params" / "x.yaml"
