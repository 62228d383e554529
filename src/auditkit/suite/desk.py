"""The review desk in JupyterLab: pick a condition, read its cases and their arithmetic, write a note.

The desk never drops a text. What is not saved stays a draft on what it is about, is marked wherever that
is listed, and outlives the page and the kernel (see `desk_drafts`); a save that fails leaves the text
where it stands and says why.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from auditkit.errors import InputError
from auditkit.findings.annotations import KINDS
from auditkit.findings.fold import CHANGED
from auditkit.findings.identity import Identity
from auditkit.suite.desk_controls import NEW, ON_CASE, ON_CONDITION, make_controls
from auditkit.suite.desk_drafts import Draft, Drafts
from auditkit.suite.desk_html import case_html, condition_html, notes_html, status_html
from auditkit.suite.desk_lists import PAGE, Filters, case_line, condition_line, narrowed, page_of, page_words
from auditkit.suite.desk_review import Review
from auditkit.suite.rule_page import rule_page


class Desk:
    """The desk of one run; `widget` is what a notebook displays, `controls` its parts by name."""

    def __init__(self, review: Review, drafts: Drafts, who: Identity) -> None:
        self.review, self._drafts, self._who = review, drafts, who
        self._pages = {"conditions": 0, "cases": 0}
        self._quiet = False
        self.controls = make_controls(
            [name for name in ("error", "warning", "info") if name in set(review.findings["severity"])],
            sorted(review.findings["table"].unique()),
            sorted(review.findings["review_state"].unique()),
            [(words, kind) for kind, words in KINDS.items()],
        )
        self.widget = self.controls.desk
        self._listen()
        self._narrow()
        self._say(
            f"{len(drafts)} unsaved from an earlier sitting; see the marks."
            if len(drafts)
            else "Nothing to save."
        )

    def _listen(self) -> None:
        on = self.controls
        for control in (on.severity, on.table, on.state, on.words):
            self._when_changed(control, self._narrow)
        self._when_changed(on.conditions, self._open_condition)
        self._when_changed(on.cases, self._open_case)
        self._when_changed(on.on, self._open_target)
        self._when_changed(on.action, self._open_form)
        self._when_changed(on.text, self._typed)
        self._when_changed(on.kind, self._typed)
        for name, step in (("back", -1), ("on", 1)):
            getattr(on, f"conditions_{name}").on_click(lambda _, step=step: self._turn("conditions", step))
            getattr(on, f"cases_{name}").on_click(lambda _, step=step: self._turn("cases", step))
        on.save.on_click(lambda _: self._save())
        on.discard.on_click(lambda _: self._discard())
        on.elsewhere.on_click(lambda _: self._go_to_draft())

    def _when_changed(self, control, act) -> None:
        """Call `act` when a person changes the control, not when the desk itself does."""
        control.observe(lambda _: None if self._quiet else act(), names="value")

    @contextmanager
    def _silently(self) -> Iterator[None]:
        before, self._quiet = self._quiet, True
        try:
            yield
        finally:
            self._quiet = before

    # The lists

    def _narrow(self) -> None:
        """The filters changed: start both lists at their first page."""
        self._pages = {"conditions": 0, "cases": 0}
        self._refresh()

    def _turn(self, which: str, step: int) -> None:
        self._pages[which] += step
        if which == "conditions":
            self._refresh()
        else:
            self._fill_cases()
            self._open_case()

    def _refresh(self) -> None:
        """Fill the lists again from what is known now; what is selected stays where it can."""
        on = self.controls
        self._found = narrowed(
            self.review.findings, Filters(on.severity.value, on.table.value, on.state.value, on.words.value)
        )
        self._matching = self._found["condition_id"].value_counts()
        conditions = self.review.conditions
        self._shown = conditions[conditions["condition_id"].isin(self._matching.index)]
        self._fill_conditions()
        self._open_condition(keep_page=True)

    def _fill_conditions(self) -> None:
        on = self.controls
        page, number, pages = page_of(self._shown, self._pages["conditions"])
        self._pages["conditions"] = number
        unsaved = self._conditions_with_drafts()
        options = [
            (
                condition_line(row, int(self._matching[row["condition_id"]]), row["condition_id"] in unsaved),
                row["condition_id"],
            )
            for _, row in page.iterrows()
        ]
        self._fill(on.conditions, options)
        _enable_pages(on.conditions_back, on.conditions_on, number, pages)
        shown = page_words(len(self._shown), number, "condition", "conditions")
        on.count.value = status_html(
            f"{shown}; {len(self._found):,} of {len(self.review.findings):,} findings."
        )

    def _fill_cases(self) -> None:
        on = self.controls
        mine = self._found[self._found["condition_id"] == on.conditions.value]
        page, number, pages = page_of(mine, self._pages["cases"])
        self._pages["cases"] = number
        options = [
            (case_line(row, self._drafts.about(row["finding_id"])), row["finding_id"])
            for _, row in page.iterrows()
        ]
        self._fill(on.cases, options)
        _enable_pages(on.cases_back, on.cases_on, number, pages)
        on.cases_page.value = status_html(page_words(len(mine), number, "case", "cases"))

    def _fill(self, control, options: list[tuple[str, str]]) -> None:
        before = control.value
        values = [value for _, value in options]
        with self._silently():
            if list(control.options) != options:
                control.options = options
            control.value = before if before in values else next(iter(values), None)

    def _conditions_with_drafts(self) -> set[str]:
        findings = self.review.findings
        abouts = self._drafts.abouts()
        return abouts | set(findings.loc[findings["finding_id"].isin(abouts), "condition_id"])

    # What is open

    def _open_condition(self, keep_page: bool = False) -> None:
        on = self.controls
        chosen = self.review.condition(on.conditions.value)
        on.condition.value = "" if chosen is None else condition_html(chosen, rule_page(chosen["rule"]))
        if not keep_page:
            self._pages["cases"] = 0
        self._fill_cases()
        self._open_case()

    def _open_case(self) -> None:
        on = self.controls
        chosen = self.review.finding(on.cases.value)
        on.case.value = "" if chosen is None else case_html(chosen, self.review.arithmetic(chosen))
        self._open_target()

    def _open_target(self) -> None:
        """Show the notes on what is open now, and what may be done with each."""
        on = self.controls
        on.notes.value = notes_html(
            self.review.notes_on(on.conditions.value), "the whole condition"
        ) + notes_html(self.review.notes_on(on.cases.value), "the selected case")
        options = [("write a new note", NEW)]
        for number, note in enumerate(self.review.notes_on(self._target).to_dict("records"), start=1):
            if not note["withdrawn"]:
                named = f"note {number}: {note['kind_words']}, by {note['author']}"
                change = "confirm or change" if note["state"] == CHANGED else "change"
                options += [(f"{change} {named}", f"edit {note['record_id']}")]
                options += [(f"withdraw {named}", f"withdraw {note['record_id']}")]
        self._fill(on.action, options)
        self._open_form()

    def _open_form(self) -> None:
        """Put the draft, or what the action starts from, into the form."""
        on = self.controls
        draft = self._drafts.get(self._place) or Draft(on.kind.value, self._start_text())
        with self._silently():
            on.kind.value, on.text.value = draft.kind, draft.text
        on.kind.disabled = on.action.value != NEW
        on.text.placeholder = "Why is it withdrawn?" if on.action.value.startswith("withdraw") else ""
        self._mark()

    @property
    def _target(self) -> str:
        on = self.controls
        return (on.cases.value if on.on.value == ON_CASE else on.conditions.value) or ""

    @property
    def _place(self) -> tuple[str, str]:
        """What a text in the form belongs to: a condition or case, and the action on it."""
        return self._target, self.controls.action.value

    def _start_text(self) -> str:
        action, _, record_id = self.controls.action.value.partition(" ")
        return self.review.note_text(record_id) if action == "edit" else ""

    # Unsaved text

    def _typed(self) -> None:
        """Keep what the form holds as a draft, and mark it the moment it differs from what is saved."""
        on = self.controls
        was = self._drafts.get(self._place) is not None
        unsaved = on.text.value != self._start_text()
        kept = self._drafts.put(self._place, Draft(on.kind.value, on.text.value) if unsaved else None)
        if was != unsaved:
            self._fill_conditions()
            self._fill_cases()
        self._mark(kept)

    def _mark(self, kept: bool = True) -> None:
        on = self.controls
        unsaved = self._drafts.get(self._place) is not None
        others = len(self._drafts) - unsaved
        elsewhere = (
            f" There is unsaved text in {others} other place{'' if others == 1 else 's'}." if others else ""
        )
        if unsaved:
            where = "" if kept else " No draft of it could be kept on disk: it is on this screen only."
            on.unsaved.value = status_html(f"The text below is a draft.{where}{elsewhere}", "caution")
            on.text.add_class("auditkit-unsaved")
        else:
            on.unsaved.value = status_html(elsewhere.strip(), "note") if elsewhere else ""
            on.text.remove_class("auditkit-unsaved")
        on.discard.disabled = not unsaved
        on.elsewhere.disabled = not others
        on.save.disabled = not self._target

    def _save(self) -> None:
        on = self.controls
        place, draft = self._place, Draft(on.kind.value, on.text.value)
        self._drafts.put(place, draft)
        try:
            record_id = self._write(draft)
        except InputError as error:
            self._mark()
            self._say(str(error), "error")
            return
        # The form is cleared before anything slow: what is typed from here on is a new text.
        self._drafts.put(place, None)
        with self._silently():
            on.text.value, on.action.value = "", NEW
        self._say(f"Record {record_id} is in the log.", "done")
        self.review.read()
        self._refresh()

    def _write(self, draft: Draft) -> str:
        action, _, record_id = self.controls.action.value.partition(" ")
        if action == "edit":
            return self.review.edit(record_id, draft.text, self._who)
        if action == "withdraw":
            return self.review.withdraw(record_id, draft.text, self._who)
        return self.review.append(self._target, draft.kind, draft.text, self._who)

    def _discard(self) -> None:
        self._drafts.put(self._place, None)
        self._fill_conditions()
        self._fill_cases()
        self._open_form()
        self._say("The draft is thrown away; what was saved before stands.")

    def _go_to_draft(self) -> None:
        """Open the next place, other than this one, that has unsaved text."""
        on = self.controls
        about, action = next(place for place in self._drafts.places() if place != self._place)
        finding = self.review.finding(about)
        condition_id = about if finding is None else finding["condition_id"]
        if self.review.condition(condition_id) is None:
            self._say("That text is about something this run does not find; it stays among the drafts.")
            return
        with self._silently():
            on.severity.value = on.table.value = on.state.value = on.words.value = ""
            on.on.value = ON_CONDITION if finding is None else ON_CASE
        order = self.review.conditions["condition_id"].tolist()
        self._pages["conditions"] = order.index(condition_id) // PAGE
        self._refresh()
        with self._silently():
            on.conditions.value = condition_id
        self._open_condition()
        if finding is not None:
            mine = self._found.loc[self._found["condition_id"] == condition_id, "finding_id"].tolist()
            self._pages["cases"] = mine.index(about) // PAGE
            self._fill_cases()
            with self._silently():
                on.cases.value = about
            self._open_case()
        if action in [value for _, value in on.action.options]:
            with self._silently():
                on.action.value = action
            self._open_form()

    def _say(self, sentence: str, weight: str = "note") -> None:
        self.controls.said.value = status_html(sentence, weight)


def _enable_pages(back, on, number: int, pages: int) -> None:
    back.disabled, on.disabled = number == 0, number >= pages - 1
