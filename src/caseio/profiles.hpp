#pragma once

#include "caseio/case_files.hpp"
#include "caseio/case_toml.hpp"
#include "caseio/fault.hpp"
#include "grid/tables.hpp"

#include <vector>

namespace longyang::caseio {

/// Profiles of all files that case.toml names, with the line of each hour's row in its file.
struct ProfileRead {
    grid::Profiles profiles;
    std::vector<std::vector<int>> hour_line; ///< by file, in the order of case.toml
    std::vector<std::size_t> file_of;        ///< by profile, into hour_line
    std::vector<Fault> faults;
    bool all_files = true; ///< false: a file could not be read, so that not all names are known
};

/// Values that could not be read are NaN, with one fault a profile.
[[nodiscard]] ProfileRead read_profiles(const CaseFiles& files, const CaseToml& toml);

/// A range that a column sets for the profile it names.
struct ProfileUse {
    int profile = -1;
    double low = 0.0, high = 0.0;
    std::string unit;
    std::string by; ///< "wind.csv, column profile"
};

/// Values outside the range of a use, one fault a profile and range.
[[nodiscard]] std::vector<Fault> check_profile_ranges(const ProfileRead& read,
                                                      std::vector<ProfileUse> uses);

} // namespace longyang::caseio
