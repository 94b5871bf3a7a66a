#include "caseio/table_text.hpp"

#include <algorithm>

namespace longyang::caseio {

std::string_view TableText::name(std::size_t row) const {
    const bool has_names = table->named && !common.empty();
    return has_names && common.front() < csv.rows[row].count ? csv.cell(row, common.front())
                                                             : std::string_view();
}

std::string_view TableText::cell(std::size_t row, std::size_t column) const {
    const auto found = changed.find({row, column});
    if (found != changed.end()) {
        return found->second;
    }
    return own[column] < csv.rows[row].count ? csv.cell(row, own[column]) : std::string_view();
}

std::string_view TableText::value(std::size_t row, std::size_t column) const {
    const std::string_view text = cell(row, column);
    const auto& fallback = table->columns[column].fallback;
    return text.empty() && fallback ? std::string_view(*fallback) : text;
}

std::size_t TableText::column(std::string_view name) const {
    const auto& columns = table->columns;
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&](const Column& c) { return c.name == name; });
    return found == columns.end() ? absent : static_cast<std::size_t>(found - columns.begin());
}

} // namespace longyang::caseio
