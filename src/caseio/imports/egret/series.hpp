#pragma once

#include "caseio/imports/hourly.hpp"
#include "caseio/imports/json_place.hpp"

#include <cstddef>
#include <vector>

namespace longyang::caseio::imports::egret {

/// A number, or an object {"data_type": "time_series", "values": [one an hour]}.
[[nodiscard]] Series series(const JsonPlace& place, std::size_t hours, const Range& range = {});

/// The member `key`; where there is none, `value` in all hours.
[[nodiscard]] Series series_or(const JsonPlace& place, const std::string& key, std::size_t hours,
                               double value, const Range& range = {});

/// What stands in a time series of other things than numbers: the value of each hour, or the place
/// itself in all hours.
[[nodiscard]] std::vector<JsonPlace> by_hour(const JsonPlace& place, std::size_t hours);

} // namespace longyang::caseio::imports::egret
