#include "caseio/profiles.hpp"

#include "caseio/csv_text.hpp"
#include "caseio/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace longyang::caseio {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::string more_rows(std::size_t rows) {
    return rows <= 1 ? "" : fmt::format(" (and {} more rows like it)", rows - 1);
}

/// A profile's column of its file: which one, and where its values go.
struct Source {
    std::size_t column = 0;
    std::size_t profile = 0;
};

/// Takes the header in: names the profiles and tells where each stands.
std::vector<Source> take_header(ProfileRead& read, const CsvText& csv, const std::string& file,
                                std::map<std::string, std::string>& file_of_name) {
    std::vector<Source> sources;
    for (std::size_t c = 0; c < csv.rows[0].count; ++c) {
        const std::string name(csv.cell(0, c));
        if (c == 0 && (name == "hour" || name == "time")) {
            continue;
        }
        const int line = csv.rows[0].line;
        if (name.empty()) {
            read.faults.push_back({file, line, fmt::format("number {}", c + 1),
                                   "no name in the header", "a profile's name", ""});
            continue;
        }
        const auto [before, fresh] = file_of_name.emplace(name, file);
        if (!fresh) {
            read.faults.push_back({file, line, name,
                                   fmt::format("a name that {} has already", before->second),
                                   "names that are unique over all profile files", ""});
            continue;
        }
        sources.push_back({c, read.profiles.name.size()});
        read.profiles.name.push_back(name);
        read.profiles.file.push_back(file);
        read.file_of.push_back(read.hour_line.size() - 1);
    }
    return sources;
}

void take_values(ProfileRead& read, const CsvText& csv, const std::string& file,
                 const std::vector<Source>& sources) {
    const std::size_t hours = read.profiles.hours;
    read.profiles.values.resize(read.profiles.name.size() * hours, nan);
    const std::size_t rows = csv.rows.size() - 1;
    if (rows != hours) {
        read.faults.push_back({file, 0, "", fmt::format("{} rows below the header", rows),
                               fmt::format("{}, one an hour of the year", hours), ""});
    }
    std::vector<std::size_t> bad(sources.size(), 0);
    std::vector<std::size_t> first_bad(sources.size(), 0);
    std::size_t uneven = 0;
    std::size_t first_uneven = 0;
    for (std::size_t r = 1; r < csv.rows.size(); ++r) {
        if (csv.rows[r].count != csv.rows[0].count) {
            first_uneven = uneven++ == 0 ? r : first_uneven;
            continue;
        }
        if (r > hours) {
            continue;
        }
        for (std::size_t k = 0; k < sources.size(); ++k) {
            const auto value = number_within(csv.cell(r, sources[k].column), false, -inf, inf);
            if (value) {
                read.profiles.values[sources[k].profile * hours + r - 1] = *value;
            } else if (bad[k]++ == 0) {
                first_bad[k] = r;
            }
        }
    }
    if (uneven > 0) {
        const CsvText::Row& row = csv.rows[first_uneven];
        read.faults.push_back({file, row.line, "",
                               fmt::format("{} cells{}", row.count, more_rows(uneven)),
                               fmt::format("{}, as in the header", csv.rows[0].count), ""});
    }
    for (std::size_t k = 0; k < sources.size(); ++k) {
        if (bad[k] > 0) {
            const std::size_t r = first_bad[k];
            read.faults.push_back({file, csv.rows[r].line, read.profiles.name[sources[k].profile],
                                   in_quotes(csv.cell(r, sources[k].column)) + more_rows(bad[k]),
                                   "a number", ""});
        }
    }
}

} // namespace

ProfileRead read_profiles(const CaseFiles& files, const CaseToml& toml) {
    ProfileRead read;
    std::map<std::string, std::string> file_of_name;
    std::set<std::string> seen;
    read.all_files = toml.readable &&
                     std::none_of(toml.faults.begin(), toml.faults.end(),
                                  [](const Fault& fault) { return fault.column == "profiles"; });
    const auto fault_of_list = [&](const std::string& name, const std::string& problem,
                                   const std::string& expected) {
        read.faults.push_back(
            {"case.toml", toml.profiles_line, "profiles", in_quotes(name) + problem, expected, ""});
    };
    for (const std::string& name : toml.profile_files) {
        if (!seen.insert(name).second) {
            fault_of_list(name, " twice", "each file once");
            continue;
        }
        if (std::filesystem::path(name).is_absolute()) {
            read.all_files = false;
            fault_of_list(name, "", "a path relative to the case's folder");
            continue;
        }
        const CaseFile* file = files.find(name);
        if (file == nullptr) {
            read.all_files = false;
            fault_of_list(name, "", "a file that is there");
            continue;
        }
        const CsvText csv = cut_csv(file->bytes);
        read.all_files = read.all_files && !csv.rows.empty();
        if (!csv.problem.empty()) {
            read.faults.push_back(
                {name, csv.problem_line, csv.problem_column, csv.problem, "", ""});
        }
        if (csv.rows.empty()) {
            if (csv.problem.empty()) {
                read.faults.push_back(
                    {name, 0, "", "an empty file", "a header with the profiles' names", ""});
            }
            continue;
        }
        read.hour_line.emplace_back();
        for (std::size_t r = 1; r < csv.rows.size(); ++r) {
            read.hour_line.back().push_back(csv.rows[r].line);
        }
        const auto sources = take_header(read, csv, name, file_of_name);
        if (csv.problem.empty()) {
            take_values(read, csv, name, sources);
        }
    }
    read.profiles.values.resize(read.profiles.name.size() * read.profiles.hours, nan);
    return read;
}

std::vector<Fault> check_profile_ranges(const ProfileRead& read, std::vector<ProfileUse> uses) {
    const auto key = [](const ProfileUse& use) { return std::tie(use.profile, use.low, use.high); };
    std::stable_sort(uses.begin(), uses.end(),
                     [&](const ProfileUse& a, const ProfileUse& b) { return key(a) < key(b); });
    uses.erase(
        std::unique(uses.begin(), uses.end(),
                    [&](const ProfileUse& a, const ProfileUse& b) { return key(a) == key(b); }),
        uses.end());
    std::vector<Fault> faults;
    for (const ProfileUse& use : uses) {
        if (use.profile < 0) {
            continue;
        }
        const auto row = read.profiles.row(use.profile);
        const auto outside = [&](double value) { return value < use.low || value > use.high; };
        const auto first = std::find_if(row.begin(), row.end(), outside);
        if (first == row.end()) {
            continue;
        }
        const auto p = static_cast<std::size_t>(use.profile);
        const auto hour = static_cast<std::size_t>(first - row.begin());
        const auto count = static_cast<std::size_t>(std::count_if(first, row.end(), outside));
        faults.push_back(
            {read.profiles.file[p], read.hour_line[read.file_of[p]][hour], read.profiles.name[p],
             in_quotes(fmt::format("{}", *first)) + more_rows(count),
             fmt::format("{} for {}", number_words(false, use.low, use.high, use.unit), use.by),
             ""});
    }
    return faults;
}

} // namespace longyang::caseio
