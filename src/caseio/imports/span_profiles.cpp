#include "caseio/imports/span_profiles.hpp"

#include "caseio/csv_text.hpp"
#include "caseio/imports/made_case.hpp"

#include <utility>

namespace longyang::caseio::imports {

std::string SpanProfiles::add(std::string name, std::span<const double> values) {
    names_.push_back(std::move(name));
    values_.emplace_back(values.begin(), values.end());
    return names_.back();
}

CaseFile SpanProfiles::file() const {
    constexpr std::size_t year_h = 8760;
    std::string bytes;
    for (std::size_t k = 0; k < names_.size(); ++k) {
        bytes.append(k > 0 ? "," : "").append(csv_cell(names_[k]));
    }
    bytes += '\n';
    for (std::size_t h = 0; h < year_h; ++h) {
        for (std::size_t k = 0; k < values_.size(); ++k) {
            bytes.append(k > 0 ? "," : "").append(cell(values_[k][h % hours_]));
        }
        bytes += '\n';
    }
    return {"profiles.csv", std::move(bytes)};
}

} // namespace longyang::caseio::imports
