#pragma once

#include "base/comm.hpp"

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
/// case.toml names (those that could not be read are left out: parse_case tells).
struct CaseFiles {
    std::string folder; ///< as given
    std::vector<CaseFile> files;

    /// Null where there is none of that name.
    [[nodiscard]] const CaseFile* find(std::string_view name) const;
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

/// FNV-1a, 64 bits, over names and bytes of all files in the order of their names; 16 hex digits.
/// The folder's own name does not count.
[[nodiscard]] std::string hash_of(const CaseFiles& files);

} // namespace longyang::caseio
