"""`make lab`: JupyterLab opened on the review desk of a run.

The desk is a copy of the run's review notebook beside the log, so that nothing a reviewer does in
JupyterLab, which saves by itself, touches a file of the finished run.
"""

import os
import sys
from pathlib import Path

import nbformat

from auditkit.errors import InputError
from auditkit.findings.annotations import log_path
from auditkit.suite.reviewed_run import REVIEW_NOTEBOOK

# JupyterLab asks servers outside for news, new versions and extensions; a desk with member data asks nobody.
_CONFIG = Path(__file__).parent / "lab_config"
_NO_EXTENSIONS = "--LabApp.extension_manager=readonly"


def desk_notebook(run_folder: Path) -> Path:
    """Make the desk of a run again, without outputs, and give its place: `<output>/review/<run>_desk.ipynb`.

    Raises InputError when there is no such run, or it was made without the review notebook.
    """
    made = run_folder / "notebooks" / f"{REVIEW_NOTEBOOK}.ipynb"
    if not run_folder.is_dir():
        raise InputError(f"There is no run {run_folder.name} yet; run `make report` first.")
    if not made.exists():
        raise InputError(f"Run {run_folder.name} has no {REVIEW_NOTEBOOK}; make the run again.")
    notebook = nbformat.read(made, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    desk = log_path(run_folder.parent, run_folder.name).with_name(f"{run_folder.name}_desk.ipynb")
    desk.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    nbformat.write(notebook, desk)
    return desk


def main(arguments: list[str]) -> int:
    """Open the desk of outputs/NAME; further arguments go to JupyterLab."""
    try:
        desk = desk_notebook(Path("outputs") / arguments[0])
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    paths = (str(_CONFIG), os.environ.get("JUPYTER_CONFIG_PATH"))
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, paths))
    start = f"--LabApp.default_url=/lab/tree/{desk.as_posix()}"
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", start, _NO_EXTENSIONS, *arguments[1:]])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
