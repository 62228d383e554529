"""The controls of the review desk and where they stand. Each has a visible label or says what it does."""

from types import SimpleNamespace

import ipywidgets as widgets

from auditkit.suite.desk_form import LABEL, WIDE, Form

_LIST = widgets.Layout(width="auto", display="flex", flex_flow="column", align_items="stretch", height="auto")
_STYLE = """<style>
.auditkit-desk select, .auditkit-desk textarea { font-size: 0.95em }
.auditkit-desk .widget-select > .widget-label { text-align: left; font-weight: 600 }
.auditkit-desk .widget-html-content { line-height: 1.4 }
.auditkit-desk .jupyter-widgets:focus-within > .widget-label { text-decoration: underline }
.auditkit-unsaved textarea, .auditkit-unsaved input[type=text] {
  border: 3px solid #8a4b00 !important; background: #fff8ec; color: #1f2933 }
.auditkit-desk h3 { margin: 0.2em 0 }
.auditkit-desk h4 { margin: 0.6em 0 0.2em }
</style>"""


def make_controls(severities: list[str], tables: list[str], states: list[str]) -> SimpleNamespace:
    """All controls by name, but for those of the forms and the switch between them, which `lay_out` adds."""
    return SimpleNamespace(
        severity=_filter("Severity", "every severity", severities),
        table=_filter("Table", "every table", tables),
        state=_filter("Review", "every state", states),
        words=widgets.Text(description="Words", placeholder="rule, case number, text; Enter searches",
                           continuous_update=False, style=LABEL, layout=widgets.Layout(width="22em")),
        count=widgets.HTML(),
        conditions=_list("Conditions", rows=10),
        conditions_back=_button("Earlier conditions"), conditions_on=_button("Further conditions"),
        cases=_list("Cases of the condition", rows=7),
        cases_page=widgets.HTML(),
        cases_back=_button("Earlier cases"), cases_on=_button("Further cases"),
        condition=widgets.HTML(), case=widgets.HTML(), notes=widgets.HTML(),
        place=widgets.VBox(),
        unsaved=widgets.HTML(),
        save=_button("", "primary"), discard=_button("Discard this text"),
        elsewhere=_button("Go to other unsaved text"),
        said=widgets.HTML(),
    )  # fmt: skip


def lay_out(made: SimpleNamespace, forms: list[Form]) -> widgets.VBox:
    """The whole desk; the form that the switch (`form`) names shows in `place`."""
    made.form = widgets.RadioButtons(
        description="Write a", options=[form.title for form in forms], orientation="horizontal", style=LABEL,
        layout=WIDE,
    )  # fmt: skip
    filters = _row(made.severity, made.table, made.state, made.words)
    choosing_and_writing = _column(
        "44%", made.conditions, _row(made.conditions_back, made.conditions_on),
        made.cases, made.cases_page, _row(made.cases_back, made.cases_on),
        made.form, made.place, made.unsaved,
        _row(made.save, made.discard, made.elsewhere), made.said,
    )  # fmt: skip
    reading = _column("54%", made.condition, made.case, made.notes)
    whole = widgets.VBox([
        widgets.HTML(_STYLE), filters, made.count,
        widgets.HBox([choosing_and_writing, reading], layout=widgets.Layout(flex_flow="row wrap")),
    ])  # fmt: skip
    whole.add_class("auditkit-desk")
    return whole


def _filter(label: str, everything: str, values: list[str]) -> widgets.Dropdown:
    options = [(everything, "")] + [(value, value) for value in values]
    return widgets.Dropdown(
        description=label, options=options, style=LABEL, layout=widgets.Layout(width="16em")
    )


def _list(label: str, rows: int) -> widgets.Select:
    return widgets.Select(
        description=label, options=[], rows=rows, layout=_LIST, style={"description_width": "auto"}
    )


def _button(label: str, style: str = "") -> widgets.Button:
    return widgets.Button(description=label, button_style=style, layout=WIDE)


def _row(*controls: widgets.Widget) -> widgets.HBox:
    return widgets.HBox(controls, layout=widgets.Layout(flex_flow="row wrap"))


def _column(width: str, *controls: widgets.Widget) -> widgets.VBox:
    return widgets.VBox(
        controls, layout=widgets.Layout(flex=f"1 1 {width}", min_width="22em", padding="0 0.5em")
    )
