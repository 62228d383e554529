"""The params file: one YAML a run, checked whole before anything starts.

Each name is a field of the models below; its description and example are what the refusals
quote. `docs/params.md` describes the same names, and a test holds the two together.
"""

import os
import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import BeforeValidator, Field, model_validator

from auditkit.errors import InputError
from auditkit.findings.identity import ROLES
from auditkit.rules.checked import Day, Strict, Text, checked
from auditkit.rules.layouts import use_folder
from auditkit.rules.policies import resolve_policies
from auditkit.rules.yamlfile import read_yaml

OWN_LAYOUTS = "params/layouts"
"""Folder of the plan's own layout versions, in the project folder."""
PROGRAMS = ("one_care", "sco", "sco_medicaid")
_TAKEN = ("review", "logs", "releases")  # folders of their own beside the runs


def _matching(pattern: str, wanted: str) -> BeforeValidator:
    """A check that the whole text matches `pattern`, refused with the words `wanted`."""

    def check(value: object) -> object:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise ValueError(f"must be {wanted}")
        return value

    return BeforeValidator(check)


def _time_zone(value: object) -> object:
    known = available_timezones()
    if value not in known:
        near = get_close_matches(str(value), known, n=1)
        hint = f" (did you mean {near[0]})" if near else ""
        raise ValueError(f"must be a time zone of the IANA list such as America/New_York{hint}")
    return value


def _each_once(name: str, values: list[str]) -> None:
    if len(set(values)) < len(values):
        raise ValueError(f"'{name}' names an entry twice; name each once")


Contract = Annotated[
    str, _matching(r"[A-Z]\d{4}", "a contract number, one capital letter and four digits, such as H9901")
]
Year = Annotated[int, _matching(r"20\d\d", "a star year such as 2025")]


class Period(Strict):
    """The days the run reports, both included."""

    start: Day = Field(description="first day of the period")
    end: Day = Field(description="last day of the period")


class Extracts(Strict):
    """Where the plan's extracts lie and how their columns are named."""

    folder: Text = Field(description="folder of the extract files")
    mapping: Text = Field(description="file that maps the plan's column names to ours")


class Stars(Strict):
    """Star Ratings: which year and which contracts to set beside the plan."""

    year: Year = Field(description="star year to show")
    prior: Year | None = Field(None, description="earlier star year to compare with")
    contracts: list[Contract] = Field(
        default_factory=list, description="contracts to show beside the plan's own"
    )
    state: Annotated[str, _matching(r"[A-Z]{2}", "a state's two capital letters such as MA")] = Field(
        "MA", description="state to compare with"
    )


class Reports(Strict):
    """What the periodic reports need beside the extracts."""

    prior_authorization_page: Annotated[str, _matching(r"https://\S+", "an address that starts with https://")] | None = (
        Field(None, description="address at which the plan posts its prior authorization metrics")
    )
    prior_authorization_list: Text | None = Field(
        None, description="CSV of the items and services that require prior authorization"
    )
    history: Text | None = Field(None, description="CSV of what was reported for earlier periods")


class DelegateFile(Strict):
    """When a delegate's file came, and whether it was used before."""

    delegate: Text = Field(description="the delegate's name, as the mapping or the extract gives it")
    extract: Text = Field(description="the extract, by its file name")
    received: Day = Field(description="day on which the file came")
    due: Day = Field(description="day on which it was due")
    reused_from: Text | None = Field(None, description="earlier period it was first used for, if any")
    approved_by: Text | None = Field(None, description="who approved that it is used again")

    @model_validator(mode="after")
    def _approval_of_something(self) -> "DelegateFile":
        if self.approved_by and not self.reused_from:
            raise ValueError("'approved_by' approves that a file is used again; name its period in 'reused_from'")
        return self


class Reviewer(Strict):
    """Who reviews; the environment variables AUDITKIT_REVIEWER and AUDITKIT_ROLE win over it."""

    name: Text = Field(description="the reviewer's name")
    role: Literal[ROLES] = Field("reviewer", description=f"one of {', '.join(ROLES)}")


