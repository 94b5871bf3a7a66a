#include "caseio/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace longyang::caseio {
namespace {

/// A negative series impedance or charging is right only in equivalents; in a line it is a slip.
void check_impedance(const grid::Branches& table, std::size_t l, std::vector<Fault>& faults) {
    constexpr double least_x_pu = 1e-6;
    const auto add = [&](const char* column, double found, const char* expected) {
        faults.push_back(
            row_fault("branches", table, l, column, fmt::format("{}", found), expected));
    };
    const bool line = table.kind[l] == "line";
    const double x = table.x_pu[l];
    if (line && x < least_x_pu) {
        add("x_pu", x, "a reactance of at least 1e-06 (a line)");
    } else if (std::abs(x) < least_x_pu) {
        add("x_pu", x, "a reactance of size 1e-06 or more");
    }
    if (line && table.r_pu[l] < 0.0) {
        add("r_pu", table.r_pu[l], "a resistance of 0 or more (a line)");
    }
    if (table.kind[l] != "transformer" && table.b_pu[l] < 0.0) {
        add("b_pu", table.b_pu[l],
            "a charging of 0 or more (only a transformer's may be negative)");
    }
}

/// Figures of a line that its buses and its length do not bear out: two voltages, ohms in place of
/// per unit.
void check_line(const grid::System& system, std::size_t l, std::vector<Fault>& faults) {
    constexpr double same_level = 1.2;        // voltages of one level: 500 and 525 kV
    constexpr double least_ohm_per_km = 0.01; // overhead lines have 0.2 to 0.5, cables 0.1
    constexpr double most_ohm_per_km = 10.0;
    const grid::Branches& table = system.branches;
    if (table.kind[l] != "line" || table.from_bus[l] < 0 || table.to_bus[l] < 0) {
        return;
    }
    const double kv = system.buses.kv[static_cast<std::size_t>(table.from_bus[l])];
    const double kv_to = system.buses.kv[static_cast<std::size_t>(table.to_bus[l])];
    if (std::max(kv, kv_to) > same_level * std::min(kv, kv_to)) {
        faults.push_back(row_fault("branches", table, l, "kind",
                                   fmt::format("a line between {} and {} kV", kv, kv_to),
                                   "transformer, or two buses of one voltage"));
        return;
    }
    const double ohm_per_km = table.x_pu[l] * kv * kv / (system.info.base_mva * table.length_km[l]);
    if (table.length_km[l] > 0.0 && table.x_pu[l] > 0.0 &&
        (ohm_per_km < least_ohm_per_km || ohm_per_km > most_ohm_per_km)) {
        faults.push_back(row_fault(
            "branches", table, l, "x_pu",
            fmt::format("{}, {:.4g} ohm/km over its length_km = {} at {} kV", table.x_pu[l],
                        ohm_per_km, table.length_km[l], kv),
            fmt::format("{} to {} ohm/km: x_pu is ohm x base_mva / kv^2, with base_mva = {}",
                        least_ohm_per_km, most_ohm_per_km, system.info.base_mva)));
    }
}

/// Of a reactance of 1 and more: whether the rating could ever pass, 1 / x at most in per unit. In
/// percent it could not.
void check_rated_angle(const grid::System& system, std::size_t l, std::vector<Fault>& faults) {
    constexpr double large_x_pu = 1.0;
    constexpr double far = 3.0;
    constexpr double no_limit_mw = 9000.0; // ratings that stand for none: 9900, 99999
    const grid::Branches& table = system.branches;
    if (table.kind[l] == "line" && table.length_km[l] > 0.0) {
        return; // its ohm/km say more
    }
    const double x = std::abs(table.x_pu[l]);
    const double rating = l < table.rating_mw.size() ? table.rating_mw[l] : 0.0;
    if (x >= large_x_pu && rating < no_limit_mw && rating * x > far * system.info.base_mva) {
        faults.push_back(row_fault(
            "branches", table, l, "x_pu",
            fmt::format("{}, through which about {:.3g} MW can pass", table.x_pu[l],
                        system.info.base_mva / x),
            fmt::format("a reactance for rating_mw = {}: x_pu is percent / 100 x base_mva / MVA "
                        "of a transformer, with base_mva = {}",
                        rating, system.info.base_mva)));
    }
}

void check_branches(const grid::System& system, std::vector<Fault>& faults) {
    const grid::Branches& table = system.branches;
    for (std::size_t l = 0; l < table.line.size(); ++l) {
        if (table.from_bus[l] >= 0 && table.from_bus[l] == table.to_bus[l]) {
            const auto bus = static_cast<std::size_t>(table.from_bus[l]);
            faults.push_back(row_fault("branches", table, l, "to_bus",
                                       in_quotes(system.buses.name[bus]) + ", as in from_bus",
                                       "another bus than from_bus"));
        }
        check_impedance(table, l, faults);
        check_line(system, l, faults);
        check_rated_angle(system, l, faults);
    }
}

void check_sections(const grid::System& system, std::vector<Fault>& faults) {
    const grid::SectionBranches& members = system.section_branches;
    std::set<std::pair<int, int>> seen;
    for (std::size_t m = 0; m < members.line.size(); ++m) {
        if (members.sign[m] * members.sign[m] < 1.0) { // the range is -1 to 1
            faults.push_back(row_fault("section_branches", members, m, "sign",
                                       fmt::format("{}", members.sign[m]), "1 or -1"));
        }
        if (members.section[m] < 0 || members.branch[m] < 0) {
            continue;
        }
        if (!seen.emplace(members.section[m], members.branch[m]).second) {
            const auto branch = static_cast<std::size_t>(members.branch[m]);
            faults.push_back(
                row_fault("section_branches", members, m, "branch",
                          in_quotes(system.branches.name[branch]) + " for the second time",
                          "each branch once in a section"));
        }
    }
    const auto by_section = rows_by_item(members.section, system.sections.line.size());
    for (std::size_t s = 0; s < by_section.size(); ++s) {
        if (by_section[s].empty()) {
            faults.push_back(row_fault("sections", system.sections, s, "name",
                                       in_quotes(system.sections.name[s]) + " without branches",
                                       "at least one row in section_branches.csv"));
        }
    }
}

void check_lone_buses(const grid::System& system, std::vector<Fault>& faults) {
    const std::size_t buses = system.buses.line.size();
    if (buses < 2) {
        return;
    }
    std::vector<char> connected(buses, 0);
    for (std::size_t l = 0; l < system.branches.line.size(); ++l) {
        const int from = system.branches.from_bus[l];
        const int to = system.branches.to_bus[l];
        if (from < 0 || to < 0) {
            return; // a branch with an unknown end may be the one that is missing
        }
        if (from != to) {
            connected[static_cast<std::size_t>(from)] = 1;
            connected[static_cast<std::size_t>(to)] = 1;
        }
    }
    for (const grid::Integers* ends : {&system.dc_links.from_bus, &system.dc_links.to_bus}) {
        for (const int bus : *ends) {
            if (bus < 0) {
                return;
            }
            connected[static_cast<std::size_t>(bus)] = 1;
        }
    }
    for (std::size_t b = 0; b < buses; ++b) {
        if (connected[b] == 0) {
            faults.push_back(row_fault("buses", system.buses, b, "name",
                                       fmt::format("{}, an islanded bus: no branch ends there",
                                                   in_quotes(system.buses.name[b])),
                                       "at least one branch or DC link to another bus"));
        }
    }
}

} // namespace

std::vector<Fault> check_network(const grid::System& system) {
    std::vector<Fault> faults;
    check_branches(system, faults);
    check_sections(system, faults);
    check_lone_buses(system, faults);
    return faults;
}

} // namespace longyang::caseio
