#pragma once

#include "grid/tables.hpp"

#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// The one place that says what a case consists of: tables, columns, units, ranges, defaults and
/// meanings. The reader, `longyang check --explain` and docs/formats/case.md all follow it.
namespace longyang::caseio {

enum class Kind {
    text,      ///< any text
    choice,    ///< one of `choices`
    number,    ///< a finite number within [low, high]
    integer,   ///< a whole number within [low, high]
    reference, ///< the name of a row in the table `target`; becomes a row number
    profile,   ///< the name of a profile; becomes a profile number
};

/// A parsed cell: `number` for number/integer/reference/profile, `text` for the others.
struct Value {
    std::string text;
    double number = 0.0;
};

struct Column {
    std::string name;
    Kind kind = Kind::text;
    std::string unit; ///< "-" where it has none
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    std::optional<std::string> fallback; ///< default as it would stand in the cell; none: required
    std::vector<std::string> choices;
    std::string target; ///< of a reference
    std::string meaning;
    /// Appends the cell to the system's column.
    std::function<void(grid::System&, const Value&)> append;
};

struct Table {
    std::string name; ///< file is <name>.csv
    std::string meaning;
    bool required = false; ///< the file must exist
    bool named = true;     ///< rows have a unique name
    std::function<grid::Rows&(grid::System&)> rows;
    std::vector<Column> columns; ///< without name, source, quality, note, which all tables share
};

[[nodiscard]] std::span<const Table> tables();

/// Columns that every table may have besides its own (name only where rows are named).
[[nodiscard]] std::span<const Column> common_columns();

} // namespace longyang::caseio
