"""Reads the results files of Longyang.

    import longyang
    d = longyang.open("out.h5")
    d.header["status"]                          # who made it, from what, how it ended
    d.certificate.gap.item()                    # share of the cost
    d.thermal.p_mw.sel(name="coal_a")           # MW by hour
    d.balances.generation_mw.sum("hour") / 1e3  # GWh by region and technology
    d.table("thermal")                          # the case's table as a pandas DataFrame

What each dataset means, its shape and unit: docs/formats/results.md, or the attributes `long_name` and `units`.
"""

from .results import FORMAT_VERSION, MissingError, Results, ResultsError, open_results, open_schedule

open = open_results  # noqa: A001: longyang.open("out.h5") is how it reads best

__all__ = ["FORMAT_VERSION", "MissingError", "Results", "ResultsError", "open", "open_results", "open_schedule"]
