#include "base/error.hpp"
#include "lp/block.hpp"
#include "model/oracle_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace longyang::model {
namespace {

/// The channels that a column gives to, noted where they are new.
void note_channel(const lp::Port& port, lp::HourlyAmount& amount) {
    const auto found = std::find(amount.channel.begin(), amount.channel.end(), port.channel);
    if (found == amount.channel.end()) {
        amount.channel.push_back(port.channel);
        amount.weight.push_back(port.value);
    }
}

} // namespace

lp::HourlyAmount hourly_data(const Context& context, BlockId id) {
    lp::Block block;
    build_block(context, id, block);
    // The amount is the first family's column; a second family is RN-2's downward reserve.
    if (block.families.size() > 1 && block.families[1] != "renewable_down") {
        throw Error(Exit::defect, fmt::format("{} is no amount by the hour", block.name));
    }
    lp::HourlyAmount amount;
    const std::size_t hours = context.span.size();
    std::vector<double> low(hours, 0.0);
    std::vector<double> high(hours, 0.0);
    std::vector<double> cny_per_unit(hours, 0.0);
    amount.constant_cny = block.fixed_cost;
    for (std::size_t j = 0; j < block.cost.size(); ++j) {
        const lp::Label label = block.column_label[j];
        if (label.family == 0) {
            const auto t = static_cast<std::size_t>(label.hour);
            low[t] = block.lower[j];
            high[t] = block.upper[j];
            cny_per_unit[t] = block.cost[j];
        }
    }
    amount.low = std::move(low);
    amount.high = std::move(high);
    amount.cny_per_unit = std::move(cny_per_unit);
    for (const lp::Port& port : block.ports) {
        if (port.column < 0) {
            amount.constant.resize(hours, 0.0);
            amount.constant[static_cast<std::size_t>(port.hour)] += port.value;
        } else if (block.column_label[static_cast<std::size_t>(port.column)].family == 0) {
            note_channel(port, amount);
        } else if (std::find(amount.down.begin(), amount.down.end(), port.channel) ==
                   amount.down.end()) {
            amount.down.push_back(port.channel);
        }
    }
    return amount;
}

} // namespace longyang::model
