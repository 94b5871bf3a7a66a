// NW-1 to NW-3, and NW-5 in balances (docs/theory/network.md) and DC-1
// (docs/theory/dc-power-flow.md).
#include "base/error.hpp"
#include "grid/islands.hpp"
#include "verify/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace longyang::verify {
namespace {

std::size_t bus_count(const grid::System& system) {
    return system.buses.region.size();
}

/// Injection of every bus by the plants, lines and loads of all ranks. Collective.
grid::HourTable injections_mw(const Comm& comm, const Scope& scope) {
    const grid::System& s = scope.system;
    const grid::Schedule& x = scope.schedule;
    const partition::Owners& o = scope.owners;
    grid::HourTable injection(bus_count(s), x.span.size());
    const auto add = [&](const std::vector<int>& bus, const std::vector<int>& owner,
                         const grid::HourTable& power, double sign) {
        for (std::size_t i = 0; i < bus.size(); ++i) {
            // Heat stores of power blocks feed no bus (TH-18).
            const bool feeds = &bus != &s.storages.bus || !gives_heat(s, i);
            if (feeds && scope.mine(owner, i)) {
                const auto into = injection.row(at(bus[i]));
                const auto from = power.row(i);
                for (std::size_t t = 0; t < into.size(); ++t) {
                    into[t] += sign * from[t];
                }
            }
        }
    };
    add(s.thermal.bus, o.thermal, x.thermal_p_mw, 1.0);
    add(s.renewables.bus, o.renewable, x.renewable_p_mw, 1.0);
    add(s.hydro.bus, o.hydro, x.hydro_p_mw, 1.0);
    add(s.pumps.bus, o.pump, x.pump_p_mw, -1.0);
    add(s.storages.bus, o.storage, x.storage_discharge_mw, 1.0);
    add(s.storages.bus, o.storage, x.storage_charge_mw, -1.0);
    add(s.flexible_loads.bus, o.flexible, x.flexible_p_mw, -1.0);
    add(s.hvdc.bus, o.hvdc, x.hvdc_p_mw, -1.0);
    for (std::size_t i = 0; i < s.dc_links.from_bus.size(); ++i) {
        if (scope.mine(o.dc_link, i)) {
            const auto from = injection.row(at(s.dc_links.from_bus[i]));
            const auto to = injection.row(at(s.dc_links.to_bus[i]));
            const double arrives = 1.0 - s.dc_links.loss_pu[i];
            for (std::size_t t = 0; t < from.size(); ++t) {
                const double forward_mw = x.dc_link_forward_mw.row(i)[t];
                const double backward_mw = x.dc_link_backward_mw.row(i)[t];
                from[t] += arrives * backward_mw - forward_mw;
                to[t] += arrives * forward_mw - backward_mw;
            }
        }
    }
    add(s.loads.bus, o.load, x.load_shed_mw, 1.0);
    for (std::size_t i = 0; i < s.loads.bus.size(); ++i) {
        if (scope.mine(o.load, i)) {
            const auto into = injection.row(at(s.loads.bus[i]));
            for (int t = 0; t < scope.hours(); ++t) {
                into[at(t)] -= scope.load_mw(i, t);
            }
        }
    }
    sum_in_order(comm, injection.values);
    return injection;
}

/// Flows of all branches, on every rank, and which of them are monitored.
struct WholeFlows {
    grid::HourTable mw;
    std::vector<bool> monitored;

