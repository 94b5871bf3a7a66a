#pragma once

#include "caseio/fault.hpp"

#include <string>
#include <string_view>
#include <vector>

/// MATPOWER case files (format version 2): their text, what it means, and a case made of it.
namespace longyang::caseio::imports::matpower {

/// One row of a matrix, with the line of the file on which it starts.
struct Row {
    int line = 0;
    std::vector<double> cell;
};

/// One assignment `mpc.<name> = ...;`: a matrix (a single number is one of one cell), a list of
/// texts in braces, or one text.
struct Field {
    std::string name;
    int line = 0;
    std::vector<Row> rows;
    std::vector<std::string> texts;
};

/// A file cut into its assignments.
struct Text {
    std::string file;                ///< name of the file, without folder
    std::string function;            ///< name of the case as the file states it
    std::vector<std::string> header; ///< comment lines before the first assignment, as they stand
    std::vector<Field> fields;
    std::vector<Fault> faults;

    /// Null where there is none of that name.
    [[nodiscard]] const Field* find(std::string_view name) const;
};

/// Reads a file's text. Does not throw: what is no assignment of plain values is told in `faults`
/// (a case file may be any programme; one that computes its tables has to be saved by MATPOWER's
/// own savecase first).
[[nodiscard]] Text cut_text(std::string file, std::string_view bytes);

} // namespace longyang::caseio::imports::matpower
