#pragma once

#include "lp/block.hpp"

#include <initializer_list>
#include <span>
#include <string_view>

namespace longyang::model {

/// A family of columns and the hourly row of the schedule that takes their values.
struct Destination {
    std::string_view family;
    std::span<double> row;
};

/// Writes every column of a block into the row of its family, at its hour; families without a
/// destination are passed over. values: one per column.
void read_columns(const lp::Block& block, std::span<const double> values,
                  std::initializer_list<Destination> destinations);

} // namespace longyang::model
