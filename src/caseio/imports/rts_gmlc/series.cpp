#include "caseio/imports/rts_gmlc/series.hpp"

#include "caseio/imports/rts_gmlc/source_table.hpp"
#include "grid/calendar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

namespace longyang::caseio::imports::rts_gmlc {
namespace {

constexpr std::size_t hours_of_year = 8760;
constexpr int hours_of_day = 24;

/// A file of series in memory.
struct SeriesFile {
    SourceTable table;
    bool by_hour = true;                ///< a row an hour, not a day
    std::vector<int> first_hour_of_row; ///< of the year; -1: 29 February
};

class Reader {
public:
    Reader(const Folder& folder, const Source& source) : folder_(folder), source_(source) {}

    Series read() {
        for (const Pointer& pointer : source_.pointers) {
            const std::pair key(pointer.parameter, pointer.object);
            if (series_.values.contains(key)) {
                continue; // some rows stand there twice
            }
            if (SeriesFile* file = file_of(pointer)) {
                series_.values[key] = values_of(pointer, *file);
                series_.file[key] = file->table.file();
            }
        }
        return std::move(series_);
    }

private:
    SeriesFile* file_of(const Pointer& pointer) {
        if (const auto found = files_.find(pointer.file); found != files_.end()) {
            return found->second.table.rows() > 0 ? &found->second : nullptr;
        }
        const std::optional<SourceFile> bytes = folder_.series(pointer.file);
        if (!bytes) {
            series_.faults.push_back({"timeseries_pointers.csv", pointer.line, "Data File",
                                      in_quotes(pointer.file), "a file of the data", ""});
            files_.emplace(pointer.file,
                           SeriesFile{SourceTable("", "no column\n", series_.faults), true, {}});
            return nullptr;
        }
        SeriesFile file{SourceTable(bytes->name, bytes->bytes, series_.faults), true, {}};
        file.by_hour = file.table.has("Period");
        find_hours(file);
        SeriesFile& kept = files_.emplace(pointer.file, std::move(file)).first->second;
        return kept.table.rows() > 0 ? &kept : nullptr;
    }

    void find_hours(SeriesFile& file) {
        SourceTable& t = file.table;
        std::vector<int> rows_of(hours_of_year, 0);
        for (std::size_t r = 0; r < t.rows(); ++r) {
            const int year = t.whole(r, "Year", 1900, 2200);
            const int month = t.whole(r, "Month", 1, 12);
            const int day = t.whole(r, "Day", 1, 31);
            const int period = file.by_hour ? t.whole(r, "Period", 1, hours_of_day) : 1;
            series_.year = series_.year == 0 ? year : series_.year;
            if (year != series_.year) {
                t.fault(r, "Year", fmt::format("{}", year),
                        fmt::format("{}, as elsewhere", series_.year));
            }
            if (month == 2 && day == 29) {
                series_.leap_day_left_out = true;
                file.first_hour_of_row.push_back(-1);
                continue;
            }
            const int hour = grid::hour_of_date(
                fmt::format("{}-{:02}-{:02}", series_.year, month, day), series_.year);
            if (hour < 0) {
                t.fault(r, "Day", fmt::format("{}", day), "a day of the month");
                file.first_hour_of_row.push_back(-1);
                continue;
            }
            const int first = hour + std::max(period, 1) - 1;
            file.first_hour_of_row.push_back(first);
            for (int h = first; h < first + (file.by_hour ? 1 : hours_of_day); ++h) {
                if (++rows_of[static_cast<std::size_t>(h)] == 2) {
                    t.fault(r, "Day", grid::date_of_hour(h, series_.year) + " a second time",
                            "every hour of the year once");
                }
            }
        }
        const auto missing = std::count(rows_of.begin(), rows_of.end(), 0);
        if (missing > 0 && t.rows() > 0) {
            const auto first = std::find(rows_of.begin(), rows_of.end(), 0) - rows_of.begin();
            series_.faults.push_back(
                {t.file(), 0, "",
                 fmt::format("no row for {} hours of the year, the first of them {}", missing,
                             grid::date_of_hour(static_cast<int>(first), series_.year)),
                 "every hour of the year once", ""});
        }
    }

    /// Name of the column: the object's, of a store its generator's.
    [[nodiscard]] std::string column_of(const std::string& object) const {
        const auto store = std::find_if(source_.stores.begin(), source_.stores.end(),
                                        [&](const Store& s) { return s.name == object; });
        return store == source_.stores.end() ? object : store->generator;
    }

    Hours values_of(const Pointer& pointer, SeriesFile& file) {
        const Range range{0.0, 1e6, ""};
        Hours values(hours_of_year, 0.0);
        const std::string column = column_of(pointer.object);
        for (std::size_t r = 0; r < file.table.rows(); ++r) {
            const int first = file.first_hour_of_row[r];
            if (first < 0) {
                continue;
            }
            for (int k = 0; k < (file.by_hour ? 1 : hours_of_day); ++k) {
                values[static_cast<std::size_t>(first) + static_cast<std::size_t>(k)] =
                    file.table.number(r, file.by_hour ? column : fmt::format("{}", k + 1), range);
            }
        }
        return values;
    }

    const Folder& folder_;
    const Source& source_;
    std::map<std::string, SeriesFile> files_; ///< by what timeseries_pointers.csv says
    Series series_;
};

} // namespace

const Hours* Series::find(const std::string& parameter, const std::string& object) const {
    const auto found = values.find({parameter, object});
    return found == values.end() ? nullptr : &found->second;
}

Series read_series(const Folder& folder, const Source& source) {
    return Reader(folder, source).read();
}

} // namespace longyang::caseio::imports::rts_gmlc
