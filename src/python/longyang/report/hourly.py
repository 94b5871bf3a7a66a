"""Hourly series that the page's script cuts weeks and heat maps from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..technologies import EXCHANGE, colour
from .figure import quantised, unpacked
from .study import Study

WEEK_H = 168


def _series(key: str, side: str, word: str, shade: str, values) -> dict:
    return {"key": key, "side": side, "word": word, "colour": shade, **quantised(values)}


def _of_region(study: Study, region: str) -> list[dict]:
    """Stacked series (side `given` upwards, `taken` downwards), then load, shed load and, where there is one, price of a region."""
    one = study.balances.sel(region=region)
    out = []
    for technology in study.technologies:
        given = sum(one[name].sel({axis: technology}).values
                    for name, axis in (("generation_mw", "technology"), ("discharge_mw", "storage_technology"))
                    if technology in one[axis].values)
        out.append(_series(technology, "given", f"tech:{technology}", colour(technology), given))
    hvdc, other = one.hvdc_export_mw.values, one.ac_export_mw.values
    out.append(_series("from_regions", "given", "from_regions", EXCHANGE["from_regions"], np.clip(-other, 0, None)))
    out.append(_series("hvdc_import", "given", "hvdc_import", EXCHANGE["hvdc_import"], np.clip(-hvdc, 0, None)))
    for technology in map(str, one["storage_technology"].values):
        charged = one.charge_mw.sel(storage_technology=technology).values
        out.append(_series(f"charge_{technology}", "taken", f"charge:{technology}", colour(technology), charged))
    out.append(_series("hvdc_export", "taken", "hvdc_export", EXCHANGE["hvdc_export"], np.clip(hvdc, 0, None)))
    if "dc_loss_mw" in one:  # not in older files
        out.append(_series("dc_loss", "taken", "dc_loss", EXCHANGE["dc_loss"], one.dc_loss_mw.values))
    out.append(_series("to_regions", "taken", "to_regions", EXCHANGE["to_regions"], np.clip(other, 0, None)))
    out.append(_series("curtailed", "hidden", "curtailment", "#999999", one.curtailed_mw.sum("technology").values))
    out.append(_series("shed", "shed", "load_shed", "#e0007a", one.shed_mw.values))
    out.append(_series("load", "load", "load", "#000000", one.load_mw.values))
    if region in study.priced_regions:
        out.append(_series("price", "price", "price", "#1f5f8b", one.price_cny_per_mwh.values))
    return [s for s in out if s["side"] in ("load", "price", "hidden") or np.abs(unpacked(s)).max(initial=0) > 0]


def notable_days(study: Study) -> list[dict]:
    """First days (from 0) of weeks that a planner looks at first, by the system's sums over whole days."""
    days = len(study.hours) // 24
    if days <= 7:
        return []
    b = study.balances

    def by_week(values) -> pd.Series:
        daily = np.asarray(values)[:days * 24].reshape(days, 24).sum(axis=1)
        return pd.Series(daily).rolling(7).sum().shift(-6).dropna()

    load = b.load_mw.sum("region").values
    free = b.generation_mw.sel(technology=[t for t in ("wind", "pv") if t in b["technology"].values])
    free = free.sum(["region", "technology"]).values + b.curtailed_mw.sum(["region", "technology"]).values
    weeks = {"week_load": by_week(load).idxmax(), "week_residual": by_week(load - free).idxmax(),
             "week_free": by_week(free).idxmax()}
    curtailed = by_week(b.curtailed_mw.sum(["region", "technology"]).values)
    if curtailed.max() > 0:
        weeks["week_curtailed"] = curtailed.idxmax()
    return [{"word": f"js_{word}", "day": int(day)} for word, day in weeks.items()]


def store(study: Study) -> dict:
    """What the script needs: times, regions with their series, days to jump to."""
    times = ((study.hours - study.hours[0]) // pd.Timedelta("1h")).to_numpy()
    whole = np.array_equal(times, np.arange(times.size))
    return {
        "start": study.hours[0].isoformat(), "count": len(study.hours), "times": None if whole else times.tolist(),
        "regions": [{"name": name, "word": f"@{{region:{name}}}", "series": _of_region(study, name)}
                    for name in study.regions],
        "tokens": [f"@{{{s}}}" for s in _tokens(study)], "days": notable_days(study),
    }


def _tokens(study: Study) -> list[str]:
    """Words of all series, so that the page brings them along."""
    return [*(f"tech:{t}" for t in study.technologies), *(f"charge:{t}" for t in study.pure_storages + ["csp"]),
            "from_regions", "to_regions", "hvdc_import", "hvdc_export", "dc_loss", "curtailment", "load_shed", "load", "price",
            "price_unit", "power_unit", "hour_of_day"]
