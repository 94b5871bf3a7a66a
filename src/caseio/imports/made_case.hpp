#pragma once

#include "caseio/case_files.hpp"
#include "caseio/fault.hpp"

#include <deque>
#include <span>
#include <string>
#include <vector>

namespace longyang::caseio::imports {

/// A table as it is written: header and rows of cells, quoted where they have to be.
struct CsvTable {
    std::string name; ///< file is <name>.csv
    std::vector<std::string> header;
    std::vector<std::vector<std::string>> rows;
};

/// The shortest text that reads back as the same number; 0 has no sign.
[[nodiscard]] std::string cell(double value);

/// Tables of a case that is made, in the order in which they are first asked for.
class Tables {
public:
    /// The table of that name; where there is none yet, a new one with this header.
    CsvTable& table(const std::string& name, std::vector<std::string> header);
    [[nodiscard]] std::vector<CaseFile> files() const;

private:
    std::deque<CsvTable> tables_; ///< references to tables stay
};

/// What of another tool's file has no counterpart in a case, or was changed.
class Notes {
public:
    /// `item` is one more of those that `what` speaks of; empty: none in particular.
    void add(const std::string& what, std::string item = "");
    /// As `add`, of an item that may have been told already.
    void add_once(const std::string& what, const std::string& item);
    /// One line a kind, with the first few items.
    [[nodiscard]] std::vector<std::string> words() const;

private:
    struct Note {
        std::string what;
        std::vector<std::string> items;
    };
    std::vector<Note> notes_;
};

/// What goes into the case.toml of a case that is made.
struct Head {
    std::string tool;   ///< of `longyang import`, as "matpower"
    std::string name;   ///< of the case
    std::string source; ///< the file it is made of, and of what kind: "MATPOWER case case9.m"
    int year = 2030;
    double base_mva = 100.0;
    std::string more; ///< lines of TOML behind these
};

[[nodiscard]] CaseFile case_toml(const Head& head);

/// A case's files in memory, and what of the file has no counterpart in them, one line a kind.
struct MadeCase {
    CaseFiles files; ///< case.toml, tables, profiles
    std::string readme;
    std::vector<std::string> notes;
};

/// What an import did.
struct Imported {
    std::vector<std::string> notes; ///< what has no counterpart, one line a kind
    std::vector<Fault> faults;      ///< that the made case still has; it was written
};

/// Throws Error (file) where `file` is a folder or cannot be read; `kind` is what was expected, as
/// "a MATPOWER case".
[[nodiscard]] std::string bytes_of(const std::string& file, const std::string& kind);

/// Throws Error (faulty_case) with all of them where there are any.
void require_none(const std::string& file, std::span<const Fault> faults);

/// Writes the case folder `folder` (made where there is none; an import that lies there is
/// overwritten), reads it back and checks it. On this rank alone. Throws Error (file) where the
/// folder cannot be written, or holds a case that was not imported or CSV files that are not of
/// this import.
[[nodiscard]] Imported write_case(MadeCase made, const std::string& folder);

} // namespace longyang::caseio::imports
