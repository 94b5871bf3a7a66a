#pragma once

#include "caseio/case_files.hpp"
#include "caseio/case_toml.hpp"
#include "caseio/fault.hpp"
#include "grid/tables.hpp"

#include <cstddef>
#include <string>
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
    std::vector<RunSetting> run;
    std::vector<FilledDefault> defaults;
};

/// Turns a case's files into tables by the registry. Does not throw for what is wrong in the case:
/// all of it is told in `faults`. The same files give the same result on every rank.
[[nodiscard]] LoadedCase parse_case(const CaseFiles& files);

} // namespace longyang::caseio
