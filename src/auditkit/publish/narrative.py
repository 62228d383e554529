"""An executed notebook as a narrative: one self-contained HTML file without scripts or outside calls."""

import re
from html import unescape
from pathlib import Path

import nbformat
from nbconvert.exporters import TemplateExporter
from nbformat import NotebookNode

from auditkit.errors import InputError
from auditkit.publish.files import written_whole
from auditkit.publish.prose import Page, read_page

_TEMPLATES = Path(__file__).parent / "templates"
_NOT_STATED = "not stated"
_CLASSES = {
    "working": "Working paper. It holds data on individual members: for named staff and auditors only.",
    "shared": "Shared edition. Small cells are suppressed and no individual is described.",
    "public": "Public edition. Small cells are suppressed and no individual is described.",
    "submission": "Submission. For the regulator named in it only.",
}
_CONTACT = (
    "To ask for this report in another format, or to report that a part of it cannot be read with "
    "assistive technology, write to the plan's compliance department."
)


class NarrativeExporter(TemplateExporter):
    """The nbconvert exporter `auditkit_narrative`; facts about the run come in `resources["facts"]`."""

    file_extension = ".html"
    output_mimetype = "text/html"
    export_from_notebook = "auditkit narrative"

    @property
    def default_config(self):
        """Point nbconvert at our template."""
        config = super().default_config
        config.TemplateExporter.extra_template_basedirs = [str(_TEMPLATES)]
        config.TemplateExporter.template_name = "narrative"
        return config

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict | None = None, **kw: object
    ) -> tuple[str, dict]:
        """Give the HTML text and the resources of an executed notebook."""
        resources = dict(resources or {})
        resources["narrative"] = page_parts(read_page(nb), resources.get("facts", {}))
        return super().from_notebook_node(nb, resources, **kw)


def page_html(page: Page, facts: dict) -> str:
    """Give the HTML of a page that is no notebook's, in the same template; see `render_narrative` for `facts`."""
    return NarrativeExporter().template.render(resources={"narrative": page_parts(page, facts)})


def page_parts(page: Page, facts: dict) -> dict:
    """Give what the template prints; see `render_narrative` for `facts`."""
    stated = ("plan", "period", "run", "rules_version", "snapshot")
    fact = {name: str(facts.get(name) or _NOT_STATED) for name in stated}
    report = facts.get("report") or unescape(re.sub(r"<[^>]+>", "", page.title)) or "Report"
    output_class = facts.get("output_class", "working")
    return {
        "title": f"{report}, {fact['plan']}, {fact['period']}",
        "heading": page.title or report,
        "contents": [(level, name, unescape(text)) for level, name, text in page.contents if level <= 3],
        "parts": page.parts,
        "head": [
            ("Plan", fact["plan"]),
            ("Contracts", ", ".join(facts.get("contracts") or []) or _NOT_STATED),
            ("Period", fact["period"]),
            ("Run", fact["run"]),
        ],
        "foot": [
            ("Run", fact["run"]),
            ("Rules version", fact["rules_version"]),
            ("Snapshot of the extracts", fact["snapshot"]),
            ("Class", output_class),
            *(facts.get("evidence") or []),
        ],
        "class_sentence": facts.get("class_sentence") or _CLASSES[output_class],
        "synthetic": bool(facts.get("synthetic")),
        "policies": sorted((str(name), str(value)) for name, value in (facts.get("policies") or {}).items()),
        "unverified": list(facts.get("unverified") or []),
        "contact": facts.get("contact") or _CONTACT,
        "style": (_TEMPLATES / "narrative" / "narrative.css").read_text(encoding="utf-8"),
    }


def render_narrative(notebook_path: Path, html_path: Path, facts: dict) -> None:
    """Write the narrative of the executed notebook at `notebook_path` to `html_path`.

    The file depends on the notebook and `facts` alone, is written beside and renamed, and may be
    opened without a network. `facts` may hold: `plan`, `report` (default: the notebook's title),
    `period`, `run`, `rules_version`, `snapshot` (texts), `contracts` (list of texts), `policies`
    (name to value), `synthetic` (True prints a banner), `output_class` (working, shared, public or
    submission; default working), `unverified` (sentences on what is recalled or not verified),
    `evidence` (more pairs of name and text for the foot), `class_sentence` (in place of the class's own) and
    `contact` (a sentence). What is missing is printed as "not stated".
    Raises InputError when the notebook cannot be read.
    """
    try:
        notebook = nbformat.read(notebook_path, as_version=4)
    except FileNotFoundError:
        raise InputError(f"{notebook_path}: no such notebook; run the suite first.") from None
    except nbformat.reader.NotJSONError:
        raise InputError(f"{notebook_path}: is not a notebook; render it again from its source.") from None
    html, _ = NarrativeExporter().from_notebook_node(notebook, {"facts": facts})
    with written_whole(Path(html_path)) as partial:
        partial.write_text(html, encoding="utf-8", newline="\n")
