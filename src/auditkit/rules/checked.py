"""One helper that turns a malformed entry of a data file into one sentence a user can act on.

Rule files, params and mappings are all read as text (`yamlfile.read_yaml`) and given their
types by a pydantic model. What pydantic has to say about a fault is rewritten here as file,
entry and reason.
"""

import re
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from auditkit.errors import InputError


class Strict(BaseModel):
    """Base of every model that checks a data file: immutable, and no unknown names."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Model = TypeVar("Model", bound=BaseModel)

Text = Annotated[str, StringConstraints(min_length=1)]
"""Text that must not be empty."""


def _iso_text(value: Any) -> Any:
    # Left alone, pydantic would read the text 20260101 as a number of seconds since 1970.
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError("must be a date written as 2026-01-31")
    return value


Day = Annotated[date, BeforeValidator(_iso_text)]
"""A calendar date, written 2026-01-31."""


def checked(model: type[Model], data: Any, file: object, entry: str = "") -> Model:
    """Give `data` as a `model`.

    model: the pydantic model that says what an entry must hold.
    data: what stood in the file, as `read_yaml` gave it.
    file: name or path of the file, for the message.
    entry: which entry of the file, for the message ("column H", "rule AIP-G-STD"); empty
        when the file is one entry.

    Raises InputError with one sentence: file, entry, what is wrong there. When several things
    are wrong the first is named and the others are counted.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        faults = _root_faults(error.errors(include_url=False))
    place = f"{file}, {entry}" if entry else f"{file}"
    others = len(faults) - 1
    more = f" ({others} more fault{'s' if others > 1 else ''} in this entry)" if others else ""
    raise InputError(f"{place}: {_reason(model, faults[0])}{more}.")


def _root_faults(faults: list[Any]) -> list[Any]:
    """Faults without mere consequences, the one that says most in front."""
    broken = {fault["loc"][:-1] for fault in faults}
    # A list whose one value is wrong is also called too short.
    kept = [fault for fault in faults if fault["type"] != "too_short" or fault["loc"] not in broken]
    # A misspelt name is both unknown and missing; the unknown one says more.
    return sorted(kept, key=lambda fault: fault["type"] != "extra_forbidden")


def _reason(model: type[BaseModel], fault: Any) -> str:
    kind, where = fault["type"], ".".join(_label(step) for step in fault["loc"])
    if kind == "missing":
        return f"'{where}' is missing; add it"
    if kind == "extra_forbidden":
        return f"'{where}' is not a name known here; {_suggestion(model, fault['loc'])}"
    found = _shown(fault["input"])
    if kind in _WORDS:
        return f"'{where}' {_WORDS[kind]}{found}" if where else f"it {_WORDS[kind]}{found}"
    if kind == "literal_error":
        return f"'{where}' must be {fault['ctx']['expected']}{found}"
    if kind == "string_pattern_mismatch":
        return f"'{where}' must match the pattern {fault['ctx']['pattern']}{found}"
    if kind in ("greater_than_equal", "less_than_equal", "greater_than", "less_than"):
        return f"'{where}' {fault['msg'].replace('Input should', 'must', 1)}{found}"
    if kind == "value_error":
        reason = str(fault["ctx"]["error"])
        if reason.startswith("must "):
            return f"'{where}' {reason}{found}"
        return f"{where}: {reason}" if where else reason
    return f"'{where}' {fault['msg'].replace('Input should', 'must', 1)}{found}"


_WORDS = {
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "float_parsing": "must be a number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "date_from_datetime_parsing": "must be a date that exists, written as 2026-01-31",
    "date_parsing": "must be a date that exists, written as 2026-01-31",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "dict_type": "must be a group of names and values",
    "model_type": "must be a group of names and values",
    "too_short": "must hold at least one value",
}


def _label(step: str | int) -> str:
    return str(step + 1) if isinstance(step, int) else step


def _shown(value: Any) -> str:
    """What was found, when it is short, plain and cannot be an address with a password."""
    if isinstance(value, dict):
        return ", not a group"
    if isinstance(value, (list, tuple)):
        return ", not a list" if value else ""
    text = str(value)
    if not text:
        return ""
    return f", not '{text}'" if len(text) <= 40 and "://" not in text else ""


def _suggestion(model: type[BaseModel], loc: tuple[str | int, ...]) -> str:
    names = _names_at(model, loc[:-1])
    near = get_close_matches(str(loc[-1]), names, n=1, cutoff=0.5)
    return f"did you mean '{near[0]}'" if near else f"the names known here are {', '.join(names)}"


def _names_at(model: type[BaseModel], loc: tuple[str | int, ...]) -> list[str]:
    """Names the model takes at a place inside it, following nested models."""
    for step in loc:
        for name, field in model.model_fields.items():
            if step in (name, field.alias):
                model = _model_in(field.annotation) or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model inside a type such as `tuple[Column, ...]` or `Effective | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, (_model_in(part) for part in get_args(annotation))), None)
