#pragma once

#include "caseio/imports/cost_curves.hpp"
#include "caseio/imports/matpower/text.hpp"

#include <string>
#include <vector>

namespace longyang::caseio::imports::matpower {

struct Cost {
    CostFunction by_output;
    double startup = 0.0, shutdown = 0.0;
};

struct Bus {
    int line = 0;
    int number = 0;
    int type = 1; ///< 1 PQ, 2 PV, 3 reference, 4 isolated
    double pd_mw = 0.0, qd_mvar = 0.0, gs_mw = 0.0, bs_mvar = 0.0;
    int area = 1;
    double va_deg = 0.0;
    double base_kv = 0.0;
    double vmax_pu = 0.0, vmin_pu = 0.0;
    std::string label;
};

struct Generator {
    int line = 0;
    int bus = 0; ///< row of `buses`
    double pg_mw = 0.0, qg_mvar = 0.0, qmax_mvar = 0.0, qmin_mvar = 0.0, vg_pu = 0.0;
    bool on = true;
    double pmax_mw = 0.0, pmin_mw = 0.0;
    std::string fuel; ///< of mpc.genfuel, else empty
    Cost cost;
};

struct Branch {
    int line = 0;
    int from = 0, to = 0; ///< rows of `buses`
    double r_pu = 0.0, x_pu = 0.0, b_pu = 0.0, rate_a_mva = 0.0, rate_c_mva = 0.0;
    double tap_pu = 0.0, shift_deg = 0.0;
    bool on = true;
    bool angle_limits = false;
};

/// A DC line; what leaves at `from` is pf, what arrives at `to` is pt.
struct DcLine {
    int line = 0;
    int from = 0, to = 0;
    bool on = true;
    double pf_mw = 0.0, pt_mw = 0.0, qf_mvar = 0.0, qt_mvar = 0.0, vf_pu = 0.0, vt_pu = 0.0;
    double pmin_mw = 0.0, pmax_mw = 0.0;
    double qminf_mvar = 0.0, qmaxf_mvar = 0.0, qmint_mvar = 0.0, qmaxt_mvar = 0.0;
    double loss0_mw = 0.0, loss1 = 0.0;
};

/// The tables of a file, checked; row k of a list is row k + 1 of the file's matrix.
struct Network {
    double base_mva = 100.0;
    std::vector<Bus> buses;
    std::vector<Generator> generators;
    std::vector<Branch> branches;
    std::vector<DcLine> dc_lines;
    bool reactive_costs = false;
    bool more_generator_columns = false; ///< capability curves, ramps or participation other than 0
    std::vector<std::string> other_fields; ///< names of what was not read
    std::vector<Fault> faults;
};

/// Does not throw: what does not fit the format is told in `faults`, with line and column.
[[nodiscard]] Network read_network(const Text& text);

} // namespace longyang::caseio::imports::matpower
