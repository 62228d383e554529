"""Takes out of an executed notebook what differs from run to run or tells about the machine."""

import re

import nbformat

_OURS = ("auditkit", "kernelspec", "language_info")
_CELL_FILE = re.compile(r"\S*/ipykernel_\d+/\d+\.py")


def scrub(notebook: nbformat.NotebookNode, root: str) -> nbformat.NotebookNode:
    """Give `notebook` without times, machine paths and random ids; `root` is the project folder.

    Metadata keeps only kernel, language and our own entry. papermill's injected cell gets a fixed
    id. Warnings keep their text, with paths shown from the project folder.
    """
    notebook.metadata = nbformat.from_dict(
        {key: notebook.metadata[key] for key in _OURS if key in notebook.metadata}
    )
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if "injected-parameters" in tags:
            cell.id = "injected-parameters"
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                output.text = _CELL_FILE.sub("this cell", output.text.replace(root + "/", ""))
    return notebook
