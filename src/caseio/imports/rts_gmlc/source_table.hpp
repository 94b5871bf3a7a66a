#pragma once

#include "caseio/csv_text.hpp"
#include "caseio/fault.hpp"
#include "caseio/imports/json_place.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace longyang::caseio::imports::rts_gmlc {

/// A CSV file of the data, its cells asked for by the name of their column. What is missing or no
/// number is told in `faults`, and reading goes on with 0 or nothing.
class SourceTable {
public:
    /// `file` as it stands in words, `text` its bytes.
    SourceTable(std::string file, std::string_view bytes, std::vector<Fault>& faults);

    [[nodiscard]] const std::string& file() const { return file_; }
    /// Rows of data; of a file that cannot be read as CSV there are none.
    [[nodiscard]] std::size_t rows() const;
    [[nodiscard]] int line(std::size_t row) const { return csv_.rows[row + 1].line; }
    [[nodiscard]] std::vector<std::string> columns() const;
    [[nodiscard]] bool has(std::string_view column) const { return place_of(column) >= 0; }

    [[nodiscard]] std::string text(std::size_t row, std::string_view column);
    [[nodiscard]] double number(std::size_t row, std::string_view column, const Range& range = {});
    /// The same where there may be none: `value` for a cell that is empty or NA, and for a column
    /// that the file has not.
    [[nodiscard]] double number_or(std::size_t row, std::string_view column, double value,
                                   const Range& range = {});
    [[nodiscard]] int whole(std::size_t row, std::string_view column, int least, int most);

    void fault(std::size_t row, std::string_view column, std::string found, std::string expected);

private:
    [[nodiscard]] int place_of(std::string_view column) const; ///< -1: no such column
    /// The cell, or nothing where the file has no such column, which is told once.
    [[nodiscard]] std::string_view cell(std::size_t row, std::string_view column);

    std::string file_;
    CsvText csv_;
    std::vector<Fault>* faults_;
    std::vector<std::string> missing_; ///< columns that were told
};

} // namespace longyang::caseio::imports::rts_gmlc
