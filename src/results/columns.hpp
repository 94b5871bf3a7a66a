#pragma once

#include "grid/tables.hpp"

#include <string>
#include <variant>
#include <vector>

/// The case's tables as text and numbers, for /system of a results file.
namespace longyang::results {

struct SystemColumn {
    std::string name;
    std::variant<const grid::Numbers*, const grid::Integers*, grid::Names> values;
};

struct SystemTable {
    std::string name;
    const grid::Rows* rows = nullptr;
    bool named = true;
    std::vector<SystemColumn> columns; ///< with source, quality and note, without name
};

/// All tables; references and profiles as names. The views hold as long as `system`.
[[nodiscard]] std::vector<SystemTable> system_tables(const grid::System& system);

} // namespace longyang::results
