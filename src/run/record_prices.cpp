#include "run/record_prices.hpp"

#include "model/oracle_data.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace longyang::run {
namespace {

void copy_rows(const std::vector<double>& from, const std::vector<int>& rows,
               grid::HourTable& table) {
    if (from.empty()) {
        return;
    }
    for (std::size_t k = 0; k < rows.size(); ++k) {
        std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(k * table.hours), table.hours,
                    table.row(static_cast<std::size_t>(rows[k])).begin());
    }
}

/// A line's prices of contract periods go to the periods of its contracts.
void record_periods(const model::Context& context, const lp::Coupling& coupling,
                    const lp::LinePlan& plan, results::Content& content) {
    const grid::Schedule& schedule = content.schedule;
    for (std::size_t i = 0; i < plan.period_row.size(); ++i) {
        const lp::CouplingRow& row = coupling.rows[plan.period_row[i]];
        const lp::Pattern& pattern = coupling.patterns[static_cast<std::size_t>(row.pattern)];
        for (std::size_t k = 0; k < schedule.contract_of_period.size(); ++k) {
            const auto contract = static_cast<std::size_t>(schedule.contract_of_period[k]);
            if (schedule.contract_begin[k] == row.begin && schedule.contract_end[k] == row.end &&
                pattern.name == "contract " + context.system.contracts.name[contract]) {
                content.contract_price_cny_per_mwh[k] = plan.period_price_cny_per_mwh[i];
            }
        }
    }
}

/// Its weights are no data of the case, or are not found in its tables as they stand.
bool of_security(const lp::Pattern& pattern) {
    constexpr std::array tags = {"SE-15", "SE-16", "N1-8", "N1-9", "AC-11"};
    return std::find(tags.begin(), tags.end(), pattern.tag) != tags.end();
}

results::RowPrices row_prices(const lp::Coupling& coupling, std::span<const double> row_price) {
    results::RowPrices rows;
    for (const lp::Pattern& pattern : coupling.patterns) {
        rows.tag.push_back(pattern.tag);
        rows.what.push_back(pattern.name);
    }
    for (const lp::CouplingRow& row : coupling.rows) {
        rows.pattern.push_back(row.pattern);
        rows.begin.push_back(row.begin);
        rows.end.push_back(row.end);
        rows.lower.push_back(row.lower);
        rows.upper.push_back(row.upper);
        rows.breach_cny.push_back(row.breach_cny);
    }
    for (std::size_t p = 0; p < coupling.patterns.size(); ++p) {
        const lp::Pattern& pattern = coupling.patterns[p];
        if (!of_security(pattern)) {
            continue;
        }
        for (std::size_t k = 0; k < pattern.channel.size(); ++k) {
            rows.term_pattern.push_back(static_cast<int>(p));
            rows.term_channel.push_back(
                coupling.channels[static_cast<std::size_t>(pattern.channel[k])]);
            rows.term_weight.push_back(pattern.weight[k]);
        }
    }
    rows.price_cny.assign(row_price.begin(), row_price.end());
    return rows;
}

} // namespace

void record_prices(const model::Context& context, const lp::Coupling& coupling,
                   std::span<const double> row_price, std::span<const model::BlockId> own,
                   std::span<const lp::BlockPlan> plans, results::Content& content) {
    const grid::System& system = context.system;
    const std::size_t hours = context.span.size();
    content.row_prices = row_prices(coupling, row_price);
    content.storage_value_cny_per_mwh = grid::HourTable(system.storages.bus.size(), hours);
    content.flexible_value_cny_per_mwh = grid::HourTable(system.flexible_loads.bus.size(), hours);
    content.reservoir_value_cny_per_hm3 = grid::HourTable(system.reservoirs.name.size(), hours);
    content.hydro_head_price_cny_per_hm3 = grid::HourTable(system.hydro.name.size(), hours);
    content.contract_price_cny_per_mwh.assign(content.schedule.contract_of_period.size(), 0.0);
    for (std::size_t k = 0; k < plans.size(); ++k) {
        if (const auto* store = std::get_if<lp::StorePlan>(&plans[k])) {
            copy_rows(store->value_cny_per_mwh, {own[k].item},
                      own[k].kind == model::Kind::flexible ? content.flexible_value_cny_per_mwh
                                                           : content.storage_value_cny_per_mwh);
        } else if (const auto* river = std::get_if<lp::RiverPlan>(&plans[k])) {
            const model::RiverRows rows = model::river_rows(context, own[k].item);
            copy_rows(river->value_cny_per_hm3, rows.reservoir,
                      content.reservoir_value_cny_per_hm3);
            copy_rows(river->head_price_cny_per_hm3, rows.station,
                      content.hydro_head_price_cny_per_hm3);
        } else if (const auto* line = std::get_if<lp::LinePlan>(&plans[k])) {
            record_periods(context, coupling, *line, content);
        }
    }
}

void record_row_prices(const lp::Coupling& coupling, std::span<const double> row_price,
                       results::Content& content) {
    content.row_prices = row_prices(coupling, row_price);
    content.row_prices.price_cny.resize(coupling.rows.size(), 0.0);
}

} // namespace longyang::run