    WholeFlows(const Comm& comm, const Scope& scope, const Flows& flows)
        : mw(scope.system.branches.from_bus.size(), scope.schedule.span.size()) {
        std::vector<double> holders(mw.items, 0.0);
        for (std::size_t k = 0; k < flows.branch.size(); ++k) {
            const auto row = flows.branch_mw.subspan(k * mw.hours, mw.hours);
            std::copy(row.begin(), row.end(), mw.row(at(flows.branch[k])).begin());
            holders[at(flows.branch[k])] = 1.0;
        }
        sum_in_order(comm, holders);
        sum_in_order(comm, mw.values);
        for (const double n : holders) {
            if (n > 1.0) {
                throw Error(Exit::defect, fmt::format("a branch's flows are held by {} ranks", n));
            }
            monitored.push_back(n == 1.0);
        }
    }
};

/// NW-1, by the owner of the island's first bus.
void check_islands(const Scope& scope, const grid::HourTable& injection, Findings& findings) {
    const grid::Branches& branches = scope.system.branches;
    const std::vector<int> island =
        grid::islands(static_cast<int>(injection.items), branches.from_bus, branches.to_bus);
    const std::size_t count =
        island.empty() ? 0 : at(1 + *std::max_element(island.begin(), island.end()));
    for (std::size_t n = 0; n < count; ++n) {
        const auto first = static_cast<std::size_t>(
            std::find(island.begin(), island.end(), static_cast<int>(n)) - island.begin());
        if (!scope.mine(scope.owners.bus, first)) {
            continue;
        }
        const std::string name = name_of(scope.system.buses, first);
        for (int t = 0; t < scope.hours(); ++t) {
            double sum_mw = 0.0;
            double largest_mw = 0.0;
            for (std::size_t bus = 0; bus < island.size(); ++bus) {
                if (at(island[bus]) == n) {
                    sum_mw += injection.row(bus)[at(t)];
                    largest_mw = std::max(largest_mw, std::abs(injection.row(bus)[at(t)]));
                }
            }
            findings.equal({"NW-1 balance", name, t, "MW"}, sum_mw, 0.0, largest_mw);
        }
    }
}

/// DC-1, first half: a bus's injection is what its branches carry away.
void check_buses(const Scope& scope, const grid::HourTable& injection, const WholeFlows& flows,
                 Findings& findings) {
    const grid::Branches& branches = scope.system.branches;
    grid::HourTable away(injection.items, injection.hours);
    grid::HourTable largest(injection.items, injection.hours);
    std::vector<bool> whole(injection.items, true);
    for (std::size_t l = 0; l < flows.mw.items; ++l) {
        for (const auto& [bus, sign] :
             {std::pair{branches.from_bus[l], 1.0}, std::pair{branches.to_bus[l], -1.0}}) {
            whole[at(bus)] = whole[at(bus)] && flows.monitored[l];
            for (std::size_t t = 0; t < away.hours; ++t) {
                const double mw = flows.mw.row(l)[t];
                away.row(at(bus))[t] += sign * mw;
                largest.row(at(bus))[t] = std::max(largest.row(at(bus))[t], std::abs(mw));
            }
        }
    }
    for (std::size_t bus = 0; bus < injection.items; ++bus) {
        if (!whole[bus] || !scope.mine(scope.owners.bus, bus)) {
            continue;
        }
        const std::string name = name_of(scope.system.buses, bus);
        for (int t = 0; t < scope.hours(); ++t) {
            findings.equal({"DC-1 bus balance", name, t, "MW"}, away.row(bus)[at(t)],
                           injection.row(bus)[at(t)], largest.row(bus)[at(t)]);
        }
    }
}

/// A branch of a loop and the way it is passed in.
struct Step {
    std::size_t branch = 0;
    double sign = 1.0;
};

/// Loops of monitored branches: one for every branch that a tree of the others does not need.
class Loops {
public:
    /// monitored: and in service.
    explicit Loops(const grid::System& system, const std::vector<bool>& monitored)
        : branches_(system.branches), up_(bus_count(system)), depth_(bus_count(system), -1) {
        std::vector<std::vector<std::size_t>> at_bus(up_.size());
        for (std::size_t l = 0; l < monitored.size(); ++l) {
            if (monitored[l]) {
                at_bus[at(branches_.from_bus[l])].push_back(l);
                at_bus[at(branches_.to_bus[l])].push_back(l);
            }
        }
        std::vector<bool> in_tree(monitored.size(), false);
        for (std::size_t root = 0; root < up_.size(); ++root) {
            if (depth_[root] < 0) {
                depth_[root] = 0;
                grow(root, at_bus, in_tree);
            }
        }
        for (std::size_t l = 0; l < monitored.size(); ++l) {
            if (monitored[l] && !in_tree[l]) {
                chords.push_back(l);
            }
        }
    }

