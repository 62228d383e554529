"""Checks a finished workbook of a share edition: nothing hidden, readable by anybody (X-02 to X-10)."""

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_DUBLIN = "{http://purl.org/dc/elements/1.1/}"
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_UNWANTED = re.compile(
    r"comments|threadedcomment|persons/|pivot|externallinks|connections|querytables|vbaproject|macrosheets|customxml"
    r"|embeddings|activex|ctrlprops|calcchain|custom\.xml|printersettings|slicer|model/|webextension",
    re.IGNORECASE,
)
_DEFAULT_NAME = re.compile(r"sheet\d+|table\d+", re.IGNORECASE)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def lint_workbook(path: Path) -> list[str]:
    """Give a sentence for each fault, which begins with the id of its check; no sentence when none is found.

    Raises zipfile.BadZipFile for a file that is no workbook.
    """
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    trees = {
        name: ElementTree.fromstring(content)
        for name, content in parts.items()
        if name.endswith((".xml", ".rels", ".vml"))
    }
    faults = [f"X-02: the workbook holds {name}." for name in parts if _UNWANTED.search(name)]
    faults += _links(trees) + _book(trees["xl/workbook.xml"]) + _properties(trees)
    for name, tree in trees.items():
        if _SHEET.fullmatch(name):
            faults += _sheet(name, tree)
        if name.startswith("xl/drawings/") and tree.tag == f"{_DRAWN}wsDr":
            faults += _drawing(name, tree)
    return faults + _shared_texts(trees)


def _links(trees: dict[str, ElementTree.Element]) -> list[str]:
    return [
        f"X-02: {name} points outside the file."
        for name, tree in trees.items()
        if name.endswith(".rels") and any(link.get("TargetMode") == "External" for link in tree)
    ]


def _book(tree: ElementTree.Element) -> list[str]:
    faults = []
    for sheet in tree.iter(f"{_MAIN}sheet"):
        name = sheet.get("name", "")
        if sheet.get("state", "visible") != "visible":
            faults.append("X-02: a sheet is hidden.")
        if len(name) > 31 or _DEFAULT_NAME.fullmatch(name):
            faults.append(
                "X-06: a sheet has no name that means something, or one of more than 31 characters."
            )
    if any(name.get("hidden") in ("1", "true") for name in tree.iter(f"{_MAIN}definedName")
           if name.get("name") != "_xlnm._FilterDatabase"):  # fmt: skip
        faults.append("X-02: a defined name is hidden.")
    return faults


def _properties(trees: dict[str, ElementTree.Element]) -> list[str]:
    core, app = trees.get("docProps/core.xml"), trees.get("docProps/app.xml")
    faults = []
    if core is None or not (core.findtext(f"{_DUBLIN}title") or "").strip():
        faults.append("X-03: the properties hold no title.")
    told = [each for tree in (core, app) if tree is not None for each in tree.iter()]
    for each in told:
        name = each.tag.rpartition("}")[2]
        if (
            name in ("creator", "lastModifiedBy", "Company", "Manager", "HyperlinkBase", "Template")
            and (each.text or "").strip()
        ):
            faults.append(f"X-03: the properties hold {name}.")
    return faults


def _sheet(name: str, tree: ElementTree.Element) -> list[str]:
    faults = []
    hidden = [
        each
        for kind in ("row", "col")
        for each in tree.iter(f"{_MAIN}{kind}")
        if each.get("hidden") in ("1", "true")
    ]
    if hidden:
        faults.append(f"X-02: {name} has hidden rows or columns.")
    if next(tree.iter(f"{_MAIN}mergeCell"), None) is not None:
        faults.append(f"X-05: {name} has merged cells.")
    if next(tree.iter(f"{_MAIN}f"), None) is not None:
        faults.append(f"X-09: {name} has a formula.")
    tables = len(list(tree.iter(f"{_MAIN}tablePart")))
    first = name == "xl/worksheets/sheet1.xml"
    if first and not [cell for cell in tree.iter(f"{_MAIN}c") if cell.get("t") in ("s", "inlineStr")]:
        faults.append(f"X-04: {name}, the first sheet, says nothing.")
    if not first and tables != 1:
        faults.append(f"X-05: {name} holds {tables} tables instead of one.")
    if not first and next(tree.iter(f"{_MAIN}pane"), None) is None:
        faults.append(f"X-06: the header of {name} is not frozen.")
    faults += [f"X-10: {name} holds a text that a spreadsheet would read as a formula."
               for text in tree.iter(f"{_MAIN}is") if _text(text).startswith(_FORMULA)]  # fmt: skip
    return faults


def _drawing(name: str, tree: ElementTree.Element) -> list[str]:
    return [
        f"X-07: {name} holds a chart or picture without an alternative text."
        for shape in tree.iter(f"{_DRAWN}cNvPr")
        if not (shape.get("descr") or "").strip()
    ]


def _shared_texts(trees: dict[str, ElementTree.Element]) -> list[str]:
    shared = trees.get("xl/sharedStrings.xml")
    texts = [] if shared is None else [_text(each) for each in shared.iter(f"{_MAIN}si")]
    dangerous = [text for text in texts if text.startswith(_FORMULA) and len(text) > 1]
    return [f"X-10: {len(dangerous):,} texts begin as a formula does."] if dangerous else []


def _text(element: ElementTree.Element) -> str:
    return "".join(element.itertext())
