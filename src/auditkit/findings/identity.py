"""Who speaks: a name and a role as they are given, and the machine's own account beside them."""

import getpass
import os
import socket
from collections.abc import Mapping
from typing import NamedTuple

from auditkit.errors import InputError

ROLES = ("medical director", "compliance officer", "preparer", "reviewer")
AUTHOR_VARIABLE, ROLE_VARIABLE = "AUDITKIT_REVIEWER", "AUDITKIT_ROLE"


class Identity(NamedTuple):
    """Who speaks: the name and role they give, and the account of the machine they use."""

    author: str
    role: str
    account: str


def identity(params: Mapping[str, str] | None = None) -> Identity:
    """Who is reviewing: the environment first, then `params` (name, role), then the account's name.

    The environment variables are AUDITKIT_REVIEWER and AUDITKIT_ROLE; the role is `reviewer` unless said. A
    name from the environment never takes the role of the person the params name.
    Raises InputError for a role that is none of ROLES.
    """
    account, name = machine_account(), os.environ.get(AUTHOR_VARIABLE)
    told = {} if name or not params else params
    author = name or told.get("name") or account.split("@")[0]
    role = os.environ.get(ROLE_VARIABLE) or told.get("role") or "reviewer"
    return Identity(checked_name(author, "reviewer's name"), checked_role(role), account)


def machine_account() -> str:
    """The account and machine this program runs under, such as `mlee@audit-01`."""
    try:
        account = getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in some containers
        account = f"uid {os.getuid()}"
    return f"{account}@{socket.gethostname()}"


def checked_name(name: str, what: str) -> str:
    """The name without spaces around it. Raises InputError, naming `what`, when it is empty."""
    if not name.strip():
        raise InputError(f"the {what} is empty; set {AUTHOR_VARIABLE} or write the name.")
    return name.strip()


def checked_role(role: str) -> str:
    """The role. Raises InputError when it is none of ROLES."""
    if role not in ROLES:
        raise InputError(f"the reviewer's role must be one of {', '.join(ROLES)}; set {ROLE_VARIABLE}.")
    return role
