"""Environment variables set for a while and put back as they were."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def variables(**wanted: str) -> Iterator[None]:
    """Set environment variables for this process and those it starts, until the block ends."""
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
