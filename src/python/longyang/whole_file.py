"""A file that is there as a whole or not at all."""

from __future__ import annotations

import contextlib
import os
import pathlib
import socket
from collections.abc import Iterator


#: First bytes of an HDF5 file.
HDF5 = b"\x89HDF\r\n\x1a\n"


@contextlib.contextmanager
def whole_file(path: str | os.PathLike) -> Iterator[pathlib.Path]:
    """Gives a temporary name beside `path` to write to; what was written gets its own name where nothing was raised, else it goes.

    Raises FileExistsError where an HDF5 file, as of results, stands there: what tools write is none; OSError where it cannot be written.
    """
    target = pathlib.Path(path)
    if target.is_file():
        with open(target, "rb") as file:
            if file.read(len(HDF5)) == HDF5:
                raise FileExistsError(f"'{target}' is not written over: it is an HDF5 file, as results are")
    part = target.with_name(f"{target.name}.{socket.gethostname()}-{os.getpid()}.part")  # another process may write the same file
    try:
        yield part
        part.replace(target)
    except OSError as error:
        if error.filename is None or os.fspath(error.filename) != str(part):
            raise
        raise OSError(f"{target}: cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
