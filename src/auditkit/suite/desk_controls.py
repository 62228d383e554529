"""The controls of the review desk and where they stand. Each has a visible label or says what it does."""

from types import SimpleNamespace

import ipywidgets as widgets

NEW = "new"
ON_CONDITION, ON_CASE = "condition", "case"
_PLACES = [("the whole condition", ON_CONDITION), ("the selected case", ON_CASE)]

_LABEL = {"description_width": "5em"}
_WIDE = widgets.Layout(width="auto")
_LIST = widgets.Layout(width="auto", display="flex", flex_flow="column", align_items="stretch", height="auto")
_STYLE = """<style>
.auditkit-desk select, .auditkit-desk textarea { font-size: 0.95em }
.auditkit-desk .widget-select > .widget-label { text-align: left; font-weight: 600 }
.auditkit-desk .widget-html-content { line-height: 1.4 }
.auditkit-desk .jupyter-widgets:focus-within > .widget-label { text-decoration: underline }
.auditkit-unsaved textarea { border: 3px solid #8a4b00 !important; background: #fff8ec; color: #1f2933 }
.auditkit-desk h3 { margin: 0.2em 0 }
.auditkit-desk h4 { margin: 0.6em 0 0.2em }
</style>"""


def make_controls(
    severities: list[str], tables: list[str], states: list[str], kinds: list[tuple[str, str]]
) -> SimpleNamespace:
    """All controls by name; `desk` is the whole of them, laid out."""
    made = SimpleNamespace(
        head=widgets.HTML(),
        severity=_filter("Severity", "every severity", severities),
        table=_filter("Table", "every table", tables),
        state=_filter("Review", "every state", states),
        words=widgets.Text(description="Words", placeholder="rule, case number, text; Enter searches",
                           continuous_update=False, style=_LABEL, layout=widgets.Layout(width="22em")),
        count=widgets.HTML(),
        conditions=_list("Conditions", rows=10),
        conditions_back=_button("Earlier conditions"), conditions_on=_button("Further conditions"),
        cases=_list("Cases of the condition", rows=7),
        cases_page=widgets.HTML(),
        cases_back=_button("Earlier cases"), cases_on=_button("Further cases"),
        condition=widgets.HTML(), case=widgets.HTML(), notes=widgets.HTML(),
        on=widgets.RadioButtons(description="Note on", options=_PLACES, style=_LABEL, layout=_WIDE),
        action=widgets.Dropdown(description="Action", options=[("write a new note", NEW)],
                                style=_LABEL, layout=_WIDE),
        kind=widgets.Dropdown(description="Kind", options=kinds, style=_LABEL, layout=_WIDE),
        text=widgets.Textarea(description="Text", rows=7, style=_LABEL, layout=_WIDE),
        unsaved=widgets.HTML(),
        save=_button("Save note", "primary"), discard=_button("Discard this text"),
        elsewhere=_button("Go to other unsaved text"),
        said=widgets.HTML(),
    )  # fmt: skip
    made.desk = _laid_out(made)
    return made


def _laid_out(made: SimpleNamespace) -> widgets.VBox:
    filters = _row(made.severity, made.table, made.state, made.words)
    choosing_and_writing = _column(
        "44%", made.conditions, _row(made.conditions_back, made.conditions_on),
        made.cases, made.cases_page, _row(made.cases_back, made.cases_on),
        made.on, made.action, made.kind, made.unsaved, made.text,
        _row(made.save, made.discard, made.elsewhere), made.said,
    )  # fmt: skip
    reading = _column("54%", made.condition, made.case, made.notes)
    whole = widgets.VBox([
        widgets.HTML(_STYLE), made.head, filters, made.count,
        widgets.HBox([choosing_and_writing, reading], layout=widgets.Layout(flex_flow="row wrap")),
    ])  # fmt: skip
    whole.add_class("auditkit-desk")
    return whole


def _filter(label: str, everything: str, values: list[str]) -> widgets.Dropdown:
    options = [(everything, "")] + [(value, value) for value in values]
    return widgets.Dropdown(
        description=label, options=options, style=_LABEL, layout=widgets.Layout(width="16em")
    )


def _list(label: str, rows: int) -> widgets.Select:
    return widgets.Select(
        description=label, options=[], rows=rows, layout=_LIST, style={"description_width": "auto"}
    )


def _button(label: str, style: str = "") -> widgets.Button:
    return widgets.Button(description=label, button_style=style, layout=_WIDE)


def _row(*controls: widgets.Widget) -> widgets.HBox:
    return widgets.HBox(controls, layout=widgets.Layout(flex_flow="row wrap"))


def _column(width: str, *controls: widgets.Widget) -> widgets.VBox:
    return widgets.VBox(
        controls, layout=widgets.Layout(flex=f"1 1 {width}", min_width="22em", padding="0 0.5em")
    )
