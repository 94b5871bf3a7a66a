#include "caseio/check_case.hpp"

#include "base/error.hpp"
#include "caseio/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace longyang::caseio {

Fault row_fault(const std::string& table, const grid::Rows& rows, std::size_t row,
                std::string column, std::string found, std::string expected, std::string nearest) {
    return {table + ".csv",   rows.line[row],      std::move(column),
            std::move(found), std::move(expected), std::move(nearest)};
}

std::vector<std::vector<std::size_t>> rows_by_item(const grid::Integers& reference,
                                                   std::size_t items) {
    std::vector<std::vector<std::size_t>> result(items);
    for (std::size_t row = 0; row < reference.size(); ++row) {
        if (reference[row] >= 0) {
            result[static_cast<std::size_t>(reference[row])].push_back(row);
        }
    }
    return result;
}

int first_hour_above(const grid::System& system, int low, int high) {
    if (low < 0 || high < 0) {
        return -1;
    }
    const auto a = system.profiles.row(low);
    const auto b = system.profiles.row(high);
    for (std::size_t h = 0; h < a.size(); ++h) {
        if (a[h] > b[h]) {
            return static_cast<int>(h);
        }
    }
    return -1;
}

std::vector<Fault> check_case(const grid::System& system, bool changed) {
    std::vector<Fault> all;
    const auto add = [&](std::vector<Fault> faults) {
        all.insert(all.end(), std::make_move_iterator(faults.begin()),
                   std::make_move_iterator(faults.end()));
    };
    for (const auto check :
         {check_network, check_ac, check_contingencies, check_thermal, check_technologies,
          check_service, check_hydro, check_storages, check_connections, check_power_blocks,
          check_carbon_capture, check_flexible_loads, check_hvdc, check_dc_links, check_contracts,
          check_targets, check_emission_caps, check_reserves}) {
        add(check(system));
    }
    if (!changed) {
        add(check_sizes(system));
        add(check_adequacy(system));
    }
    return all;
}

namespace {

/// Those of form, then those of content in rows without any of form; of form alone where a file
/// could not be read.
std::vector<Fault> faults_of(const LoadedCase& loaded) {
    std::vector<Fault> all = loaded.faults;
    if (loaded.unread) {
        return all;
    }
    std::set<std::pair<std::string, int>> broken;
    for (const Fault& fault : loaded.faults) {
        if (fault.line > 0) {
            broken.emplace(fault.file, fault.line);
        }
    }
    for (Fault& fault : check_case(loaded.system, !loaded.changes.empty())) {
        const auto base = loaded.file_of_table.find(fault.file);
        fault.file = base == loaded.file_of_table.end() ? fault.file : base->second;
        if (!broken.contains({fault.file, fault.line})) {
            all.push_back(std::move(fault));
        }
    }
    return all;
}

/// ", changed by set loads.mean_mw=*2"; empty where nothing was.
std::string changed_by(const LoadedCase& loaded) {
    std::string text;
    for (const AppliedChange& applied : loaded.changes) {
        text += (text.empty() ? ", changed by " : ", ") + words(applied.change);
    }
    return text;
}

} // namespace

std::vector<Fault> all_faults(const LoadedCase& loaded) {
    std::vector<Fault> all = faults_of(loaded);
    for (Fault& fault : all) {
        const auto found = loaded.changed_by.find({fault.file, fault.line});
        if (found != loaded.changed_by.end()) {
            fault.found += fmt::format(" (in a row changed by: {})", found->second);
        }
    }
    return all;
}

Exit exit_of(const std::vector<Fault>& faults) {
    const bool of_option = std::any_of(faults.begin(), faults.end(),
                                       [](const Fault& f) { return f.file.starts_with("--"); });
    return of_option ? Exit::usage : Exit::faulty_case;
}

LoadedCase load_case(const Comm& comm, const std::string& folder,
                     const std::vector<Change>& changes) {
    LoadedCase loaded = parse_case(read_files(comm, folder), changes);
    const std::vector<Fault> faults = all_faults(loaded);
    if (!faults.empty()) {
        throw Error(exit_of(faults),
                    fmt::format("{}{}: {} {}\n{}", folder, changed_by(loaded), faults.size(),
                                faults.size() == 1 ? "fault" : "faults", words(faults)));
    }
    return loaded;
}

} // namespace longyang::caseio
