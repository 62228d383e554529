"""What a command needs on this machine: mapping, extracts, connections, and a folder it can write to."""

import os
from pathlib import Path

from auditkit.errors import InputError
from auditkit.sources.mapping import load_mapping
from auditkit.suite.params import Setup


def needed_files(setup: Setup) -> list[tuple[str, str]]:
    """Paths, relative to the project folder, with what each is.

    The extract files are named only where the mapping can be read.
    """
    extracts, mapping = setup.params.extracts.folder, setup.params.extracts.mapping
    needed = [(mapping, "mapping of column names"), (extracts, "folder of extracts")]
    if reports := setup.params.reports:
        named = ((reports.prior_authorization_list, "list of items that need prior authorization"),
                 (reports.history, "what was reported earlier"))  # fmt: skip
        needed += [(path, what) for path, what in named if path]
    if setup.at(mapping).is_file():
        files = sorted({extract.file for extract in load_mapping(setup.at(mapping)).extracts if extract.file})
        needed += [(f"{extracts}/{file}", "extract") for file in files]
    return needed


def needed_variables(setup: Setup) -> list[str]:
    """Environment variables that hold the URLs of the databases the mapping names."""
    mapping = setup.at(setup.params.extracts.mapping)
    if not mapping.is_file():
        return []
    return sorted({extract.connection for extract in load_mapping(mapping).extracts if extract.connection})


def check_inputs(setup: Setup) -> None:
    """Raise InputError when a file, folder or environment variable that a run needs is missing."""
    for path, what in needed_files(setup):
        if not setup.at(path).exists():
            raise InputError(
                f"{setup.file.name}: {path} ({what}) is not there; put it there or correct its name."
            )
    for name in needed_variables(setup):
        if not os.environ.get(name):
            raise InputError(
                f"{setup.file.name}: the environment variable {name} is not set; "
                "set it to the database's SQLAlchemy URL."
            )


def output_folder(named: str) -> Path:
    """Give the folder `named` on the command line for output; it need not be there yet.

    Raises InputError when a file stands in its place or on the way to it, or it may not be written to.
    """
    folder = Path(named)
    nearest = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not nearest.is_dir():
        raise InputError(f"{nearest} is a file, so nothing can be written into it; name a folder.")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise InputError(f"the folder {nearest} may not be written to; name another one.")
    return folder
