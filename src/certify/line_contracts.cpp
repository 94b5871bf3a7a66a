#include "certify/line_contracts.hpp"

#include "model/contracts.hpp"
#include "model/coupling.hpp"
#include "model/oracle_data.hpp"

#include <algorithm>
#include <utility>

namespace longyang::certify {
namespace {

/// A line's contract is kept exactly up to so many states of its dynamic programme.
constexpr double most_states = 4e6;

/// Whether the hours of a period are whole blocks of a line.
bool fits(const lp::LevelLine& line, int begin, int end) {
    return std::binary_search(line.block_begin.begin(), line.block_begin.end(), begin) &&
           std::binary_search(line.block_begin.begin(), line.block_begin.end(), end);
}

} // namespace

LineContracts::LineContracts(const model::Context& context, const PricedRows& rows)
    : context_(context), rows_(rows), periods_(context.system.contracts.of.size()),
      contracts_of_(context.system.hvdc.bus.size()), kept_(periods_.size(), 0) {
    const grid::EnergyContracts& table = context.system.contracts;
    std::vector<lp::HourlyAmount> missing(periods_.size());
    for (std::size_t c = 0; c < periods_.size(); ++c) {
        const int contract = static_cast<int>(c);
        if (table.kind[c] == "hvdc") {
            const int line = model::contract_target(context.system, contract);
            contracts_of_[static_cast<std::size_t>(line)].push_back(contract);
            missing[c] = model::hourly_data(context, {model::Kind::contract, contract});
        }
    }
    for (const model::ContractPeriod& period :
         model::contract_periods(context.system, context.span)) {
        const auto c = static_cast<std::size_t>(period.contract);
        if (table.kind[c] == "hvdc") {
            const auto hour = static_cast<std::size_t>(period.begin);
            periods_[c].push_back({period.begin, period.end, period.low_mwh, period.high_mwh,
                                   missing[c].cny_per_unit[hour], missing[c].high[hour]});
        }
    }
    std::vector<char> priced(kept_.size(), 0);
    for (std::size_t r = 0; r < rows_.price.size(); ++r) {
        const lp::CouplingRow& row = rows_.coupling.rows[r];
        const lp::Pattern& pattern = rows_.coupling.patterns[static_cast<std::size_t>(row.pattern)];
        if (rows_.price[r] != 0.0 && pattern.tag == "CT-1") {
            const int first = context_.channels.contract_short(0);
            priced[static_cast<std::size_t>(pattern.channel.back() - first)] = 1;
        }
    }
    for (std::size_t line = 0; line < context_.system.hvdc.bus.size(); ++line) {
        find_kept(static_cast<int>(line), priced);
    }
}

void LineContracts::find_kept(int line, const std::vector<char>& priced) {
    const auto data = model::line_data(context_, line);
    if (!data || data->step_mw == 0.0) {
        return;
    }
    std::vector<LinePeriod> all;
    std::vector<int> kept;
    for (const int contract : contracts_of_[static_cast<std::size_t>(line)]) {
        const std::vector<LinePeriod>& own = periods_[static_cast<std::size_t>(contract)];
        std::vector<LinePeriod> both = all;
        both.insert(both.end(), own.begin(), own.end());
        std::sort(both.begin(), both.end(),
                  [](const auto& a, const auto& b) { return a.begin < b.begin; });
        const bool apart =
            std::adjacent_find(both.begin(), both.end(), [](const auto& a, const auto& b) {
                return a.end > b.begin;
            }) == both.end();
        const bool whole = std::all_of(own.begin(), own.end(), [&](const LinePeriod& period) {
            return fits(*data, period.begin, period.end);
        });
        if (apart && whole && priced[static_cast<std::size_t>(contract)] == 0) {
            all = std::move(both);
            kept.push_back(contract);
        }
    }
    if (!all.empty() && line_states(*data, all) <= most_states) {
        for (const int contract : kept) {
            kept_[static_cast<std::size_t>(contract)] = 1;
        }
    }
}

std::vector<LinePeriod> LineContracts::periods_kept_by(int line) const {
    std::vector<LinePeriod> periods;
    for (const int contract : contracts_of_[static_cast<std::size_t>(line)]) {
        if (keeps(contract)) {
            const std::vector<LinePeriod>& own = periods_[static_cast<std::size_t>(contract)];
            periods.insert(periods.end(), own.begin(), own.end());
        }
    }
    std::sort(periods.begin(), periods.end(),
              [](const auto& a, const auto& b) { return a.begin < b.begin; });
    return periods;
}

double LineContracts::whole_steps_cny(std::size_t row) const {
    const lp::CouplingRow& own = rows_.coupling.rows[row];
    const lp::Pattern& pattern = rows_.coupling.patterns[static_cast<std::size_t>(own.pattern)];
    const int contract = pattern.channel.back() - context_.channels.contract_short(0);
    const auto line = model::line_data(context_, model::contract_target(context_.system, contract));
    double cny = 0.0;
    for (const LinePeriod& period : periods_[static_cast<std::size_t>(contract)]) {
        if (line && period.begin == own.begin && fits(*line, period.begin, period.end)) {
            cny += certify::whole_steps_cny(*line, period, rows_.price[row]);
        }
    }
    return cny;
}

} // namespace longyang::certify
