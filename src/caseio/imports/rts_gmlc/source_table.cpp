#include "caseio/imports/rts_gmlc/source_table.hpp"

#include "caseio/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace longyang::caseio::imports::rts_gmlc {
namespace {

bool is_none(std::string_view text) {
    return text.empty() || text == "NA";
}

} // namespace

SourceTable::SourceTable(std::string file, std::string_view bytes, std::vector<Fault>& faults)
    : file_(std::move(file)), csv_(cut_csv(bytes)), faults_(&faults) {
    if (!csv_.problem.empty()) {
        faults_->push_back({file_, csv_.problem_line, csv_.problem_column, csv_.problem,
                            "a CSV file with commas", ""});
        csv_.rows.clear();
        return;
    }
    if (csv_.rows.empty()) {
        faults_->push_back({file_, 0, "", "an empty file", "a header line", ""});
        return;
    }
    const std::size_t columns = csv_.rows.front().count;
    for (std::size_t row = 1; row < csv_.rows.size(); ++row) {
        if (csv_.rows[row].count != columns) {
            faults_->push_back({file_, csv_.rows[row].line, "",
                                fmt::format("{} cells", csv_.rows[row].count),
                                fmt::format("{}, as in the header", columns), ""});
            csv_.rows.resize(1);
            return;
        }
    }
}

std::size_t SourceTable::rows() const {
    return csv_.rows.empty() ? 0 : csv_.rows.size() - 1;
}

std::vector<std::string> SourceTable::columns() const {
    std::vector<std::string> names;
    for (std::size_t c = 0; !csv_.rows.empty() && c < csv_.rows.front().count; ++c) {
        names.emplace_back(csv_.cell(0, c));
    }
    return names;
}

int SourceTable::place_of(std::string_view column) const {
    for (std::size_t c = 0; !csv_.rows.empty() && c < csv_.rows.front().count; ++c) {
        if (csv_.cell(0, c) == column) {
            return static_cast<int>(c);
        }
    }
    return -1;
}

std::string_view SourceTable::cell(std::size_t row, std::string_view column) {
    const int place = place_of(column);
    if (place >= 0) {
        return csv_.cell(row + 1, static_cast<std::size_t>(place));
    }
    if (std::find(missing_.begin(), missing_.end(), column) == missing_.end()) {
        missing_.emplace_back(column);
        faults_->push_back({file_, csv_.rows.front().line, std::string(column), "no such column",
                            "a column of this name", nearest_name(column, columns())});
    }
    return {};
}

std::string SourceTable::text(std::size_t row, std::string_view column) {
    return std::string(cell(row, column));
}

double SourceTable::number(std::size_t row, std::string_view column, const Range& range) {
    const std::string_view found = cell(row, column);
    if (!has(column)) {
        return 0.0;
    }
    const auto value = number_within(found, false, range.least, range.most);
    if (!value) {
        fault(row, column, in_quotes(found),
              number_words(false, range.least, range.most, range.unit.empty() ? "-" : range.unit));
    }
    return value.value_or(0.0);
}

double SourceTable::number_or(std::size_t row, std::string_view column, double value,
                              const Range& range) {
    return has(column) && !is_none(cell(row, column)) ? number(row, column, range) : value;
}

int SourceTable::whole(std::size_t row, std::string_view column, int least, int most) {
    const std::string_view found = cell(row, column);
    if (!has(column)) {
        return 0;
    }
    const auto value = number_within(found, true, least, most);
    if (!value) {
        fault(row, column, in_quotes(found), number_words(true, least, most, "-"));
    }
    return static_cast<int>(value.value_or(0.0));
}

void SourceTable::fault(std::size_t row, std::string_view column, std::string found,
                        std::string expected) {
    faults_->push_back(
        {file_, line(row), std::string(column), std::move(found), std::move(expected), ""});
}

} // namespace longyang::caseio::imports::rts_gmlc
