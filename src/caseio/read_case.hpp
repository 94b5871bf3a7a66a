#pragma once

#include "caseio/case_files.hpp"
#include "caseio/case_toml.hpp"
#include "caseio/changes.hpp"
#include "caseio/fault.hpp"
#include "grid/tables.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace longyang::caseio {

/// A default that was filled in, and in how many rows.
struct FilledDefault {
    std::string table; ///< or case.toml
    std::string column;
    std::size_t rows = 0;
    std::string value; ///< as it would stand in the cell
};

/// A case as read. With faults, `system` is whole in shape but not in content: a cell that could
/// not be read holds NaN, for whole numbers the largest valid one, for references and profiles -1.
struct LoadedCase {
    grid::System system;
    std::vector<Fault> faults; ///< of form: columns, cells, names, references, profiles
    /// A file could not be read: what would follow from its rows says nothing about the case.
    bool unread = false;
    std::vector<RunSetting> run;
    std::vector<FilledDefault> defaults;
    std::vector<AppliedChange> changes;
    /// Words of the changes of a row, by file and line.
    std::map<std::pair<std::string, int>, std::string> changed_by;
    /// Files of tables that a base gives, by the name they would have in the case's own folder.
    std::map<std::string, std::string> file_of_table;
};

/// Turns a case's files into tables by the registry. Does not throw for what is wrong in the case:
/// all of it is told in `faults`. The same files give the same result on every rank. `changes` are
/// those of the command line; they follow those of case.toml.
[[nodiscard]] LoadedCase parse_case(const CaseFiles& files,
                                    const std::vector<Change>& changes = {});

} // namespace longyang::caseio
