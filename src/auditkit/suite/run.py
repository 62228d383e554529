"""`auditkit run`: every notebook of the suite, in order of need, into one whole run folder."""

import os
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timezone
from pathlib import Path
from threading import Lock

import nbformat

from auditkit.errors import InputError
from auditkit.publish.manifest import MANIFEST
from auditkit.publish.narrative import render_narrative
from auditkit.suite.environment import variables
from auditkit.suite.facts import narrative_facts, refuse_other_params, seal
from auditkit.suite.failures import log_folder, notebook_failure
from auditkit.suite.inputs import check_inputs
from auditkit.suite.kernels import CELL_SECONDS, Kernels, Stopped
from auditkit.suite.notebook import FOLDERS, RUN_FOLDER_VARIABLE
from auditkit.suite.params import Setup, load_params
from auditkit.suite.progress import Progress
from auditkit.suite.scrub import scrub
from auditkit.suite.shelf import PARAMETER, Notebook, choose, find_notebooks
from auditkit.suite.staging import staged
from auditkit.suite.summary import Summary, summarise

# nbconvert's exporter and its template cache are not made for several threads.
_one_narrative_at_a_time = Lock()


def run_suite(params_file: Path | str, only: list[str] | None = None, jobs: int = 2) -> Summary:
    """Run the notebooks of the project that `params_file` belongs to and give the run's summary.

    only: numbers of the notebooks to run; the existing run's results are kept for the others.
    jobs: how many notebooks run at the same time.
    The run takes its place in the output folder only when it is whole. Raises InputError for the
    user's mistakes and RunFailed, with the log named, for ours.
    """
    started, clock = datetime.now(timezone.utc), time.monotonic()
    setup = load_params(params_file)
    notebooks = find_notebooks(setup.root / "notebooks")
    chosen = choose(notebooks, only)
    kept = [notebook for notebook in notebooks if notebook not in chosen]
    _check_before_start(setup, chosen, kept)
    with staged(setup.run_folder, FOLDERS, keep=bool(kept)) as stage:
        _forget(stage, chosen)
        _render_all(setup, stage, chosen, jobs)
        seal(setup, stage, started)
    return summarise(setup, chosen, kept, seconds=time.monotonic() - clock)


def _check_before_start(setup: Setup, chosen: list[Notebook], kept: list[Notebook]) -> None:
    """Refuse before any kernel starts what can be known to fail."""
    if not kept:
        check_inputs(setup)
        return
    if not (setup.run_folder / MANIFEST).exists():
        raise InputError(
            f"--only re-uses run {setup.params.run}, and it does not exist yet; run without --only first."
        )
    refuse_other_params(setup)
    held = {path.stem for path in (setup.run_folder / "notebooks").glob("*.ipynb")}
    lacking = [notebook.name for notebook in kept if notebook.name not in held]
    if lacking:
        raise InputError(f"run {setup.params.run} does not hold {', '.join(lacking)}; add it to --only.")


def _forget(stage: Path, chosen: list[Notebook]) -> None:
    """Take out of a copied run what is to be made again, so that nothing reads its own former self."""
    former = [stage / "notebooks" / f"{notebook.name}.ipynb" for notebook in chosen]
    former += [stage / "narratives" / f"{notebook.name}.html" for notebook in chosen]
    for path in [stage / MANIFEST, *former]:
        path.unlink(missing_ok=True)


def _render_all(setup: Setup, stage: Path, notebooks: list[Notebook], jobs: int) -> None:
    """Render `notebooks`, each as soon as those it needs are done; the first failure ends them all."""
    progress = Progress(notebooks)
    waiting = {notebook.name: notebook for notebook in notebooks}
    running: dict[Future, str] = {}
    # What kernels inherit: the staged run, quiet progress bars, one order of sets.
    inherited = {RUN_FOLDER_VARIABLE: str(stage), "TQDM_DISABLE": "1", "PYTHONHASHSEED": "0"}
    with variables(**inherited), Kernels() as kernels, ThreadPoolExecutor(jobs) as pool:
        try:
            while waiting or running:
                for notebook in _ready(waiting, running):
                    del waiting[notebook.name]
                    running[pool.submit(_render, setup, stage, notebook, kernels, progress)] = notebook.name
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    del running[future]
                    future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            kernels.stop()
            raise


def _ready(waiting: dict[str, Notebook], running: dict[Future, str]) -> list[Notebook]:
    """Notebooks none of whose needs is still to be done."""
    undone = {*waiting, *running.values()}
    return [notebook for notebook in waiting.values() if not undone & set(notebook.needs)]


def _render(setup: Setup, stage: Path, notebook: Notebook, kernels: Kernels, progress: Progress) -> None:
    """Execute one notebook and render its narrative into the staged run."""
    name, root = notebook.name, setup.root
    progress.start(name)
    params_file = Path(os.path.relpath(setup.file, root)).as_posix()
    try:
        executed = kernels.execute(
            notebook.path, {PARAMETER: params_file}, root, on_cell=lambda index: progress.cell(name, index)
        )
        target = stage / "notebooks" / f"{name}.ipynb"
        nbformat.write(scrub(executed, str(root)), target)
        with _one_narrative_at_a_time:
            render_narrative(
                target, stage / "narratives" / f"{name}.html", narrative_facts(setup, stage, name)
            )
    except Stopped:
        progress.failed(name)
        raise
    except Exception as error:
        progress.failed(name)
        raise notebook_failure(name, error, log_folder(root), CELL_SECONDS // 60) from error
    progress.done(name)
