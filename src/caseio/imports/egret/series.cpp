#include "caseio/imports/egret/series.hpp"

#include <fmt/format.h>

namespace longyang::caseio::imports::egret {
namespace {

bool is_time_series(const JsonPlace& place) {
    return place.is_object() && place.has("data_type") &&
           place.at("data_type").text() == "time_series";
}

} // namespace

Series series(const JsonPlace& place, std::size_t hours, const Range& range) {
    if (is_time_series(place)) {
        return {place.at("values").numbers(hours, range)};
    }
    return {std::vector<double>(hours, place.number(range))};
}

Series series_or(const JsonPlace& place, const std::string& key, std::size_t hours, double value,
                 const Range& range) {
    return place.has(key) ? series(place.at(key), hours, range)
                          : Series{std::vector<double>(hours, value)};
}

std::vector<JsonPlace> by_hour(const JsonPlace& place, std::size_t hours) {
    if (!is_time_series(place)) {
        return std::vector<JsonPlace>(hours, place);
    }
    std::vector<JsonPlace> items = place.at("values").items();
    if (items.size() != hours) {
        place.at("values").fault(fmt::format("{} values", items.size()), fmt::format("{}", hours));
        return {};
    }
    return items;
}

} // namespace longyang::caseio::imports::egret