class Params(Strict):
    """Everything a run is told. Paths are relative to the project folder, which holds notebooks/."""

    run: Annotated[
        str, _matching(r"[a-z0-9][a-z0-9-]*", "small letters, digits and hyphens such as one-care-2026q3")
    ] = Field(description="name of the run, and of its folder")
    plan: Text = Field(description="the plan's name as covers and pages show it")
    contracts: Annotated[list[Contract], Field(min_length=1)] = Field(
        description="the plan's contract numbers"
    )
    programs: Annotated[list[Literal[PROGRAMS]], Field(min_length=1)] = Field(
        description="programs reported: one_care, sco (with Medicare), sco_medicaid (MassHealth only)"
    )
    period: Period = Field(description="first and last day reported")
    as_of: Day | None = Field(
        None, description="day on which open cases are judged; the period's end unless given"
    )
    time_zone: Annotated[str, BeforeValidator(_time_zone)] = Field(
        "America/New_York", description="time zone of the times in the extracts"
    )
    synthetic: bool = Field(
        False, description="true for invented data: member identifiers that are never issued then pass"
    )
    extracts: Extracts = Field(description="where the extracts and their mapping are")
    delegate_files: list[DelegateFile] = Field(
        default_factory=list, description="files of delegates: when they came, and whether they were used before"
    )
    policies: dict[str, str] = Field(
        default_factory=dict, description="choices the law leaves open; `auditkit rules list` names them"
    )
    stars: Stars | None = Field(None, description="Star Ratings settings")
    reports: Reports | None = Field(None, description="settings of the periodic reports")
    reviewer: Reviewer | None = Field(None, description="who reviews, unless the environment says otherwise")
    output: Text = Field("outputs", description="folder that holds the runs")

    @model_validator(mode="after")
    def _consistent(self) -> "Params":
        if self.run in _TAKEN:
            raise ValueError(f"'run' must not be '{self.run}': the output folder keeps its {self.run} there")
        start, end = self.period.start, self.period.end
        if end < start:
            raise ValueError(f"'period' ends ({end}) before it starts ({start}); put the earlier day first")
        if self.as_of is None:
            object.__setattr__(self, "as_of", end)  # the model is frozen once it is made
        if self.as_of < start:
            raise ValueError(
                f"'as_of' ({self.as_of}) lies before the period starts ({start}); write a later day"
            )
        for name in ("contracts", "programs"):
            _each_once(name, getattr(self, name))
        return self


@dataclass(frozen=True)
class Setup:
    """A checked params file with the folder it belongs to.

    `params` as written, `policies` with every open choice filled in (its default where the
    file is silent), `file` the params file, `root` the project folder.
    """

    params: Params
    policies: dict[str, str | int]
    file: Path
    root: Path

    def at(self, path: str) -> Path:
        """The place of a path that the params give relative to the project folder."""
        return self.root / path

    @property
    def run_folder(self) -> Path:
        return self.at(self.params.output) / self.params.run

    @property
    def data_folder(self) -> Path:
        """Public reference data: environment variable AUDITKIT_DATA, else ../shared/data."""
        return Path(os.environ.get("AUDITKIT_DATA") or self.root / ".." / "shared" / "data")


def load_params(path: Path | str) -> Setup:
    """Read and check the params file at `path`; its project's own layout versions hold from now on.

    Raises InputError with one sentence that names the file, the name in it, what was found
    and what to write.
    """
    file = Path(path).resolve()
    shown = Path(path).as_posix()
    data = read_yaml(Path(path))
    if not isinstance(data, dict):
        raise InputError(f"{shown}: must hold lines `name: value`; docs/params.md lists the names.")
    params = checked(Params, data, shown)
    try:
        policies = resolve_policies(params.policies)
    except InputError as error:
        raise InputError(f"{shown}: {error}") from None
    setup = Setup(params, policies, file, project_root(file))
    use_folder(setup.at(OWN_LAYOUTS))
    return setup


def project_root(file: Path) -> Path:
    """The nearest folder above `file`, else the working folder or one above it, with notebooks/ and params/.

    A run folder has notebooks too, and is no project.
    """
    for start in (Path(file).resolve(), Path.cwd() / "here"):
        for folder in start.parents:
            if (folder / "notebooks").is_dir() and (folder / "params").is_dir():
                return folder
    raise InputError(
        f"{file.name}: no folder above it holds `notebooks` and `params`; "
        "keep params files inside the project."
    )
