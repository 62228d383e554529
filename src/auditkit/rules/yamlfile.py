"""Reads a YAML file without YAML's guesses: every scalar stays the text that stands in the file.

Plain YAML turns 001 into 1, 12:30 into 750, `no` into False and dates into objects. Contract
numbers, times and identifiers must not change on the way in, so types are given by the
model that checks the file, never by the reader.
"""

from pathlib import Path

import yaml

from auditkit.errors import InputError

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def read_yaml(path: Path) -> dict | list:
    """Give the content of `path` as dicts, lists and strings.

    Raises InputError when the file is missing, is not UTF-8 text or is not YAML.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; check the path.") from None
    except IsADirectoryError:
        raise InputError(f"{path}: this is a folder; name a YAML file in it.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as UTF-8 text ({type(error).__name__}).") from None
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not YAML"
        raise InputError(f"{path}{place}: {problem}; mend the YAML there.") from None
