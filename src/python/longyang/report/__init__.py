"""A run as one HTML page that opens anywhere, without a network.

    longyang report OUT.h5 --html OUT.html
    python -m longyang.report OUT.h5 -o OUT.html [--compare B.h5] [--certificate OUT.json] [--language zh]

In Python: `longyang.report.write(longyang.open("out.h5"), "out.html")`.
"""

from .build import page, write

__all__ = ["page", "write"]
