"""The whole suite, beside the plain loop over papermill that a user would otherwise write.

    python benchmarks/suite.py [MEMBERS]

Both sides execute the same notebooks on the same sample plan, one side after the other in this
process. The loop only executes; auditkit also stages, scrubs, renders the narratives and writes the
manifest. Notebooks are read from the project, results go to a temporary folder.
"""

import shutil
import sys
import tempfile
import time
from pathlib import Path

import papermill

from auditkit.suite.environment import variables
from auditkit.suite.run import run_suite
from auditkit.suite.sample import sample_extracts
from auditkit.suite.shelf import find_notebooks

PROJECT = Path(__file__).parents[1]
MEMBERS = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000


def plain_loop(folder: Path, params: Path) -> None:
    """Every notebook after those it needs, one by one, as papermill's documentation shows it."""
    waiting = {notebook.name: notebook for notebook in find_notebooks(PROJECT / "notebooks")}
    while waiting:
        name = next(name for name, notebook in waiting.items() if not set(notebook.needs) & set(waiting))
        del waiting[name]
        notebook = PROJECT / "notebooks" / f"{name}.ipynb"
        papermill.execute_notebook(
            str(notebook), str(folder / "notebooks" / notebook.name), parameters={"params_file": str(params)},
            progress_bar=False, cwd=str(PROJECT),
        )  # fmt: skip


def main() -> None:
    base = Path(tempfile.mkdtemp(prefix="auditkit-bench-"))
    try:
        sample_extracts(base / "extracts", MEMBERS, 7)
        text = (PROJECT / "params" / "sample.yaml").read_text(encoding="utf-8")
        text = text.replace("outputs/sample-extracts", f"{base}/extracts") + f"output: {base}/outputs\n"
        params = base / "bench.yaml"
        params.write_text(text, encoding="utf-8")
        loop = base / "loop"
        for kind in ("workbooks", "submissions", "narratives", "notebooks", "data"):
            (loop / kind).mkdir(parents=True)
        with variables(AUDITKIT_SAMPLE_DATABASE=f"sqlite:///{base}/extracts/plan.db"):
            with variables(AUDITKIT_RUN_FOLDER=str(loop)):
                start = time.perf_counter()
                plain_loop(loop, params)
                theirs = time.perf_counter() - start
            start = time.perf_counter()
            run_suite(params)
            ours = time.perf_counter() - start
        count = len(list((PROJECT / "notebooks").glob("*.ipynb")))
        print(f"suite, {count} notebooks, {MEMBERS:,} members: auditkit {ours:.1f} s, plain loop {theirs:.1f} s, "
              f"ratio {theirs / ours:.2f} (above 1: auditkit is faster)")
    finally:
        shutil.rmtree(base, ignore_errors=True)


if __name__ == "__main__":
    main()
