"""The desk's form for a sign-off: what is signed, what stands in the way, and who signed before."""

from types import SimpleNamespace

import ipywidgets as widgets

from auditkit.errors import InputError
from auditkit.findings.identity import Identity
from auditkit.findings.signoff import reasons_against, sign_offs, statement
from auditkit.suite.desk_form import Form, box, long_text
from auditkit.suite.desk_html import sign_off_html
from auditkit.suite.desk_review import Review
from auditkit.suite.notebook import Run
from auditkit.suite.reviewed_run import open_reviewed_run, refuse_changed, sign

SIGN, THE_RUN = "sign", "the run"


def sign_off_form(desk: SimpleNamespace, review: Review, who: Identity, run: Run) -> Form:
    """The form; desk: the controls of the desk, to which `remark` is added."""
    told = widgets.HTML()
    remark = desk.remark = long_text("Remark", rows=3, placeholder="kept with the sign-off; may stay empty")
    shown_at: list[int] = []

    def show() -> None:
        # Reading all files of a run takes a moment: only when the log holds something new.
        if shown_at != [len(review.records)]:
            shown_at[:] = [len(review.records)]
            told.value = _told(review, who, run)

    def write(values: dict[str, str]) -> str:
        shown_at.clear()
        record = sign(open_reviewed_run(str(run.folder)), who, values["remark"])
        return f"Record {record.record_id} is in the log: signed off by {record.author}, {record.role}."

    return Form(
        title="sign-off", button=f"Sign off as {who.role}", box=box(told, remark),
        fields={"remark": remark}, counted=("remark",), choosers=(), does=(SIGN,), show=show,
        place=lambda: (THE_RUN, SIGN), start=lambda: {"remark": ""}, write=write,
        clear=lambda: setattr(remark, "value", ""), go_to=lambda place: None,
    )  # fmt: skip


def _told(review: Review, who: Identity, run: Run) -> str:
    try:
        signed_run = open_reviewed_run(str(run.folder))
        refuse_changed(signed_run)
    except InputError as error:
        return sign_off_html("", [str(error)], [])
    words = statement(signed_run.name, review.findings, signed_run.content_sha256, who)
    given = [
        f"{row.role}: {row.author}, {row.at}, {row.state}"
        + (f"; {row.notes_since:,} notes, edits and withdrawals since" if row.notes_since else "")
        for row in sign_offs(review.records, signed_run.content_sha256).itertuples()
    ]
    return sign_off_html(words, reasons_against(review.findings, review.records, who), given)
