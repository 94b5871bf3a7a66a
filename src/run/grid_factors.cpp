#include "run/grid_factors.hpp"

#include "base/error.hpp"
#include "grid/service.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace longyang::run {
namespace {

const GridStage& only_stage(const GridFactors& grid) {
    if (grid.stages.size() != 1) {
        throw Error(Exit::defect, "one network asked for where branches enter or leave");
    }
    return grid.stages.front();
}

/// Columns [first, first + n) of a row-major table.
std::vector<double> columns(std::span<const double> table, std::size_t hours, std::size_t first,
                            std::size_t n) {
    std::vector<double> part;
    part.reserve(table.size() / hours * n);
    for (std::size_t row = 0; row < table.size() / hours; ++row) {
        const auto begin = table.begin() + static_cast<std::ptrdiff_t>(row * hours + first);
        part.insert(part.end(), begin, begin + static_cast<std::ptrdiff_t>(n));
    }
    return part;
}

void put_columns(std::span<const double> part, std::size_t n, std::size_t hours, std::size_t first,
                 std::vector<double>& table) {
    const std::size_t rows = n == 0 ? 0 : part.size() / n;
    table.resize(rows * hours, 0.0);
    for (std::size_t row = 0; row < rows; ++row) {
        std::copy_n(part.begin() + static_cast<std::ptrdiff_t>(row * n), n,
                    table.begin() + static_cast<std::ptrdiff_t>(row * hours + first));
    }
}

} // namespace

const powerflow::Network& GridFactors::network() const {
    return only_stage(*this).network;
}

const powerflow::ShiftFactors& GridFactors::factors() const {
    return only_stage(*this).factors;
}

std::size_t GridFactors::stage_of(int hour) const {
    const auto found = std::find_if(stages.begin(), stages.end(),
                                    [hour](const GridStage& stage) { return hour < stage.end; });
    return static_cast<std::size_t>(std::min(std::distance(stages.begin(), found),
                                             static_cast<std::ptrdiff_t>(stages.size()) - 1));
}

GridFactors factorise(const Comm& comm, const grid::System& system, const partition::Owners& owners,
                      grid::Span span) {
    GridFactors grid;
    for (const grid::NetworkSpan& part : grid::network_spans(system, span)) {
        GridStage stage;
        stage.begin = part.begin;
        stage.end = part.end;
        stage.network = powerflow::make_network(system, part.out);
        stage.factors = powerflow::shift_factors(comm, stage.network, owners.bus,
                                                 powerflow::all_branches(stage.network), {});
        grid.stages.push_back(std::move(stage));
    }
    return grid;
}

powerflow::FlowCheck check_flows(const Comm& comm, const GridFactors& grid,
                                 const grid::System& system, std::size_t hours,
                                 std::span<const double> injection_mw, powerflow::Search search) {
    if (grid.stages.size() == 1) {
        return powerflow::check_flows(comm, grid.network(), grid.factors(), system, hours,
                                      injection_mw, search);
    }
    powerflow::FlowCheck all;
    for (const GridStage& stage : grid.stages) {
        const auto first = static_cast<std::size_t>(stage.begin);
        const auto n = static_cast<std::size_t>(stage.end - stage.begin);
        powerflow::FlowCheck part =
            powerflow::check_flows(comm, stage.network, stage.factors, system, n,
                                   columns(injection_mw, hours, first, n), search);
        put_columns(part.branch_mw, n, hours, first, all.branch_mw);
        put_columns(part.section_mw, n, hours, first, all.section_mw);
        all.found += part.found;
        for (powerflow::LimitViolation& violation : part.violations) {
            violation.hour += stage.begin;
            all.violations.push_back(violation);
        }
    }
    // In whole 1e-6 MW, as those of a stage are: last bits differ with the number of ranks.
    std::stable_sort(all.violations.begin(), all.violations.end(),
                     [](const auto& a, const auto& b) {
                         return std::round(a.excess_mw() * 1e6) > std::round(b.excess_mw() * 1e6);
                     });
    return all;
}

} // namespace longyang::run
