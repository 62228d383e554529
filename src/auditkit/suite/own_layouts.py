"""Where a project keeps its own layout versions, for commands that are given no params file."""

from pathlib import Path

from auditkit.errors import InputError
from auditkit.rules.layouts import use_folder
from auditkit.suite.params import OWN_LAYOUTS, project_root


def own_folder(named: str | None = None) -> Path:
    """The folder `named`, else params/layouts of the project around the working folder.

    Raises InputError when none is named and the working folder is in no project.
    """
    folder = Path(named) if named else _of_project()
    if folder is None:
        raise InputError(
            "The working folder is in no project (a folder with notebooks and params in it); "
            "go there, or name the folder of layouts with --folder."
        )
    return folder


def use_own_layouts(named: str | None = None) -> None:
    """Count the layout versions in the folder `named`, else in the project's; else only the packaged.

    Raises InputError when a file there is malformed.
    """
    use_folder(Path(named) if named else _of_project())


def _of_project() -> Path | None:
    try:
        return project_root(Path.cwd() / "here") / OWN_LAYOUTS
    except InputError:
        return None
