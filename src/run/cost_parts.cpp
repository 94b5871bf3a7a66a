#include "run/cost_parts.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace longyang::run {
namespace {

struct Part {
    std::string_view family; ///< its first letters
    std::string_view name;
};

// The first that fits counts.
constexpr std::array<Part, 15> parts = {{
    {"thermal_start", "thermal starts"},
    {"thermal_", "thermal fuel, carbon, operation"},
    {"renewable_", "wind and PV operation, curtailment"},
    {"hydro_", "hydro operation"},
    {"storage_", "storage operation"},
    {"hvdc_", "export value"},
    {"load_shed", "load shedding"},
    {"reserve_short", "reserve shortfall"},
    {"reserve_", "reserve sharing"},
    {"reservoir_release_short", "release shortfall"},
    {"reservoir_terminal_short", "terminal storage shortfall"},
    {"reservoir_", "spill"},
    {"contract_short", "contract shortfall"},
    {"contract_", "contracts"},
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