    std::vector<std::size_t> chords;

    /// The chord from its from bus to its to bus, and back through the tree.
    [[nodiscard]] std::vector<Step> loop_of(std::size_t chord) const {
        std::vector<Step> steps{{chord, 1.0}};
        auto i = at(branches_.from_bus[chord]);
        auto j = at(branches_.to_bus[chord]);
        while (i != j) {
            // Up from j along the way back, or from i against it.
            const bool from_j = depth_[j] >= depth_[i];
            std::size_t& bus = from_j ? j : i;
            const std::size_t l = up_[bus];
            const bool leaves = at(branches_.from_bus[l]) == bus;
            steps.push_back({l, leaves == from_j ? 1.0 : -1.0});
            bus = at(leaves ? branches_.to_bus[l] : branches_.from_bus[l]);
        }
        return steps;
    }

private:
    void grow(std::size_t root, const std::vector<std::vector<std::size_t>>& at_bus,
              std::vector<bool>& in_tree) {
        std::vector<std::size_t> queue{root};
        for (std::size_t k = 0; k < queue.size(); ++k) {
            for (const std::size_t l : at_bus[queue[k]]) {
                const auto from = at(branches_.from_bus[l]);
                const auto other = from == queue[k] ? at(branches_.to_bus[l]) : from;
                if (depth_[other] < 0) {
                    depth_[other] = depth_[queue[k]] + 1;
                    up_[other] = l;
                    in_tree[l] = true;
                    queue.push_back(other);
                }
            }
        }
    }

