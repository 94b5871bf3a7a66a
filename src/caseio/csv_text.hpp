#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace longyang::caseio {

/// A CSV file cut into cells (RFC 4180: commas, double quotes); blank lines are left out, blanks
/// around unquoted cells too.
struct CsvText {
    struct Row {
        int line = 0; ///< on which it starts, from 1
        std::size_t first = 0;
        std::size_t count = 0;
    };
    std::vector<Row> rows;
    std::string text;              ///< all cells behind each other
    std::vector<std::size_t> ends; ///< where each cell ends in `text`
    std::string problem;           ///< empty: none; else what is wrong first; rows may end there
    int problem_line = 0;
    std::string problem_column; ///< empty: of no one column

    [[nodiscard]] std::string_view cell(std::size_t row, std::size_t column) const {
        const std::size_t at = rows[row].first + column;
        const std::size_t begin = at == 0 ? 0 : ends[at - 1];
        return std::string_view(text).substr(begin, ends[at] - begin);
    }
};

/// Reads UTF-8 text with or without a byte-order mark, lines ended by LF or CR LF. Columns
/// behind the last name that are empty in every row are left out. Does not throw: what it cannot
/// read is told in `problem`.
[[nodiscard]] CsvText cut_csv(std::string_view bytes);

/// A text as a cell of a table that is written: in quotes where it holds a comma, a quote or the
/// end of a line.
[[nodiscard]] std::string csv_cell(std::string_view text);

} // namespace longyang::caseio
