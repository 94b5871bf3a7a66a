#pragma once

#include "caseio/csv_text.hpp"
#include "caseio/registry.hpp"

#include <cstddef>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

/// Tables of a case between their files and the registry: as cells of text.
namespace longyang::caseio {

inline constexpr std::size_t absent = std::numeric_limits<std::size_t>::max();

using Index = std::unordered_map<std::string, int>;

/// One table's file, cut into cells, with the column of the file for each column of the registry.
struct TableText {
    const Table* table = nullptr;
    std::string file;
    CsvText csv;
    std::vector<std::size_t> body;   ///< rows of the file that hold data
    std::vector<std::size_t> own;    ///< per table->columns; `absent` where the file has none
    std::vector<std::size_t> common; ///< per common_columns()
    std::vector<std::string> names;  ///< of the rows, as they stand
    Index index;                     ///< row of each name, the first where there are several
    /// The file is there, but could not be read whole, or has no column of names: what other
    /// tables refer to may stand in it.
    bool unread = false;
    /// Cells that a change has set, by row of the file and number in table->columns.
    std::map<std::pair<std::size_t, std::size_t>, std::string> changed;
    std::map<std::size_t, std::string> changed_by; ///< words of the changes, by row of the file

    /// The row has another number of cells than the header: nothing but its name is read.
    [[nodiscard]] bool uneven(std::size_t row) const {
        return csv.rows[row].count != csv.rows[0].count;
    }
    /// The name that stands in a row of the file; empty where rows have none.
    [[nodiscard]] std::string_view name(std::size_t row) const;
    /// The cell of table->columns[column], as changed; empty where the file has none.
    [[nodiscard]] std::string_view cell(std::size_t row, std::size_t column) const;
    /// The same with the column's default in an empty cell.
    [[nodiscard]] std::string_view value(std::size_t row, std::size_t column) const;
    /// Number of a column in table->columns; `absent`: none of that name.
    [[nodiscard]] std::size_t column(std::string_view name) const;
};

} // namespace longyang::caseio
