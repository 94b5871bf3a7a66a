#pragma once

#include <string>
#include <vector>

// Internal to report/.
namespace longyang::report {

using Cells = std::vector<std::string>;

/// Columns two blanks apart, the first to the left, the others to the right; a line under the
/// header. Widths are those of UTF-8 characters, Chinese ones two wide.
[[nodiscard]] std::string text_table(const Cells& header, const std::vector<Cells>& rows);

/// A number for a table whose largest one is `largest`: so many decimals that four digits show; "-"
/// for NaN, "" for what would read as zero.
[[nodiscard]] std::string cell(double value, double largest);

/// A number with so many decimals, zero without a sign; "-" for what is none or infinite.
[[nodiscard]] std::string number(double value, int decimals);

/// Columns that a text takes on a terminal.
[[nodiscard]] std::size_t width_of(const std::string& text);

} // namespace longyang::report
