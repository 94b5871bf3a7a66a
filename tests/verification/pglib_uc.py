"""The unit commitment model of pglib-uc (power-grid-lib/pglib-uc, MODEL.pdf), written down apart from the program and solved by SciPy's HiGHS."""

import dataclasses

import numpy as np
import scipy.optimize
import scipy.sparse

INF = np.inf


class Programme:
    """Columns and rows, put together one by one; a row is a list of (column, coefficient)."""

    def __init__(self):
        self.cost, self.low, self.high, self.whole = [], [], [], []
        self.terms, self.least, self.most = [], [], []

    def column(self, cost=0.0, low=0.0, high=INF, whole=False) -> int:
        for values, value in ((self.cost, cost), (self.low, low), (self.high, high), (self.whole, int(whole))):
            values.append(value)
        return len(self.cost) - 1

    def row(self, terms, least, most) -> None:
        for values, value in ((self.terms, terms), (self.least, least), (self.most, most)):
            values.append(value)

    def least_cost(self, relaxed: bool) -> float:
        entries = [(r, c, a) for r, terms in enumerate(self.terms) for c, a in terms]
        row, column, value = zip(*entries)
        matrix = scipy.sparse.csr_array((value, (row, column)), shape=(len(self.terms), len(self.cost)))
        found = scipy.optimize.milp(self.cost, integrality=None if relaxed else self.whole,
                                    bounds=scipy.optimize.Bounds(self.low, self.high),
                                    constraints=scipy.optimize.LinearConstraint(matrix, self.least, self.most),
                                    options={"mip_rel_gap": 1e-9})
        assert found.status == 0, found.message
        return found.fun


@dataclasses.dataclass(frozen=True)
class Form:
    """Rows in which Longyang's model is tighter than the file's, each of which may be put in place of the file's own."""

    capacity: bool = False  # TH-5: start and stop ramp in one row where the least time on is 2 h or more
    ramps: bool = False  # TH-6: a ramp is there where the unit runs on, else the start or stop ramp
    tiers: bool = False  # TH-9: stops before the hour say from the first hour on which category a start may have


def least_cost(instance: dict, form: Form = Form(), relaxed: bool = True) -> float:
    programme = Programme()
    hours = range(instance["time_periods"])
    balance, reserve = [[] for _ in hours], [[] for _ in hours]
    for generator in instance["thermal_generators"].values():
        _add_generator(programme, generator, hours, form, balance, reserve)
    for one in instance["renewable_generators"].values():
        for t in hours:
            balance[t].append((programme.column(0, one["power_output_minimum"][t], one["power_output_maximum"][t]), 1))
    for t in hours:
        programme.row(balance[t], instance["demand"][t], instance["demand"][t])
        programme.row(reserve[t], instance["reserves"][t], INF)
    return programme.least_cost(relaxed)


def _add_generator(m: Programme, g: dict, hours: range, form: Form, balance: list, reserve: list) -> None:
    p_min, p_max, on_before = g["power_output_minimum"], g["power_output_maximum"], g["unit_on_t0"]
    up_h, down_h = max(g["time_up_minimum"], 1), max(g["time_down_minimum"], 1)
    held = max(0, up_h - g["time_up_t0"]) if on_before else 0
    away = max(0, down_h - g["time_down_t0"]) if not on_before else 0
    points = g["piecewise_production"]
    u = [m.column(points[0]["cost"], int(g["must_run"] or t < held), int(t >= away), whole=True) for t in hours]
    v = [m.column(0, 0, 1, whole=True) for _ in hours]
    w = [m.column(0, 0, 1, whole=True) for _ in hours]
    p, r = [m.column() for _ in hours], [m.column() for _ in hours]  # above the least output
    for t in hours:
        balance[t] += [(p[t], 1), (u[t], p_min)]
        reserve[t].append((r[t], 1))
        m.row([(u[t], 1), (v[t], -1), (w[t], 1)] + ([(u[t - 1], -1)] if t else []), 0 if t else on_before, 0 if t else on_before)
        m.row([(v[i], 1) for i in range(max(0, t - up_h + 1), t + 1)] + [(u[t], -1)], -INF, 0)
        m.row([(w[i], 1) for i in range(max(0, t - down_h + 1), t + 1)] + [(u[t], 1)], -INF, 1)
        # Weights of points: output and its cost are those of the points, the weights' sum is u.
        weights = [m.column(b["cost"] - points[0]["cost"], 0, 1) for b in points]
        m.row([(p[t], 1)] + [(x, -(b["mw"] - points[0]["mw"])) for x, b in zip(weights, points)], 0, 0)
        m.row([(u[t], -1)] + [(x, 1) for x in weights], 0, 0)
    _add_ramps(m, g, hours, form, (u, v, w, p, r))
    _add_startup(m, g, hours, form, (v, w), down_h)


