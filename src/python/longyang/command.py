"""What the package's commands share."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable


def signed(value: float, decimals: int = 0) -> str:
    """1,234.5 with its sign; what reads as zero has none."""
    text = f"{value:z,.{decimals}f}"
    return f"+{text}" if value > 0 and text.strip("0.") else text


def run(main: Callable[[], int]) -> None:
    """Ends the process with the exit code of `main`; one whose reader has gone (`| head`) ends without a traceback, as other programs do."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main())
