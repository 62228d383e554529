"""Policies: named settings for what the law leaves open, each with a stated default.

They stand in `policies.yaml`. A run chooses by name in its params; every report that uses a
policy prints it.
"""

from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from auditkit.errors import InputError
from auditkit.rules.checked import Strict, Text, checked
from auditkit.rules.yamlfile import read_yaml

POLICY_FILE = Path(__file__).parent / "policies.yaml"


class WholeNumbers(Strict):
    """A range of whole numbers, both ends allowed."""

    least: int
    most: int

    @model_validator(mode="after")
    def _forwards(self) -> "WholeNumbers":
        if self.most < self.least:
            raise ValueError("'most' is smaller than 'least'")
        return self


class Policy(Strict):
    """One setting.

    name: as written in params. meaning: what it decides. default: the value when a run does not
    choose. values: words or numbers allowed, each with what it does. numbers: range of whole
    numbers allowed, beside `values` or instead of them. unit: of a number. why: why the law leaves
    it open and why the default is what it is. cite: paragraph or source. used_in: where it bites.
    """

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]*$")]
    meaning: Text
    default: Text
    values: Annotated[dict[Text, Text], Field(min_length=1)] | None = None
    numbers: WholeNumbers | None = None
    unit: Text | None = None
    why: Text
    cite: Text
    used_in: Annotated[tuple[Text, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _default_allowed(self) -> "Policy":
        if not self.values and not self.numbers:
            raise ValueError("'values' or 'numbers' is needed, to say what is allowed")
        if not self.allows(self.default):
            raise ValueError(f"'default' must be {self.allowed()}")
        return self

    def allows(self, value: str) -> bool:
        """May the setting have this value?"""
        if value in (self.values or {}):
            return True
        return bool(self.numbers and value.isascii() and value.isdigit()
                    and self.numbers.least <= int(value) <= self.numbers.most)

    def allowed(self) -> str:
        """What is allowed, in words."""
        parts = list(self.values or {})
        if self.numbers:
            parts.append(f"a whole number from {self.numbers.least} to {self.numbers.most}")
        return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} or {parts[-1]}"


def load_policies(path: Path | None = None) -> dict[str, Policy]:
    """All policies by name, in the order of the file.

    path: another file than the packaged one.
    Raises InputError naming file, policy and reason when the file is malformed.
    """
    return dict(_packaged()) if path is None else _load(Path(path))


@cache
def _packaged() -> dict[str, Policy]:
    return _load(POLICY_FILE)


def _load(source: Path) -> dict[str, Policy]:
    raw = read_yaml(source)
    if not isinstance(raw, dict) or not isinstance(raw.get("policies"), list):
        raise InputError(f"{source}: a list named 'policies' is needed; add it.")
    policies: dict[str, Policy] = {}
    for position, entry in enumerate(raw["policies"], start=1):
        name = entry.get("name") if isinstance(entry, dict) else None
        policy = checked(Policy, entry, source, f"policy {name or f'number {position}'}")
        if policy.name in policies:
            raise InputError(f"{source}, policy {policy.name}: it stands there twice; remove one.")
        policies[policy.name] = policy
    return policies


def resolve_policies(chosen: dict[str, str]) -> dict[str, str | int]:
    """The value of every policy for a run, by name: the chosen one, else the default.

    chosen: policy name to value, as text. A value written in digits is given as a whole number.
    Raises InputError naming the policy and what is allowed when a name or value is unknown.
    """
    policies = load_policies()
    for name, value in chosen.items():
        if name not in policies:
            near = get_close_matches(name, policies, n=1)
            hint = f"did you mean {near[0]}" if near else f"the policies are {', '.join(policies)}"
            raise InputError(f"There is no policy named {name}; {hint}.")
        if not policies[name].allows(str(value)):
            raise InputError(f"Policy {name} must be {policies[name].allowed()}, not '{value}'.")
    settled = {name: str(chosen.get(name, policy.default)) for name, policy in policies.items()}
    return {name: int(value) if value.isdigit() else value for name, value in settled.items()}
