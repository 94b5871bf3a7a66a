#pragma once

// A block under prices of its channels, solved by HiGHS: what special oracles are held against.

#include "lp/flat.hpp"
#include "solve/highs/engine.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace longyang::testing {

/// The block's cost less what it earns at prices (channels x hours).
inline lp::FlatProgramme priced(const lp::Block& block, int hours, std::span<const double> prices) {
    lp::Block own = block;
    for (const lp::Port& port : block.ports) {
        const double price = prices[static_cast<std::size_t>(port.channel * hours + port.hour)];
        if (port.column < 0) {
            own.fixed_cost -= price * port.value;
        } else {
            own.cost[static_cast<std::size_t>(port.column)] -= price * port.value;
        }
    }
    own.ports.clear();
    lp::Coupling none;
    none.hours = hours;
    return lp::flatten(std::span(&own, 1), none);
}

/// A point of a block, put together family by family.
class BlockPoint {
public:
    explicit BlockPoint(const lp::Block& block)
        : block_(block), value(static_cast<std::size_t>(block.columns()), 0.0) {
        for (int j = 0; j < block.columns(); ++j) {
            const auto column = static_cast<std::size_t>(j);
            const auto family = static_cast<std::size_t>(block.column_label[column].family);
            by_family_[block.families[family]].push_back(column);
        }
    }

    /// Columns of a family in the order of the block; none: no such family.
    [[nodiscard]] std::vector<std::size_t> columns(const std::string& family) const {
        const auto found = by_family_.find(family);
        return found == by_family_.end() ? std::vector<std::size_t>{} : found->second;
    }
    [[nodiscard]] int hour(std::size_t column) const { return block_.column_label[column].hour; }

    /// Largest breach of a bound or row.
    [[nodiscard]] double breach() const {
        double worst = 0.0;
        for (std::size_t j = 0; j < value.size(); ++j) {
            worst = std::max({worst, block_.lower[j] - value[j], value[j] - block_.upper[j]});
        }
        for (int i = 0; i < block_.rows(); ++i) {
            const auto row = static_cast<std::size_t>(i);
            double sum = 0.0;
            double size = 1.0;
            for (auto k = static_cast<std::size_t>(block_.row_start[row]);
                 k < static_cast<std::size_t>(block_.row_start[row + 1]); ++k) {
                const double term =
                    block_.row_value[k] * value[static_cast<std::size_t>(block_.row_column[k])];
                sum += term;
                size = std::max(size, std::abs(term));
            }
            worst = std::max({worst, (block_.row_lower[row] - sum) / size,
                              (sum - block_.row_upper[row]) / size});
        }
        return worst;
    }
    [[nodiscard]] double cost() const {
        double sum = block_.fixed_cost;
        for (std::size_t j = 0; j < value.size(); ++j) {
            sum += block_.cost[j] * value[j];
        }
        return sum;
    }
    /// What it gives to the channels (channels x hours).
    [[nodiscard]] std::vector<double> given(int channels, int hours) const {
        std::vector<double> sum(static_cast<std::size_t>(channels * hours), 0.0);
        for (const lp::Port& port : block_.ports) {
            sum[static_cast<std::size_t>(port.channel * hours + port.hour)] +=
                port.column < 0 ? port.value
                                : port.value * value[static_cast<std::size_t>(port.column)];
        }
        return sum;
    }

private:
    const lp::Block& block_;
    std::map<std::string, std::vector<std::size_t>> by_family_;

public:
    std::vector<double> value;
};

inline double earned(std::span<const double> prices, std::span<const double> given) {
    double sum = 0.0;
    for (std::size_t k = 0; k < prices.size(); ++k) {
        sum += prices[k] * given[k];
    }
    return sum;
}

} // namespace longyang::testing
