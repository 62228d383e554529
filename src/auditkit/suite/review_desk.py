"""Where the desk opens: in JupyterLab, never while the suite renders the notebook."""

import os

from IPython.display import display

from auditkit.errors import InputError
from auditkit.findings.identity import AUTHOR_VARIABLE, ROLE_VARIABLE, identity
from auditkit.publish.show import show_note
from auditkit.suite.desk_review import Review
from auditkit.suite.notebook import RUN_FOLDER_VARIABLE, Run


def show_desk(run: Run, review: Review) -> None:
    """Show the desk to a person in JupyterLab; a rendered notebook gets one sentence instead.

    A rendered page is read without a kernel behind it, where a form would be a picture of a form.
    """
    if RUN_FOLDER_VARIABLE in os.environ:
        show_note("note", "The desk opens here when a person runs this notebook in JupyterLab: `make lab`.")
        return
    try:
        who = identity(run.params.reviewer and run.params.reviewer.model_dump())
    except InputError as error:
        show_note("error", str(error))
        return
    if review.findings.empty:
        show_note("done", "This run found nothing to review; sign it off with `auditkit notes sign`.")
        return
    # Only here: a rendered notebook needs no widgets.
    from auditkit.suite.desk import Desk
    from auditkit.suite.desk_drafts import Drafts

    account = "".join(letter if letter.isalnum() else "-" for letter in who.account)
    drafts = Drafts(review.log.path.with_name(f"{review.log.path.stem}.drafts-{account}.json"))
    show_note(
        "note",
        f"You write as {who.author}, {who.role} (account {who.account}). For another name or role set "
        f"{AUTHOR_VARIABLE} and {ROLE_VARIABLE} before JupyterLab starts, or `reviewer` in the params.",
    )
    display(Desk(review, drafts, who, run).widget)
