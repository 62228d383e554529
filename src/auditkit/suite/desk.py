"""The review desk in JupyterLab: pick a condition, read its cases and their arithmetic, judge it.

Four forms stand beside the lists: a note, a waiver, a corrective action, a sign-off. The desk never drops
a text. What is not saved stays a draft on what it is about, is marked wherever that is listed, and outlives
the page and the kernel (see `desk_drafts`); a save that fails leaves the text where it stands and says why.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from auditkit.errors import InputError
from auditkit.findings.identity import Identity
from auditkit.suite.desk_action import action_form
from auditkit.suite.desk_controls import lay_out, make_controls
from auditkit.suite.desk_drafts import Drafts
from auditkit.suite.desk_form import Form, offer
from auditkit.suite.desk_html import case_html, condition_html, notes_html, status_html
from auditkit.suite.desk_lists import PAGE, Filters, case_line, condition_line, narrowed, page_of, page_words
from auditkit.suite.desk_note import ON_CASE, ON_CONDITION, note_form
from auditkit.suite.desk_review import Review
from auditkit.suite.desk_signoff import sign_off_form
from auditkit.suite.desk_waiver import waiver_form
from auditkit.suite.notebook import Run
from auditkit.suite.rule_page import rule_page


class Desk:
    """The desk of one run; `widget` is what a notebook displays, `controls` its parts by name."""

    def __init__(self, review: Review, drafts: Drafts, who: Identity, run: Run) -> None:
        self.review, self._drafts = review, drafts
        self._pages = {"conditions": 0, "cases": 0}
        self._quiet = False
        on = self.controls = make_controls(
            [name for name in ("error", "warning", "info") if name in set(review.findings["severity"])],
            sorted(review.findings["table"].unique()),
            sorted(review.findings["review_state"].unique()),
        )
        self._forms = [
            note_form(on, review, who),
            waiver_form(on, review, who),
            action_form(on, review, who, run),
            sign_off_form(on, review, who, run),
        ]
        self.widget = lay_out(on, self._forms)
        self._listen()
        self._narrow()
        kept = f"{len(drafts)} unsaved from an earlier sitting; see the marks."
        self._say(kept if len(drafts) else "Nothing to save.")

    def _listen(self) -> None:
        on = self.controls
        for control in (on.severity, on.table, on.state, on.words):
            self._when_changed(control, self._narrow)
        self._when_changed(on.conditions, self._open_condition)
        self._when_changed(on.cases, self._open_case)
        self._when_changed(on.form, self._open_form)
        for form in self._forms:
            for control in form.choosers:
                self._when_changed(control, self._open_form)
            for control in form.fields.values():
                self._when_changed(control, self._typed)
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
        with self._silently():
            offer(on.conditions, options)
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
        with self._silently():
            offer(on.cases, options)
        _enable_pages(on.cases_back, on.cases_on, number, pages)
        on.cases_page.value = status_html(page_words(len(mine), number, "case", "cases"))

    def _conditions_with_drafts(self) -> set[str]:
        findings = self.review.findings
        abouts = self._drafts.abouts()
        return abouts | set(findings.loc[findings["finding_id"].isin(abouts), "condition_id"])

    # What is open

    @property
    def _form(self) -> Form:
        return next(form for form in self._forms if form.title == self.controls.form.value)

    def _open_condition(self, keep_page: bool = False) -> None:
        on = self.controls
        chosen = self.review.condition(on.conditions.value)
        if chosen is None:
            on.condition.value = ""
        else:
            waiver = self.review.waiver_on(chosen["condition_id"])
            waived = f"by {waiver.author}, {waiver.role}, {waiver.at}: {waiver.text}" if waiver else ""
            on.condition.value = condition_html(chosen, rule_page(chosen["rule"]), waived)
        if not keep_page:
            self._pages["cases"] = 0
        self._fill_cases()
        self._open_case()

    def _open_case(self) -> None:
        on = self.controls
        chosen = self.review.finding(on.cases.value)
        on.case.value = "" if chosen is None else case_html(chosen, self.review.arithmetic(chosen))
        on.notes.value = notes_html(
            self.review.notes_on(on.conditions.value), "the whole condition"
        ) + notes_html(self.review.notes_on(on.cases.value), "the selected case")
        self._open_form()

    def _open_form(self) -> None:
        """Show the chosen form, with the draft or with what it starts from."""
        on, form = self.controls, self._form
        with self._silently():
            if on.place.children != (form.box,):
                on.place.children = (form.box,)
            on.save.description = form.button
            form.show()
            self._start = form.start()
            form.fill(self._start | (self._drafts.get(form.place()) or {}))
        self._mark()

    # Unsaved text

    def _unsaved(self) -> bool:
        values = self._form.values()
        return any(values[name] != self._start[name] for name in self._form.counted)

    def _typed(self) -> None:
        """Keep what the form holds as a draft, and mark it the moment it differs from what is saved."""
        form = self._form
        was, unsaved = self._drafts.get(form.place()) is not None, self._unsaved()
        kept = self._drafts.put(form.place(), form.values() if unsaved else None)
        if was != unsaved:
            self._fill_conditions()
            self._fill_cases()
        self._mark(kept)

    def _mark(self, kept: bool = True) -> None:
        on, form = self.controls, self._form
        unsaved = self._drafts.get(form.place()) is not None
        others = len(self._drafts) - unsaved
        elsewhere = (
            f" There is unsaved text in {others} other place{'' if others == 1 else 's'}." if others else ""
        )
        if unsaved:
            where = "" if kept else " No draft of it could be kept on disk: it is on this screen only."
            on.unsaved.value = status_html(f"The text above is a draft.{where}{elsewhere}", "caution")
            form.box.add_class("auditkit-unsaved")
        else:
            on.unsaved.value = status_html(elsewhere.strip(), "note") if elsewhere else ""
            form.box.remove_class("auditkit-unsaved")
        on.discard.disabled = not unsaved
        on.elsewhere.disabled = not others
        on.save.disabled = not form.place()[0]

    def _save(self) -> None:
        form = self._form
        place, values = form.place(), form.values()
        if self._unsaved():
            self._drafts.put(place, values)
        try:
            said = form.write(values)
        except InputError as error:
            self._mark()
            self._say(str(error), "error")
            return
        # The form is cleared before anything slow: what is typed from here on is a new text.
        self._drafts.put(place, None)
        with self._silently():
            form.clear()
        self._say(said, "done")
        self.review.read()
        self._refresh()

    def _discard(self) -> None:
        self._drafts.put(self._form.place(), None)
        self._fill_conditions()
        self._fill_cases()
        self._open_form()
        self._say("The draft is thrown away; what was saved before stands.")

    def _go_to_draft(self) -> None:
        """Open the next place, other than this one, that has unsaved text."""
        place = next(place for place in self._drafts.places() if place != self._form.place())
        form = next(form for form in self._forms if place[1].partition(" ")[0] in form.does)
        self._open_about(place[0])
        with self._silently():
            self.controls.form.value = form.title
        self._open_form()
        with self._silently():
            form.go_to(place)
        self._open_form()
        if form.place() != place:
            self._say("That text is about something this run does not find; it stays among the drafts.")

    def _open_about(self, about: str) -> None:
        """Choose the condition or case a draft is about, where it is about one of this run."""
        on = self.controls
        finding = self.review.finding(about)
        condition_id = about if finding is None else finding["condition_id"]
        if self.review.condition(condition_id) is None:
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

    def _say(self, sentence: str, weight: str = "note") -> None:
        self.controls.said.value = status_html(sentence, weight)


def _enable_pages(back, on, number: int, pages: int) -> None:
    back.disabled, on.disabled = number == 0, number >= pages - 1
