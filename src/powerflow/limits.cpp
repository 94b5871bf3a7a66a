#include "powerflow/limits.hpp"

#include "base/error.hpp"
#include "base/join.hpp"
#include "kernels/sections.hpp"
#include "kernels/violations.hpp"
#include "powerflow/flows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <tuple>

namespace longyang::powerflow {
namespace {

using Kind = LimitViolation::Kind;

std::size_t section_count(const grid::System& system) {
    return system.sections.limit_forward_mw.size();
}

/// Sections' members that this rank holds, as rows of its factors.
struct OwnMembers {
    std::vector<std::int64_t> first, member;
    std::vector<double> sign;
};

OwnMembers own_members(const Comm& comm, const ShiftFactors& factors, const grid::System& system) {
    const grid::SectionBranches& table = system.section_branches;
    OwnMembers own;
    std::vector<double> holders(table.branch.size(), 0.0);
    own.first.push_back(0);
    for (std::size_t s = 0; s < section_count(system); ++s) {
        for (std::size_t k = 0; k < table.branch.size(); ++k) {
            if (table.section[k] != static_cast<int>(s)) {
                continue;
            }
            const auto row =
                std::lower_bound(factors.branch.begin(), factors.branch.end(), table.branch[k]);
            if (row != factors.branch.end() && *row == table.branch[k]) {
                own.member.push_back(row - factors.branch.begin());
                own.sign.push_back(table.sign[k]);
                holders[k] = 1.0;
            }
        }
        own.first.push_back(static_cast<std::int64_t>(own.member.size()));
    }
    sum_in_order(comm, holders);
    const auto odd =
        std::find_if(holders.begin(), holders.end(), [](double n) { return n != 1.0; });
    if (odd != holders.end()) {
        throw Error(Exit::defect, fmt::format("row {} of section_branches is held by {} ranks",
                                              odd - holders.begin(), *odd));
    }
    return own;
}

std::vector<double> section_flows(const Comm& comm, const ShiftFactors& factors,
                                  const grid::System& system, std::size_t hours,
                                  std::span<const double> branch_mw) {
    const OwnMembers own = own_members(comm, factors, system);
    std::vector<double> section_mw(section_count(system) * hours);
    kernels::section_flows(factors.branch.size(), hours, {own.first, own.member, own.sign},
                           branch_mw, section_mw);
    sum_in_order(comm, section_mw);
    return section_mw;
}

struct Bounds {
    std::vector<double> lower_mw, upper_mw;
};

Bounds branch_bounds(const ShiftFactors& factors, const grid::System& system) {
    constexpr double none = std::numeric_limits<double>::infinity();
    Bounds bounds;
    for (const int branch : factors.branch) {
        const double rating_mw = system.branches.rating_mw[static_cast<std::size_t>(branch)];
        bounds.upper_mw.push_back(rating_mw == 0.0 ? none : rating_mw);
        bounds.lower_mw.push_back(-bounds.upper_mw.back());
    }
    return bounds;
}

Bounds section_bounds(const grid::System& system) {
    Bounds bounds;
    bounds.upper_mw = system.sections.limit_forward_mw;
    for (const double backward_mw : system.sections.limit_backward_mw) {
        bounds.lower_mw.push_back(-backward_mw);
    }
    return bounds;
}

void append(const kernels::Violations& found, Kind kind, std::span<const int> item_of_row,
            std::vector<LimitViolation>& list) {
    for (const kernels::Violation& v : found.worst_first) {
        const auto row = static_cast<std::size_t>(v.row);
        if (std::isnan(v.flow_mw)) {
            throw Error(Exit::numerical,
                        fmt::format("the flow of {} {} in hour {} is not a number",
                                    kind == Kind::branch ? "branch" : "section",
                                    item_of_row.empty() ? static_cast<int>(row) : item_of_row[row],
                                    v.hour));
        }
        list.push_back({kind, item_of_row.empty() ? static_cast<int>(row) : item_of_row[row],
                        static_cast<int>(v.hour), v.flow_mw > v.limit_mw ? 1 : -1, v.flow_mw,
                        v.limit_mw});
    }
}

/// Flows differ in their last bits with the number of ranks; counting the excess in whole 1e-6 MW
/// keeps the order of equal ones the same.
auto order_key(const LimitViolation& v) {
    return std::make_tuple(-std::round(v.excess_mw() * 1e6), v.kind, v.item, v.hour);
}

std::vector<LimitViolation> worst_of_each_hour(std::vector<LimitViolation> all, std::size_t hours,
                                               std::size_t max_per_hour) {
    std::sort(all.begin(), all.end(), [](const LimitViolation& a, const LimitViolation& b) {
        return order_key(a) < order_key(b);
    });
    if (max_per_hour > 0) {
        std::vector<std::size_t> kept(hours, 0);
        std::erase_if(all, [&](const LimitViolation& v) {
            return kept[static_cast<std::size_t>(v.hour)]++ >= max_per_hour;
        });
    }
    return all;
}

} // namespace

FlowCheck check_flows(const Comm& comm, const Network& network, const ShiftFactors& factors,
                      const grid::System& system, std::size_t hours,
                      std::span<const double> injection_mw, Search search) {
    FlowCheck check;
    check.branch_mw = branch_flows(comm, network, factors, hours, injection_mw);
    check.section_mw = section_flows(comm, factors, system, hours, check.branch_mw);

    const kernels::Search wanted{search.tolerance_mw, search.max_per_hour};
    std::vector<LimitViolation> mine;
    long long found = 0;
    agree(comm, [&] {
        const Bounds branches = branch_bounds(factors, system);
        const auto own =
            kernels::find_violations(factors.branch.size(), hours, check.branch_mw,
                                     {branches.lower_mw, branches.upper_mw, {}}, wanted);
        append(own, Kind::branch, factors.branch, mine);
        found += own.found;
        if (comm.root()) { // sections are the same on all ranks and counted once
            const Bounds sections = section_bounds(system);
            const auto of_all =
                kernels::find_violations(section_count(system), hours, check.section_mw,
                                         {sections.lower_mw, sections.upper_mw, {}}, wanted);
            append(of_all, Kind::section, {}, mine);
            found += of_all.found;
        }
    });
    check.found = sum(comm, found);
    check.violations = worst_of_each_hour(join(comm, mine), hours, search.max_per_hour);
    return check;
}

SectionPattern section_pattern(const Comm& comm, const Network& network, const ShiftFactors& own,
                               const grid::System& system, int section) {
    const grid::SectionBranches& table = system.section_branches;
    std::vector<int> branch;
    std::vector<double> sign;
    for (std::size_t k = 0; k < table.branch.size(); ++k) {
        if (table.section[k] == section) {
            branch.push_back(table.branch[k]);
            sign.push_back(table.sign[k]);
        }
    }
    const GatheredRows rows = gather_rows(comm, network, own, branch);
    const auto buses = static_cast<std::size_t>(network.buses);
    SectionPattern pattern;
    pattern.value.assign(buses, 0.0);
    for (std::size_t k = 0; k < branch.size(); ++k) {
        for (std::size_t bus = 0; bus < buses; ++bus) {
            pattern.value[bus] += sign[k] * rows.value[k * buses + bus];
        }
        pattern.offset_mw += sign[k] * rows.offset_mw[k];
    }
    return pattern;
}

} // namespace longyang::powerflow
