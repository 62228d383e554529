"""Executes one notebook: papermill over IPC, with limits on time and a way to stop.

IPC instead of TCP: no races for ports, and no traffic that another user of the machine could
read. The socket folder has a short absolute path, because a Unix socket's path may not exceed
about a hundred characters.
"""

import itertools
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

# jsonschema imports rfc3987_syntax if it can, and that parses a whole grammar: 1.4 seconds in
# every process that imports papermill. Nothing here validates IRIs. None makes the import fail
# as if the package were not installed, which jsonschema allows for.
sys.modules.setdefault("rfc3987_syntax", None)

import nbformat  # noqa: E402
import papermill  # noqa: E402
from jupyter_client import AsyncKernelManager  # noqa: E402
from traitlets.config import Config  # noqa: E402

# They repeat on the user's screen, at odd moments, what is told once and in words by auditkit.suite.failures.
for _chatty in ("papermill", "traitlets", "asyncio"):
    logging.getLogger(_chatty).setLevel(logging.CRITICAL + 1)

CELL_SECONDS = 1800
NOTEBOOK_SECONDS = 3600
START_SECONDS = 120


class Stopped(Exception):
    """The run is being given up; this notebook goes no further."""


class Kernels:
    """The kernels of one run: executes notebooks, each in a kernel of its own, and stops them all."""

    def __init__(self) -> None:
        self._sockets = Path(tempfile.mkdtemp(prefix="ak-", dir="/tmp" if os.path.isdir("/tmp") else None))
        self._numbers = itertools.count()
        self._managers: list[AsyncKernelManager] = []
        self._stopping = False

    def __enter__(self) -> "Kernels":
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._sockets, ignore_errors=True)

    def execute(
        self, notebook: Path, parameters: dict[str, str], folder: Path, on_cell: Callable[[int], None]
    ) -> nbformat.NotebookNode:
        """Give `notebook` executed with `parameters`, its working folder being `folder`.

        `on_cell` hears the index of each cell as it starts. Raises papermill's
        PapermillExecutionError, nbclient's CellTimeoutError and DeadKernelError, and Stopped
        when the run was given up meanwhile.
        """
        try:
            return self._execute(notebook, parameters, folder, on_cell)
        except Exception:
            if self._stopping:
                raise Stopped from None
            raise

    def _execute(
        self, notebook: Path, parameters: dict[str, str], folder: Path, on_cell: Callable[[int], None]
    ) -> nbformat.NotebookNode:
        give_up = time.monotonic() + NOTEBOOK_SECONDS

        def seconds_left(_cell: object) -> int:
            # Never 0, which nbclient reads as "no limit".
            return max(1, int(min(CELL_SECONDS, give_up - time.monotonic())))

        def cell_starts(cell: object, cell_index: int) -> None:
            if self._stopping:
                raise Stopped
            on_cell(cell_index)

        return papermill.execute_notebook(
            nbformat.read(notebook, as_version=4),
            None,
            parameters=parameters,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            request_save_on_cell_execute=False,
            autosave_cell_every=0,
            start_timeout=START_SECONDS,
            # papermill's own cwd changes the folder of the whole process, and threads share it.
            resources={"metadata": {"path": str(folder)}},
            kernel_manager_class=self._manager_class(),
            config=self._transport(),
            timeout_func=seconds_left,
            on_cell_start=cell_starts,
        )

    def stop(self) -> None:
        """End every kernel at once; notebooks under way raise Stopped."""
        self._stopping = True
        for manager in self._managers:
            process_group = getattr(manager.provisioner, "pgid", None)
            if process_group and process_group > 0:
                with suppress(ProcessLookupError):  # it may have ended
                    os.killpg(process_group, signal.SIGKILL)

    def _manager_class(self) -> type[AsyncKernelManager]:
        managers = self._managers

        class Listed(AsyncKernelManager):
            def __init__(self, **traits: object) -> None:
                super().__init__(**traits)
                managers.append(self)

            async def start_kernel(self, **options: object) -> None:
                # What a kernel writes past its notebook would land on the user's screen, and may hold data.
                await super().start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)

        return Listed

    def _transport(self) -> Config:
        socket = self._sockets / str(next(self._numbers))
        return Config({"KernelManager": {"transport": "ipc", "ip": str(socket)}})
