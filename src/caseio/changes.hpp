#pragma once

#include "caseio/fault.hpp"
#include "grid/tables.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Changes of a case's tables that are asked for on the command line (`--set`, `--without`) or in
/// case.toml (`set`, `without`), made before anything is checked. Grammar, for users in
/// docs/user/changes.md:
///
///     set      subject [ "[" filter { "," filter } "]" ] "." column "=" [ "*" ] value
///     without  subject [ "[" filter { "," filter } "]" ]
///     filter   column "=" pattern { "|" pattern }
///
/// A subject is a table, a class of rows (coal, batteries, csp), a word of a column technology or
/// kind, or the name of a row; a pattern may hold `*` for any letters. `region` filters by the
/// region of the row's bus. The column `capacity` stands for all figures of a row that grow with
/// its size.
namespace longyang::caseio {

struct Change {
    bool leave_out = false; ///< `without`; else `set`
    std::string text;       ///< as it was given
    std::string file;       ///< "--set", "--without", or the case.toml that it stands in
    int line = 0;           ///< of the file
};

/// "set loads.mean_mw=*1.1", "without csp".
[[nodiscard]] std::string words(const Change& change);

/// Changes of the command line. Texts with a semicolon in them hold several.
[[nodiscard]] std::vector<Change> changes_of(const std::vector<std::string>& set,
                                             const std::vector<std::string>& without);

struct AppliedChange {
    Change change;
    std::size_t rows = 0; ///< that it changed or left out, without those left out with them
    /// Output of the clusters of units that it scaled, MW; 0 where there were none. Units are whole
    /// ones, so their ratio need not be the factor that was asked for.
    double units_before_mw = 0.0, units_after_mw = 0.0;
};

/// "set coal.capacity=*0.9: 115 rows, 61320 MW in whole units (65640 MW before, * 0.934)".
[[nodiscard]] std::string words(const AppliedChange& change);

/// A filter's column, and the patterns of which one must fit the cell.
struct Filter {
    std::string column;
    std::vector<std::string> patterns;
};

/// A change cut into its parts.
struct ParsedChange {
    std::string subject;
    std::vector<Filter> filters;
    std::string column; ///< of `set`
    bool factor = false;
    std::string value;
    std::string problem; ///< what is wrong; empty: nothing
};
[[nodiscard]] ParsedChange parse_change(const Change& change);

/// Whether a text fits a pattern in which `*` stands for any letters.
[[nodiscard]] bool fits(std::string_view text, std::string_view pattern);

/// A class of rows: a name for rows of one table. A name may stand for several of them.
struct RowClass {
    std::string name;
    std::string table;
    Filter filter;
};
[[nodiscard]] const std::vector<RowClass>& row_classes();

} // namespace longyang::caseio