def _add_ramps(m: Programme, g: dict, hours: range, form: Form, columns: tuple) -> None:
    u, v, w, p, r = columns
    p_min, p_max, on_before = g["power_output_minimum"], g["power_output_maximum"], g["unit_on_t0"]
    span = p_max - p_min
    rise, fall = g["ramp_up_limit"], g["ramp_down_limit"]
    start, stop = min(g["ramp_startup_limit"], p_max) - p_min, min(g["ramp_shutdown_limit"], p_max) - p_min
    before = on_before * (g["power_output_t0"] - p_min)
    if form.capacity or form.ramps:
        start, stop = min(start, rise), min(stop, fall)
    for t in hours:
        most = [(p[t], 1), (r[t], 1), (u[t], -span)]
        at_start, at_stop = [(v[t], span - start)], [(w[t + 1], span - stop)] if t + 1 < len(hours) else []
        if form.capacity and g["time_up_minimum"] >= 2:
            m.row(most + at_start + at_stop, -INF, 0)
        else:
            m.row(most + at_start, -INF, 0)
            m.row(most + at_stop, -INF, 0)
        p_before = [(p[t - 1], 1)] if t else []
        above = [(p[t], 1), (r[t], 1)] + [(c, -1) for c, _ in p_before]
        below = p_before + [(p[t], -1)]
        given = 0 if t else before
        if not form.ramps:
            m.row(above, -INF, rise + given)
            m.row(below, -INF, fall - given)
            continue
        if rise < span:
            m.row(above + [(u[t], -rise), (v[t], rise - start)], -INF, given)
        if fall < span or (t == 0 and before > stop):
            u_before = [(u[t - 1], -fall)] if t else []
            m.row(below + u_before + [(w[t], fall - stop)], -INF, (0 if t else fall * on_before) - given)
    if not form.ramps and on_before:
        m.row([(w[0], span - stop)], -INF, span - before)


def _add_startup(m: Programme, g: dict, hours: range, form: Form, columns: tuple, down_h: int) -> None:
    v, w = columns
    startup, on_before = g["startup"], g["unit_on_t0"]
    for t in hours:
        categories = [m.column(one["cost"], 0, 1, whole=True) for one in startup]
        m.row([(c, 1) for c in categories] + [(v[t], -1)], 0, 0)
        for s in range(len(startup) - 1):
            first, last = startup[s]["lag"], startup[s + 1]["lag"]
            if form.tiers:
                first = min(first, down_h) if s == 0 else first
                past = int(not on_before and first <= t + g["time_down_t0"] < last)
                m.row([(categories[s], 1)] + [(w[i], -1) for i in range(max(0, t - last + 1), t - first + 1)], -INF, past)
            elif t + 1 >= last:
                m.row([(categories[s], 1)] + [(w[t - i], -1) for i in range(first, last) if t >= i], -INF, 0)
            elif t + 1 >= max(1, last - g["time_down_t0"] + 1):
                m.high[categories[s]] = 0
