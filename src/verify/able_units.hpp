#pragma once

#include "grid/tables.hpp"

#include <vector>

namespace longyang::verify {

/// TH-4: units of a cluster that can be asked to run, by hour of the year, whatever they did
/// before: in service, min_down_h or more behind the begin of their last outage (or time out of
/// service), and not between two of these that leave less than min_up_h. Outages go to the highest
/// numbers that are free, in the order of their begin. in_service: of the cluster, by hour of the
/// year.
[[nodiscard]] std::vector<double> able_units(const grid::System& system, std::size_t plant,
                                             const std::vector<char>& in_service);

} // namespace longyang::verify
