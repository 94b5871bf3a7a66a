#pragma once

#include "base/comm.hpp"
#include "caseio/case_toml.hpp"
#include "caseio/changes.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace longyang::caseio {

struct CaseFile {
    std::string name; ///< path relative to the case's folder, as in case.toml
    std::string bytes;
};

/// A case as it lies on disk: case.toml, every CSV file of the folder, and the profile files that
/// case.toml names (those that could not be read are left out: parse_case tells). A case that
/// varies another (key `base`) has that one's files too, as "../2030/thermal.csv", where it has
/// none of that name itself; each case.toml comes before those of its base.
struct CaseFiles {
    std::string folder; ///< as given
    std::vector<CaseFile> files;

    /// Null where there is none of that name.
    [[nodiscard]] const CaseFile* find(std::string_view name) const;
    /// The same, of the nearest base where the case itself has none.
    [[nodiscard]] const CaseFile* find_nearest(const std::string& name) const;
};

/// Reads a case's folder on this rank. Throws Error: (file) where the folder does not exist or a
/// file in it cannot be read, (faulty_case) where it has no case.toml.
[[nodiscard]] CaseFiles read_files(const std::string& folder);

/// The same on every rank; only the root touches the disk. Collective.
[[nodiscard]] CaseFiles read_files(const Comm& comm, const std::string& folder);

/// The root's files on every rank. Collective.
[[nodiscard]] CaseFiles share_files(const Comm& comm, const CaseFiles& files);

[[nodiscard]] std::vector<std::byte> to_bytes(const CaseFiles& files);
/// Throws Error (defect) where the bytes are no such message.
[[nodiscard]] CaseFiles from_bytes(std::span<const std::byte> bytes);

/// Each case.toml, the farthest base's first.
[[nodiscard]] std::vector<TomlText> toml_texts(const CaseFiles& files);

/// The name of a base's file within the base; empty for the case's own files.
[[nodiscard]] std::string in_base(const CaseFiles& files, const std::string& name);

/// FNV-1a, 64 bits, over names and bytes of all files in the order of their names, and the changes
/// that the command line asks for; 16 hex digits. The folder's own name does not count.
[[nodiscard]] std::string hash_of(const CaseFiles& files, const std::vector<Change>& changes = {});

} // namespace longyang::caseio
