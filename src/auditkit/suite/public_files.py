"""CMS's public Star Ratings tables as inputs of a run: which files were at hand, and their hashes."""

from auditkit.publish.files import sha256_of
from auditkit.stars.grids import open_folder
from auditkit.stars.position import star_folders
from auditkit.suite.notebook import Run

RECORDED = "public_files"
"""Name under which a notebook records them; the manifest takes them from there (R-02)."""


def record_public_files(run: Run) -> int:
    """Record the public tables the star notebooks read, each with its place under the data folder and sha256.

    Gives how many there are. A star year's folder that holds no table is refused where it is read.
    """
    files = {
        place.path for year, folder in star_folders(run.data_folder).items()
        for place in open_folder(folder, year).places.values()
    }  # fmt: skip
    named = sorted((path.relative_to(run.data_folder).as_posix(), path) for path in files)
    run.record(RECORDED, [{"file": name, "sha256": sha256_of(path)} for name, path in named])
    return len(named)
