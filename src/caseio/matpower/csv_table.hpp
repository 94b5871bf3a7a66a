#pragma once

#include <string>
#include <vector>

namespace longyang::caseio::matpower {

/// A table as it is written: header and rows of cells, quoted where they have to be.
struct CsvTable {
    std::string name; ///< file is <name>.csv
    std::vector<std::string> header;
    std::vector<std::vector<std::string>> rows;
};

[[nodiscard]] std::string csv_bytes(const CsvTable& table);

/// The shortest text that reads back as the same number.
[[nodiscard]] std::string cell(double value);

} // namespace longyang::caseio::matpower
