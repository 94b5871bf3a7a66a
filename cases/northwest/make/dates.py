"""Dates of commissioning within a case's year (dates_of_service.csv): rows of `service`, and stages of HVDC lines."""

import numpy as np
import pandas as pd

from .common import Case, HOURS, MONTH_OF_HOUR, read


def hour_of(date: str) -> int:
    """First hour of a day, of a year without 29 February."""
    day = pd.Timestamp(date)
    return 24 * (pd.Timestamp(2025, day.month, day.day).day_of_year - 1)


def of_year(year: int) -> pd.DataFrame:
    table = read("dates_of_service")
    return table[table.from_date.str[:4] == str(year)]


def add_dates(case: Case) -> None:
    """What the case does not hold is a fault of the source."""
    rows = []
    for row in of_year(case.year).itertuples():
        if not (case.tables[row.table].name == row.name).any():
            raise ValueError(f"dates_of_service.csv: {row.table} of {case.year} has no {row.name}")
        rows.append({"table": row.table, "plant": row.name, "from_hour": hour_of(row.from_date), "to_hour": HOURS, "backup": "no",
                     "source": row.source, "quality": row.quality, "note": f"{row.note} ({row.from_date})"})
    if rows:
        case.add_rows("service", rows)
        service = case.tables["service"]
        service["table"] = service["table"].fillna("thermal")


def availability(case: Case, line: str) -> np.ndarray | None:
    """Of an HVDC line that enters in two stages: share of its capacity by hour; None: it is all there from its date on."""
    for row in of_year(case.year).itertuples():
        if (row.table, row.name) == ("hvdc", line) and row.stage_pu > 0:
            return np.where(np.arange(HOURS) < hour_of(row.full_date), row.stage_pu, 1.0)
    return None


def share_by_month(case: Case, line: str) -> np.ndarray:
    """Share of each month's hours in which a line is in service."""
    from_hour = max([hour_of(row.from_date) for row in of_year(case.year).itertuples()
                     if (row.table, row.name) == ("hvdc", line)], default=0)
    return np.array([(np.arange(HOURS)[MONTH_OF_HOUR == month] >= from_hour).mean() for month in range(1, 13)])


def capacity_by_month(case: Case, line: str) -> np.ndarray:
    """Mean share of a line's capacity by month in the hours in which it is in service (its stages)."""
    stages = availability(case, line)
    return np.ones(12) if stages is None else np.array([stages[MONTH_OF_HOUR == month].mean() for month in range(1, 13)])


def section(case: Case) -> str:
    rows = of_year(case.year)
    if not len(rows):
        return ""
    lines = [f"| {row.table} | {row.name} | {row.from_date} | {row.note}; {row.source} |" for row in rows.itertuples()]
    return "\n".join(["", "## Dates within the year", "", "What enters within the year does so at its date (service.csv); what the sources date by year alone stands all year. "
                      "A line's contracts owe by the hours in which it is there.", "",
                      "| table | what | from | by |", "|---|---|---|---|", *lines, "",
                      "`longyang flow` looks at hours with one network: of this case at those from 12 January on, or at those before.", ""])
