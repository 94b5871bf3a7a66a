#pragma once

#include "caseio/case_files.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace longyang::caseio::imports {

/// Profiles of a source that covers the first hours of the year alone: from there on they begin
/// again, hour by hour, so that a run of other hours meets plausible values.
class SpanProfiles {
public:
    explicit SpanProfiles(std::size_t hours) : hours_(hours) {}

    /// Adds a profile of `hours` values and returns its name.
    std::string add(std::string name, std::span<const double> values);
    [[nodiscard]] bool empty() const { return names_.empty(); }
    /// profiles.csv with all of them; of no use while there are none.
    [[nodiscard]] CaseFile file() const;

private:
    std::size_t hours_;
    std::vector<std::string> names_;
    std::vector<std::vector<double>> values_;
};

} // namespace longyang::caseio::imports
