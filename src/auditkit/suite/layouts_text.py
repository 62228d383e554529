"""`auditkit layouts`: versions listed, one shown, a file imported, two compared."""

from datetime import date
from pathlib import Path

from auditkit.errors import InputError
from auditkit.rules.announced import Announced, Section, announced_section, load_announced
from auditkit.rules.describe import effective_words, layout_page
from auditkit.rules.layouts import (
    Layout,
    all_layouts,
    layout_in_force,
    load_layouts,
    misfit,
    own_layouts,
    use_folder,
)
from auditkit.universes.layout_diff import diff_layouts
from auditkit.universes.layout_import import read_official, write_own


def layouts_list() -> str:
    """Every version of every layout, the plan's own that cannot be used, and what is announced."""
    lines = ["Record layouts by which runs go:"]
    lines += [f"  {one.code:<7} {_version_words(one)}" for one in all_layouts()]
    unfit = [(one, misfit(one)) for one in own_layouts() if misfit(one)]
    if unfit:
        lines += ["", "Your own versions that auditkit cannot build by; a run of their time refuses:"]
        lines += [f"  {one.code:<7} {_version_words(one)}: {why}" for one, why in unfit]
    for collection in load_announced():
        lines += [
            "",
            f"{collection.collection} ({collection.status}; never used in a run): {collection.title}",
        ]
        lines += [
            f"  {section.code:<15} {section.title}: {len(section.elements)} elements known"
            + ("" if section.complete else ", not all")
            for section in collection.sections
        ]
    return "\n".join(lines)


def layout_shown(code: str, on: date | None = None) -> str:
    """One layout in full: the version in force on a day (else the newest), or an announced one."""
    code = code.upper()
    if any(section.code == code for one in load_announced() for section in one.sections):
        return _announced_page(*announced_section(code))
    if code not in load_layouts():
        raise InputError(
            f"There is no layout of this name; the tables are {', '.join(load_layouts())}, and "
            "`auditkit layouts list` names the announced ones too."
        )
    return layout_page(layout_in_force(code, on) if on else load_layouts()[code])


def layout_imported(
    file: Path,
    code: str,
    first_day: date,
    folder: Path,
    *,
    sheet: str | None = None,
    version: str | None = None,
    accept_titles: bool = False,
) -> str:
    """Import an official file as a version of layout `code` from `first_day` on, and say what it changes.

    accept_titles: a person has compared the titles, and columns with another title mean the same.
    Raises InputError when the file cannot be read, a version of that day is there already, or titles differ
    so much that they may mean other columns and nobody has accepted them.
    """
    use_folder(folder)
    code = code.upper()
    if code not in load_layouts():
        raise InputError(f"There is no layout of this name; the tables are {', '.join(load_layouts())}.")
    known = load_layouts()[code]
    made = read_official(file, known, first_day, sheet=sheet, version=version)
    doubtful = [
        f"{id_} ('{made.layout.column(id_).name}', here '{known.column(id_).name}')" for id_ in made.doubts
    ]
    if doubtful and not accept_titles:
        raise InputError(
            f"{file}: nothing was imported, because these columns may mean something else than in "
            f"auditkit: {', '.join(doubtful)}. Compare them with `auditkit layouts show {code}`; when "
            "they mean the same, import again with --accept-titles."
        )
    path = write_own(made.layout, folder)
    why = misfit(made.layout)
    use_folder(folder)
    lines = [f"{path}: {code} from {first_day} on, {len(made.layout.columns)} columns, all official."]
    lines += [f"  {sentence}" for sentence in made.taken_over]
    lines += [f"  taken as the same although titled otherwise: {', '.join(made.doubts)}"] if doubtful else []
    lines += (
        [f"It is kept and listed, but runs of its time refuse: {why}. See docs/layouts.md."] if why else []
    )
    return "\n".join(
        [*lines, "", f"Against the version before it ({known.version}):", _table(known, made.layout)]
    )


def layouts_compared(code: str, days: list[date]) -> str:
    """What differs between two versions of a layout, named by their first days; else the newest two."""
    code = code.upper()
    versions = {one.effective_from: one for one in [*all_layouts(), *own_layouts()] if one.code == code}
    if not versions:
        raise InputError(f"There is no layout of this name; the tables are {', '.join(load_layouts())}.")
    begins = ", ".join(str(day) for day in sorted(versions))
    chosen = sorted(days) or sorted(versions)[-2:]
    if len(chosen) < 2 or not set(chosen) <= set(versions):
        raise InputError(
            f"Two versions of {code} are needed, each named by its first day; there are: {begins}."
        )
    earlier, later = (versions[day] for day in chosen)
    return f"{code}: {earlier.version} (from {chosen[0]}) and {later.version} (from {chosen[1]})\n" + _table(
        earlier, later
    )


def _table(earlier: Layout, later: Layout) -> str:
    found = diff_layouts(earlier, later)
    if found.empty:
        return "  no difference"
    return "\n".join(f"  {_line(*row)}" for row in found.itertuples(index=False))


def _line(column: str, what: str, before: str, after: str) -> str:
    if what in ("added", "removed"):
        return f"{column:<3} {what}: {before or after}"
    return f"{column:<3} {what}: {before or 'nothing'} -> {after or 'nothing'}"


def _version_words(layout: Layout) -> str:
    counts = ", ".join(f"{count} {status}" for status, count in layout.status_counts().items() if count)
    dates = effective_words(layout.effective_from, layout.effective_to)
    return f"{dates}: {layout.version}; {len(layout.columns)} columns ({counts})"


def _announced_page(collection: Announced, section: Section) -> str:
    known = "all elements are known" if section.complete else "not all elements are known"
    lines = [
        f"{section.code}  {collection.collection}: {section.title}",
        f"Status: {collection.status}; never used in a run. {known.capitalize()}.",
        f"Frequency: {collection.frequency}. Authority: {collection.authority}. {collection.control_number}.",
        f"Source: {collection.source}.",
        f"Outlook: {collection.outlook}",
    ]
    lines += [
        f"  {one.name} [{one.seen}]" + (f" {one.note}." if one.note else "") for one in section.elements
    ]
    return "\n".join(lines + ([] if section.elements else ["  No element was seen."]))
