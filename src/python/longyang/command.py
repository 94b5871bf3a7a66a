"""What the package's commands share."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable


def run(main: Callable[[], int]) -> None:
    """Ends the process with the exit code of `main`; one whose reader has gone (`| head`) ends without a traceback, as other programs do."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main())
