#include "run/cost_parts.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>
#include <string_view>

namespace longyang::run {
namespace {

struct Part {
    std::string_view family; ///< its first letters
    std::string_view name;
};

// The first that fits counts.
constexpr std::array<Part, 20> parts = {{
    {"thermal_start", "thermal starts"},
    {"thermal_", "thermal fuel, carbon, operation"},
    {"renewable_", "wind and PV operation, curtailment"},
    {"hydro_", "hydro operation"},
    {"storage_", "storage operation"},
    {"hvdc_missing", "export missing to demand"},
    {"hvdc_", "export value"},
    {"dc_", "DC links"},
    {"load_shed", "load shedding"},
    {"flexible_", "flexible loads: wear, interruption, demand not served"},
    {"reserve_short", "reserve shortfall"},
    {"reserve_", "reserve sharing"},
    {"reservoir_release_short", "release shortfall"},
    {"reservoir_terminal_short", "terminal storage shortfall"},
    {"reservoir_", "spill"},
    {"contract_short", "contract shortfall"},
    {"contract_", "contracts"},
    {"target_short", "target shortfall"},
    {"emission_excess", "emissions beyond caps"},
    {"constant", "constant parts"},
}};

std::size_t part_of(std::string_view family) {
    const auto found = std::find_if(parts.begin(), parts.end(), [&](const Part& part) {
        return family.substr(0, part.family.size()) == part.family;
    });
    if (found == parts.end()) {
        throw Error(Exit::defect, fmt::format("the cost of family {} belongs to no part", family));
    }
    return static_cast<std::size_t>(found - parts.begin());
}

/// What a unit's starts cost, by the time that it was off before; cold where nothing is known.
double starts_cny(const lp::UnitGroup& group, std::span<const char> on) {
    constexpr int cold_h = 1'000'000;
    int off_h = group.initial_on == 0 ? group.initial_h : cold_h;
    bool before = group.initial_on == 1;
    double cny = 0.0;
    for (std::size_t t = 0; t < on.size(); ++t) {
        const bool now = on[t] != 0;
        if (now && !before && (t > 0 || group.initial_on == 0)) {
            const auto tier =
                std::upper_bound(group.tier_off_h.begin(), group.tier_off_h.end(), off_h);
            const auto k = std::max<std::ptrdiff_t>(tier - group.tier_off_h.begin() - 1, 0);
            cny += group.tier_cny.empty() ? 0.0 : group.tier_cny[static_cast<std::size_t>(k)];
        }
        off_h = now ? 0 : off_h + 1;
        before = now;
    }
    return cny;
}

double starts_cny(const std::vector<lp::UnitGroup>& groups, const lp::UnitsPlan& plan) {
    const std::size_t hours = plan.on.size() / static_cast<std::size_t>(std::max(plan.units, 1));
    std::size_t unit = 0;
    double cny = 0.0;
    for (const lp::UnitGroup& group : groups) {
        for (int k = 0; k < group.units; ++k, ++unit) {
            cny += starts_cny(group, std::span(plan.on).subspan(unit * hours, hours));
        }
    }
    return cny;
}

/// Shortfalls of release and of storage at the end.
std::pair<double, double> shortfalls_cny(const lp::River& river, const lp::RiverPlan& plan) {
    const std::size_t hours = plan.storage_hm3.size() / river.reservoirs.size();
    std::pair<double, double> cny{0.0, 0.0};
    for (std::size_t r = 0; r < river.reservoirs.size(); ++r) {
        const auto first =
            plan.release_short_m3_per_s.begin() + static_cast<std::ptrdiff_t>(r * hours);
        cny.first += river.reservoirs[r].release_short_cny_per_hm3 * lp::hm3_per_m3s_h *
                     std::accumulate(first, first + static_cast<std::ptrdiff_t>(hours), 0.0);
        cny.second += river.reservoirs[r].end_short_cny_per_hm3 * plan.end_short_hm3[r];
    }
    return cny;
}

} // namespace

CostParts::CostParts() : cny_(parts.size(), 0.0) {}

void CostParts::add(const lp::Block& block, std::span<const double> columns) {
    // A block's constant is what its plant costs without doing anything: it goes with the block's
    // first column.
    if (block.fixed_cost != 0.0) {
        const std::size_t part =
            block.columns() == 0
                ? parts.size() - 1
                : part_of(block.families[static_cast<std::size_t>(block.column_label[0].family)]);
        cny_[part] += block.fixed_cost;
    }
    for (std::size_t j = 0; j < columns.size(); ++j) {
        if (block.cost[j] != 0.0) {
            cny_[part_of(block.families[static_cast<std::size_t>(block.column_label[j].family)])] +=
                block.cost[j] * columns[j];
        }
    }
}

void CostParts::add(std::string_view kind_word, const lp::OracleData& data,
                    const lp::BlockPlan& plan, double cny) {
    const auto add_to = [&](std::string_view family, double part) {
        cny_[part_of(family)] += part;
        cny -= part;
    };
    if (const auto* units = std::get_if<lp::UnitsPlan>(&plan)) {
        add_to("thermal_start", starts_cny(std::get<std::vector<lp::UnitGroup>>(data), *units));
        add_to("thermal_on", cny);
    } else if (const auto* line = std::get_if<lp::LinePlan>(&plan)) {
        const auto& of = std::get<lp::LevelLine>(data);
        double missing_cny = 0.0;
        for (std::size_t t = 0; t < of.demanded_mw.size(); ++t) {
            missing_cny += of.missing_cny(t, line->power_mw[t]);
        }
        add_to("hvdc_missing", missing_cny);
        add_to("hvdc_power", cny);
    } else if (const auto* river = std::get_if<lp::RiverPlan>(&plan)) {
        const auto [release_cny, end_cny] = shortfalls_cny(std::get<lp::River>(data), *river);
        add_to("reservoir_release_short", release_cny);
        add_to("reservoir_terminal_short", end_cny);
        add_to("hydro_flow", cny);
    } else {
        // The family of a block's amount, by the block's kind.
        add_to(kind_word == "load"           ? "load_shed"
               : kind_word == "reserve"      ? "reserve_short"
               : kind_word == "sharing"      ? "reserve_shared"
               : kind_word == "contract"     ? "contract_short"
               : kind_word == "target"       ? "target_short"
               : kind_word == "emission_cap" ? "emission_excess"
                                             : fmt::format("{}_", kind_word),
               cny);
    }
}

std::vector<std::pair<std::string, double>> CostParts::whole(const Comm& comm) const {
    std::vector<double> cny = cny_;
    sum_in_order(comm, cny);
    std::vector<std::pair<std::string, double>> named;
    for (std::size_t k = 0; k < parts.size(); ++k) {
        if (cny[k] != 0.0) {
            named.emplace_back(parts[k].name, cny[k]);
        }
    }
    return named;
}

} // namespace longyang::run
