"""What the package's commands share."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable

#: Errors of the system with a file that was to be read, or a folder that was to be made.
SYSTEM = {FileNotFoundError: "no such file", NotADirectoryError: "no such file", IsADirectoryError: "found a folder, expected a file",
          FileExistsError: "found a file, expected a folder", PermissionError: "permission denied"}


def signed(value: float, decimals: int = 0) -> str:
    """1,234.5 with its sign; what reads as zero has none."""
    text = f"{value:z,.{decimals}f}"
    return f"+{text}" if value > 0 and text.strip("0.") else text


def words_of(error: Exception) -> str:
    """An error as a line for the user; one of the system's by its file and what is the matter with it."""
    if not isinstance(error, OSError) or error.filename is None:
        return str(error)
    return f"{os.fspath(error.filename)}: {SYSTEM.get(type(error), error.strerror)}"


def run(main: Callable[[], int]) -> None:
    """Ends the process with the exit code of `main`; one whose reader has gone (`| head`) ends without a traceback, as other programs do."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main())
