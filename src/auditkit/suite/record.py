"""Recorded values: small facts a notebook hands to later notebooks and to the suite.

scrapbook writes them into the notebook's outputs. It is no longer maintained, so this is the
only module that knows it, it always names the JSON encoder (scrapbook's own guess turns a
frame into base64 and NaN into the text 'nan'), and reading back needs no scrapbook at all.
"""

import json
import math
from pathlib import Path

_SCRAP = "application/scrapbook.scrap.json+json"


def record(name: str, value: object) -> None:
    """Record a JSON value (text, number, truth value, None, list or dict of them) under `name`.

    Raises TypeError for anything else, and ValueError for a number that is not finite.
    """
    plain = _json_value(name, value)
    _without_grammar_import()
    import scrapbook  # here, because it takes a third of a second and not every notebook records

    # Its JSON encoder reads any text as JSON, so a value is handed over as the JSON text it is.
    scrapbook.glue(name, json.dumps(plain), encoder="json")


def recorded_in(notebook: Path) -> dict[str, object]:
    """All values recorded in an executed notebook, by name; the last one wins."""
    cells = json.loads(Path(notebook).read_text(encoding="utf-8"))["cells"]
    scraps = (
        output["data"][_SCRAP]
        for cell in cells
        for output in cell.get("outputs", [])
        if _SCRAP in output.get("data", {})
    )
    return {scrap["name"]: scrap["data"] for scrap in scraps}


def recorded_across(folder: Path) -> dict[str, dict[str, object]]:
    """The recorded values of every executed notebook in `folder`, by notebook name."""
    return {path.stem: recorded_in(path) for path in sorted(Path(folder).glob("[!.]*.ipynb"))}


def _without_grammar_import() -> None:
    """Keep rfc3987_syntax out of this process: see auditkit.suite.kernels."""
    import sys

    sys.modules.setdefault("rfc3987_syntax", None)


def _json_value(name: str, value: object) -> object:
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        value = value.item()  # a NumPy scalar
    if isinstance(value, dict):
        return {str(key): _json_value(name, inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_json_value(name, inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"record {name!r}: NaN and infinity cannot be recorded; record None instead.")
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise TypeError(f"record {name!r}: {type(value).__name__} is not a JSON value.")
