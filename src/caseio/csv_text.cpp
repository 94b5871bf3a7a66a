#include "caseio/csv_text.hpp"

#include <csv.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>

namespace longyang::caseio {
namespace {

/// Position of the first byte that is not part of UTF-8 text; the size where all is well.
std::size_t first_non_utf8(std::string_view bytes) {
    std::size_t at = 0;
    while (at < bytes.size()) {
        const auto lead = static_cast<unsigned char>(bytes[at]);
        std::size_t length = 1;
        if (lead >= 0x80) {
            if (lead >= 0xC2 && lead <= 0xDF) {
                length = 2;
            } else if (lead >= 0xE0 && lead <= 0xEF) {
                length = 3;
            } else if (lead >= 0xF0 && lead <= 0xF4) {
                length = 4;
            } else {
                return at;
            }
            if (at + length > bytes.size()) {
                return at;
            }
            for (std::size_t k = 1; k < length; ++k) {
                if ((static_cast<unsigned char>(bytes[at + k]) & 0xC0U) != 0x80U) {
                    return at;
                }
            }
        }
        at += length;
    }
    return at;
}

int line_of(std::string_view bytes, std::size_t at) {
    return 1 + static_cast<int>(std::count(bytes.begin(),
                                           bytes.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

void end_cell(void* cell, std::size_t size, void* target) {
    auto& csv = *static_cast<CsvText*>(target);
    csv.text.append(static_cast<const char*>(cell), size);
    csv.ends.push_back(csv.text.size());
    ++csv.rows.back().count;
}

void end_row(int, void* target) {
    auto& csv = *static_cast<CsvText*>(target);
    csv.rows.push_back({0, csv.ends.size(), 0});
}

/// What else stands between the names of a header without any comma: how spreadsheets of some
/// countries save; empty: nothing of the kind.
std::string_view other_separator(std::string_view bytes) {
    const std::size_t begin = bytes.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) {
        return "";
    }
    const std::string_view header = bytes.substr(begin, bytes.find_first_of("\r\n", begin) - begin);
    if (header.find(',') != std::string_view::npos) {
        return "";
    }
    if (header.find(';') != std::string_view::npos) {
        return "semicolons";
    }
    return header.find('\t') == std::string_view::npos ? "" : "tabs";
}

/// Tells the first byte 0, which no text holds.
void find_zero(CsvText& csv) {
    const std::size_t at = csv.text.find('\0');
    if (at == std::string::npos) {
        return;
    }
    const auto cell = static_cast<std::size_t>(
        std::upper_bound(csv.ends.begin(), csv.ends.end(), at) - csv.ends.begin());
    const auto after =
        std::upper_bound(csv.rows.begin(), csv.rows.end(), cell,
                         [](std::size_t c, const CsvText::Row& row) { return c < row.first; });
    const CsvText::Row& row = *std::prev(after);
    const std::size_t column = cell - row.first;
    const bool named = row.first > 0 && column < csv.rows.front().count;
    csv.problem = "a byte 0 (save the file as UTF-8)";
    csv.problem_line = row.line;
    csv.problem_column =
        named ? std::string(csv.cell(0, column)) : fmt::format("number {}", column + 1);
}

/// Columns behind the last name of the header that are empty in every row: spreadsheets leave
/// them where cells were cleared. Where any cell of them holds something they stay, and the header
/// lacks their names.
void drop_empty_columns(CsvText& csv) {
    if (csv.rows.empty()) {
        return;
    }
    const std::size_t columns = csv.rows[0].count;
    std::size_t named = columns;
    while (named > 0 && csv.cell(0, named - 1).empty()) {
        --named;
    }
    for (std::size_t r = 1; r < csv.rows.size(); ++r) {
        for (std::size_t c = named; c < csv.rows[r].count; ++c) {
            if (!csv.cell(r, c).empty()) {
                return;
            }
        }
    }
    for (CsvText::Row& row : csv.rows) {
        row.count = row.count <= columns ? std::min(row.count, named) : row.count;
    }
}

} // namespace

CsvText cut_csv(std::string_view bytes) {
    CsvText csv;
    if (bytes.starts_with("\xEF\xBB\xBF")) {
        bytes.remove_prefix(3);
    }
    if (const std::size_t bad = first_non_utf8(bytes); bad < bytes.size()) {
        csv.problem = "a byte that is not UTF-8 (save the file as UTF-8)";
        csv.problem_line = line_of(bytes, bad);
        return csv;
    }
    if (const std::string_view other = other_separator(bytes); !other.empty()) {
        csv.problem =
            fmt::format("{} between the cells (save the file as CSV with commas, and with "
                        "decimal points)",
                        other);
        csv.problem_line = line_of(bytes, bytes.find_first_not_of(" \t\r\n"));
        return csv;
    }
    csv.text.reserve(bytes.size());
    csv.ends.reserve(bytes.size() / 6);

    csv_parser parser{};
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
        csv.problem = "no memory to read it";
        return csv;
    }
    const std::unique_ptr<csv_parser, decltype(&csv_free)> freed(&parser, csv_free);

    // The library does not count lines: it is fed line by line. The row that is being read is the
    // last of `rows`, its line 0 until its first line comes.
    csv.rows.push_back({0, 0, 0});
    int line = 0;
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t end = std::min(bytes.find('\n', at), bytes.size() - 1) + 1;
        const std::string_view piece = bytes.substr(at, end - at);
        at = end;
        ++line;
        const bool blank = piece.find_first_not_of(" \t\r\n") == std::string_view::npos;
        if (csv.rows.back().line == 0 && !blank) {
            csv.rows.back().line = line;
        }
        if (csv_parse(&parser, piece.data(), piece.size(), end_cell, end_row, &csv) !=
            piece.size()) {
            csv.problem = "a quotation mark within a cell that does not start with one";
            csv.problem_line = line;
            break;
        }
    }
    if (csv.problem.empty() && csv_fini(&parser, end_cell, end_row, &csv) != 0) {
        csv.problem = "a quotation mark that is never closed";
        csv.problem_line = csv.rows.back().line;
    }
    csv.rows.pop_back(); // the one that was never begun or never ended
    if (csv.problem.empty()) {
        find_zero(csv);
        drop_empty_columns(csv);
    }
    return csv;
}

std::string csv_cell(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        return std::string(text);
    }
    std::string quoted = "\"";
    for (const char c : text) {
        quoted.append(c == '"' ? 2 : 1, c);
    }
    return quoted + '"';
}

} // namespace longyang::caseio
