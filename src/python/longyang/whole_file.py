"""A file that is there as a whole or not at all."""

from __future__ import annotations

import contextlib
import os
import pathlib
import socket
from collections.abc import Iterator


@contextlib.contextmanager
def whole_file(path: str | os.PathLike) -> Iterator[pathlib.Path]:
    """Gives a temporary name beside `path` to write to; what was written gets its own name where nothing was raised, else it goes."""
    target = pathlib.Path(path)
    part = target.with_name(f"{target.name}.{socket.gethostname()}-{os.getpid()}.part")  # another process may write the same file
    try:
        yield part
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
