#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <utility>
#include <vector>

namespace longyang::lp {

/// Numbers by hour, stored once where all are alike: most tables of limits and costs are.
class Hourly {
public:
    Hourly() = default;
    /// One number stands for any hour.
    Hourly(std::vector<double> values) : hours_(values.size()), values_(std::move(values)) {
        if (std::all_of(values_.begin(), values_.end(),
                        [&](double value) { return value == values_.front(); })) {
            values_.resize(std::min<std::size_t>(hours_, 1));
            values_.shrink_to_fit();
        }
        step_ = values_.size() > 1 ? 1 : 0;
    }
    Hourly(std::size_t hours, double value) : Hourly(std::vector<double>(hours, value)) {}
    Hourly(std::initializer_list<double> values) : Hourly(std::vector<double>(values)) {}

    [[nodiscard]] double operator[](std::size_t hour) const { return values_[hour * step_]; }
    [[nodiscard]] std::size_t size() const { return hours_; }
    [[nodiscard]] bool empty() const { return hours_ == 0; }
    [[nodiscard]] double largest() const {
        return *std::max_element(values_.begin(), values_.end());
    }
    /// All numbers, one an hour.
    [[nodiscard]] std::vector<double> all() const {
        return step_ == 1 || values_.empty() ? values_ : std::vector<double>(hours_, values_[0]);
    }
    bool operator==(const Hourly&) const = default;

private:
    std::size_t hours_ = 0, step_ = 0;
    std::vector<double> values_;
};

} // namespace longyang::lp
