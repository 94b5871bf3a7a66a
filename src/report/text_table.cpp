#include "report/text_table.hpp"

#include "base/fixed.hpp"

#include <algorithm>
#include <cmath>

namespace longyang::report {
namespace {

std::string line(const Cells& cells, const std::vector<std::size_t>& widths) {
    std::string text;
    for (std::size_t k = 0; k < cells.size(); ++k) {
        const std::string blanks(widths[k] - width_of(cells[k]), ' ');
        text += k == 0 ? "  " + cells[k] + blanks : "  " + blanks + cells[k];
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text + "\n";
}

} // namespace

std::size_t width_of(const std::string& text) {
    std::size_t width = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool first_of_character = byte < 0x80U || byte >= 0xC0U;
        const bool wide = byte >= 0xE3U; // CJK, which terminals draw two columns wide
        width += first_of_character ? (wide ? 2 : 1) : 0;
    }
    return width;
}

std::string text_table(const Cells& header, const std::vector<Cells>& rows) {
    std::vector<std::size_t> widths;
    for (const std::string& title : header) {
        widths.push_back(width_of(title));
    }
    for (const Cells& row : rows) {
        for (std::size_t k = 0; k < row.size(); ++k) {
            widths[k] = std::max(widths[k], width_of(row[k]));
        }
    }
    std::string text = line(header, widths);
    Cells rule;
    for (const std::size_t width : widths) {
        rule.emplace_back(width, '-');
    }
    text += line(rule, widths);
    for (const Cells& row : rows) {
        text += line(row, widths);
    }
    return text;
}

std::string cell(double value, double largest) {
    if (std::isnan(value)) {
        return "-";
    }
    const int digits_before = largest >= 1.0 ? static_cast<int>(std::log10(largest)) + 1 : 1;
    const int decimals = std::clamp(4 - digits_before, 0, 3);
    if (std::abs(value) < 0.5 * std::pow(10.0, -decimals)) {
        return "";
    }
    return fixed(value, decimals);
}

std::string number(double value, int decimals) {
    return std::isfinite(value) ? fixed(value, decimals) : "-";
}

} // namespace longyang::report
