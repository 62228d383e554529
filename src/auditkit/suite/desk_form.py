"""What a form of the review desk is made of, and the small parts all forms share."""

from collections.abc import Callable
from dataclasses import dataclass

import ipywidgets as widgets

from auditkit.suite.desk_drafts import Draft, Place

LABEL = {"description_width": "5em"}
WIDE = widgets.Layout(width="auto")


@dataclass(frozen=True)
class Form:
    """One form of the desk.

    title: what the switch calls it. button: what its button says. box: all of it. fields: the controls a
    person fills, by name. counted: the fields that make it unsaved when they differ from what it starts
    from. choosers: controls that choose what it is about. does: what it can do with something (the second
    part of a Place).
    show: bring choosers and remarks up to date. place: what a text in it belongs to; its first part is
    '' when there is nothing to write about. start: what its fields start from. write: save the fields,
    and say so; raises InputError. clear: be ready for a new text. go_to: choose the place of a draft.
    """

    title: str
    button: str
    box: widgets.Widget
    fields: dict[str, widgets.Widget]
    counted: tuple[str, ...]
    choosers: tuple[widgets.Widget, ...]
    does: tuple[str, ...]
    show: Callable[[], None]
    place: Callable[[], Place]
    start: Callable[[], Draft]
    write: Callable[[Draft], str]
    clear: Callable[[], None]
    go_to: Callable[[Place], None]

    def values(self) -> Draft:
        """What the fields hold now."""
        return {name: control.value for name, control in self.fields.items()}

    def fill(self, values: Draft) -> None:
        """Put values into the fields; one that cannot take its value keeps what it holds."""
        for name, control in self.fields.items():
            if name in values and _takes(control, values[name]):
                control.value = values[name]


def choice(label: str, options: list[tuple[str, str]]) -> widgets.Dropdown:
    """A menu with its label."""
    return widgets.Dropdown(description=label, options=options, style=LABEL, layout=WIDE)


def long_text(label: str, rows: int = 4, placeholder: str = "") -> widgets.Textarea:
    """A text of several lines with its label."""
    return widgets.Textarea(description=label, rows=rows, placeholder=placeholder, style=LABEL, layout=WIDE)


def short_text(label: str, placeholder: str = "") -> widgets.Text:
    """A text of one line with its label."""
    return widgets.Text(description=label, placeholder=placeholder, style=LABEL, layout=WIDE)


def box(*controls: widgets.Widget) -> widgets.VBox:
    """Controls under each other."""
    return widgets.VBox(controls)


def offer(control, options: list[tuple[str, str]]) -> None:
    """Give a list or menu its options; what was chosen stays chosen where it is still there."""
    before = control.value
    values = [value for _, value in options]
    if list(control.options) != options:
        control.options = options
    control.value = before if before in values else next(iter(values), None)


def _takes(control, value: str) -> bool:
    return not hasattr(control, "options") or value in [option for _, option in control.options]