    const grid::Branches& branches_;
    std::vector<std::size_t> up_; ///< branch towards the root
    std::vector<int> depth_;
};

/// DC-1, second half: angles add up to 0 around every loop. What is found is the flow in MW around
/// the loop that would have to be added to make it so.
void check_loops(const Scope& scope, const std::vector<bool>& monitored, const WholeFlows& flows,
                 int begin, int end, Findings& findings) {
    const grid::Branches& branches = scope.system.branches;
    const Loops loops(scope.system, monitored);
    const auto rad_per_mw = [&](std::size_t l) { // DC-2
        const double tap = branches.tap_pu[l] == 0.0 ? 1.0 : branches.tap_pu[l];
        return branches.x_pu[l] * tap / scope.system.info.base_mva;
    };
    for (const std::size_t chord : loops.chords) {
        if (!scope.mine(scope.owners.branch, chord)) {
            continue;
        }
        const std::string name = name_of(branches, chord);
        const std::vector<Step> loop = loops.loop_of(chord);
        for (int t = begin; t < end; ++t) {
            double angle_rad = 0.0;
            double rad_around_per_mw = 0.0;
            double largest_mw = 0.0;
            for (const Step& step : loop) {
                const double mw = flows.mw.row(step.branch)[at(t)];
                angle_rad +=
                    step.sign * (rad_per_mw(step.branch) * mw +
                                 branches.shift_deg[step.branch] * std::numbers::pi / 180.0);
                rad_around_per_mw += std::abs(rad_per_mw(step.branch));
                largest_mw = std::max(largest_mw, std::abs(mw));
            }
            findings.equal({"DC-1 loop", name, t, "MW"}, angle_rad / rad_around_per_mw, 0.0,
                           largest_mw);
        }
    }
}

/// SV-6: a branch out of service carries nothing, and the loops of each hour are those of the
/// branches that are there.
void check_networks(const Scope& scope, const WholeFlows& flows, Findings& findings) {
    const grid::Service& service = scope.system.service;
    std::vector<std::size_t> dated;
    for (std::size_t l = 0; l < flows.mw.items; ++l) {
        const std::string name = name_of(scope.system.branches, l);
        for (std::size_t k = 0; k < service.plant.size(); ++k) {
            if (service.table[k] == "branches" && service.plant[k] == name) {
                dated.push_back(l);
            }
        }
    }
    const auto there = [&](int t) {
        std::vector<bool> branches = flows.monitored;
        for (const std::size_t l : dated) {
            branches[l] =
                branches[l] && served(scope, "branches", name_of(scope.system.branches, l), t);
        }
        return branches;
    };
    for (int begin = 0; begin < scope.hours();) {
        const std::vector<bool> now = there(begin);
        int end = begin + 1;
        while (end < scope.hours() && (dated.empty() || there(end) == now)) {
            ++end;
        }
        check_loops(scope, now, flows, begin, end, findings);
        for (const std::size_t l : dated) {
            for (int t = begin; t < end && flows.monitored[l] && !now[l]; ++t) {
                if (scope.mine(scope.owners.branch, l)) {
                    findings.equal(
                        {"SV-6 out of service", name_of(scope.system.branches, l), t, "MW"},
                        flows.mw.row(l)[at(t)], 0.0);
                }
            }
        }
        begin = end;
    }
}

/// NW-2, NW-3: what is beyond a limit by no more than the run let pass counts as on it.
void check_flow(const Scope& scope, const Place& place, double flow_mw, double lower_mw,
                double upper_mw, Findings& findings) {
    const double passed_mw = scope.settings.flow_tolerance_mw;
    findings.at_most(place, flow_mw <= upper_mw + passed_mw ? std::min(flow_mw, upper_mw) : flow_mw,
                     upper_mw);
    findings.at_least(
        place, flow_mw >= lower_mw - passed_mw ? std::max(flow_mw, lower_mw) : flow_mw, lower_mw);
}

/// NW-2
void check_branches(const Scope& scope, const WholeFlows& flows, Findings& findings) {
    for (std::size_t l = 0; l < flows.mw.items; ++l) {
        const double rating_mw = scope.system.branches.rating_mw[l];
        if (!scope.mine(scope.owners.branch, l) || !flows.monitored[l] || rating_mw == 0.0) {
            continue;
        }
        const std::string name = name_of(scope.system.branches, l);
        for (int t = 0; t < scope.hours(); ++t) {
            check_flow(scope, {"NW-2 branch limit", name, t, "MW"}, flows.mw.row(l)[at(t)],
                       -rating_mw, rating_mw, findings);
        }
    }
}

/// NW-3, by rank 0; and that a section's flow is the sum of its members'.
void check_sections(const Scope& scope, const Flows& given, const WholeFlows& flows,
                    Findings& findings) {
    const grid::Sections& table = scope.system.sections;
    const grid::SectionBranches& members = scope.system.section_branches;
    const std::size_t hours = scope.schedule.span.size();
    if (scope.rank != 0) {
        return;
    }
    for (std::size_t s = 0; s < table.limit_forward_mw.size(); ++s) {
        const std::string name = name_of(table, s);
        for (int t = 0; t < scope.hours(); ++t) {
            const double flow_mw = given.section_mw[s * hours + at(t)];
            check_flow(scope, {"NW-3 section limit", name, t, "MW"}, flow_mw,
                       -table.limit_backward_mw[s], table.limit_forward_mw[s], findings);
            double sum_mw = 0.0;
            double largest_mw = 0.0;
            bool whole = true;
            for (std::size_t k = 0; k < members.branch.size(); ++k) {
                if (members.section[k] == static_cast<int>(s)) {
                    const auto l = at(members.branch[k]);
                    sum_mw += members.sign[k] * flows.mw.row(l)[at(t)];
                    largest_mw = std::max(largest_mw, std::abs(flows.mw.row(l)[at(t)]));
                    whole = whole && flows.monitored[l];
                }
            }
            if (whole) {
                findings.equal({"DC-7 section flow", name, t, "MW"}, flow_mw, sum_mw, largest_mw);
            }
        }
    }
}

} // namespace

void check_network(const Comm& comm, const Scope& scope, const Flows& flows, Findings& findings) {
    const grid::HourTable injection = injections_mw(comm, scope);
    const WholeFlows whole(comm, scope, flows);
    check_islands(scope, injection, findings);
    check_buses(scope, injection, whole, findings);
    check_networks(scope, whole, findings);
    check_branches(scope, whole, findings);
    check_sections(scope, flows, whole, findings);
}

} // namespace longyang::verify
