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

/// TH-2: of the units of a cluster that were on before a span, how many have been in service in all
/// hours of it up to each. On were those that serve longest from the span's first hour on, of like
/// ones the lowest numbers.
///
/// with_heat  by hour of the year: of back pressure units with heat, besides which none serves,
///            those that can be asked to run first (TH-15); else empty
/// first      hour of the year in which the span begins
[[nodiscard]] std::vector<double> unbroken_units(const grid::System& system, std::size_t plant,
                                                 const std::vector<char>& in_service,
                                                 const std::vector<double>& with_heat, int first,
                                                 int hours);

} // namespace longyang::verify
