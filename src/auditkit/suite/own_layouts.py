"""Where a project keeps its own layout versions, for commands that are given no params file."""

from pathlib import Path

from auditkit.errors import InputError
from auditkit.rules.layouts import use_folder
from auditkit.suite.params import OWN_LAYOUTS, project_root


def own_folder(named: str | None = None) -> Path:
    """The folder `named`, else params/layouts of the project around the working folder.

    Raises InputError when none is named and the working folder is in no project.
    """
    if named:
        return Path(named)
    try:
        return project_root(Path.cwd() / "here") / OWN_LAYOUTS
    except InputError:
        raise InputError("The working folder is in no project (a folder with notebooks and params in it); "
                         "go there, or name the folder of layouts with --folder.") from None


def use_own_layouts(named: str | None = None) -> None:
    """Count a project's own layout versions; outside a project only the packaged ones hold."""
    try:
        use_folder(own_folder(named))
    except InputError:
        use_folder(None)
