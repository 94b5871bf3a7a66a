"""highs_mps.py FILE.mps HOW CAP_S GAP

HiGHS alone on a programme in an MPS file, one thread: HOW is milp, or the relaxed programme by simplex, ipx or hipo. Prints JSON:
CPU and wall seconds of the solve (not of reading), whether it ended by itself, cost, bound and gap. A method that this HiGHS was not built with: "missing".
"""

import json
import sys
import time

import highspy


def solve(path: str, how: str, cap_s: float, gap: float) -> dict:
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    if how == "hipo" and solver.setOptionValue("solver", "hipo") != highspy.HighsStatus.kOk:
        return {"missing": f"{how} is not in this build of HiGHS"}
    assert solver.readModel(path) == highspy.HighsStatus.kOk
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("parallel", "off")
    solver.setOptionValue("time_limit", cap_s)
    solver.setOptionValue("mip_rel_gap", gap)
    if how != "milp":
        solver.setOptionValue("solver", {"simplex": "simplex", "ipx": "ipx", "hipo": "hipo"}[how])
        solver.setOptionValue("solve_relaxation", True)
    begin, cpu = time.perf_counter(), time.process_time()
    solver.run()
    cpu_s, wall_s = time.process_time() - cpu, time.perf_counter() - begin
    info = solver.getInfo()
    ended = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    cost = info.objective_function_value if info.primal_solution_status == 2 else None
    bound = info.mip_dual_bound if how == "milp" else (cost if ended else None)
    return {"cpu_s": cpu_s, "wall_s": wall_s, "ended": ended, "cost": cost, "bound": bound, "status": solver.modelStatusToString(solver.getModelStatus()),
            "gap": None if cost is None or bound is None else (cost - bound) / max(abs(cost), 1.0)}


if __name__ == "__main__":
    print(json.dumps(solve(sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4]))))
