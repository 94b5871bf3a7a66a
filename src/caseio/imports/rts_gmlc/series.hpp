#pragma once

#include "caseio/fault.hpp"
#include "caseio/imports/rts_gmlc/folder.hpp"
#include "caseio/imports/rts_gmlc/source.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace longyang::caseio::imports::rts_gmlc {

/// Values of the hours of a year of 365 days; 29 February is left out.
using Hours = std::vector<double>;

/// The day-ahead series, each file read once. Two forms: a row an hour (Year, Month, Day, Period,
/// then a column an object), or a row a day (Year, Month, Day, then the periods 1 to 24). Every
/// hour of one year has to be there once.
struct Series {
    int year = 0;
    /// By parameter and object, as timeseries_pointers.csv names them.
    std::map<std::pair<std::string, std::string>, Hours> values;
    /// By parameter and object: its file, to tell equal ones.
    std::map<std::pair<std::string, std::string>, std::string> file;
    bool leap_day_left_out = false;
    std::vector<Fault> faults;

    /// Null where there is none.
    [[nodiscard]] const Hours* find(const std::string& parameter, const std::string& object) const;
};

/// Throws Error (file) where a file cannot be read.
[[nodiscard]] Series read_series(const Folder& folder, const Source& source);

} // namespace longyang::caseio::imports::rts_gmlc
