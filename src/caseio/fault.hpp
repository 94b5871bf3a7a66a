#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace longyang::caseio {

/// One fault of a case: where it is, what was found and what was expected, in words.
struct Fault {
    std::string file;     ///< relative to the case's folder
    int line = 0;         ///< of the file, from 1; 0: the file as a whole
    std::string column;   ///< or key of case.toml or JSON; empty: the row as a whole
    std::string found;    ///< a cell's text stands in quotes
    std::string expected; ///< empty: nothing to add
    std::string nearest;  ///< nearest valid name; empty: none is close
};

/// `thermal.csv:12: column p_max_mw: found "abc", expected a number from 0.1 to 10000 (MW)`
[[nodiscard]] std::string words(const Fault& fault);

/// One line a fault, sorted by file and line; of those in one column of one file at most `most`,
/// then how many more there are. Ends without a line break.
[[nodiscard]] std::string words(std::span<const Fault> faults, std::size_t most = 20);

/// The valid name that takes the fewest single-letter changes, capital letters aside; empty where
/// none takes fewer than about a third of the word's letters, and none goes on from it (mean:
/// mean_mw).
[[nodiscard]] std::string nearest_name(std::string_view word, std::span<const std::string> valid);

/// A cell as it is shown in words: in quotes, cut where it is long.
[[nodiscard]] std::string in_quotes(std::string_view text);

} // namespace longyang::caseio
