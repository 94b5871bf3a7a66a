#pragma once

#include "base/comm.hpp"
#include "results/content.hpp"

#include <string>
#include <string_view>

namespace longyang::results {

/// How results files begin.
inline constexpr std::string_view hdf5_signature = "\x89HDF\r\n\x1a\n";

/// Before a run: throws Error (file) where no file of this name can be written, or something else
/// has it that begins otherwise than what is to be written (a table of the case, say), Error
/// (usage) where it has no name.
void require_writable(const std::string& path, std::string_view begins_with = hdf5_signature);

/// Writes a results file. Collective. Hourly data are written by all ranks at once, each the hours
/// that it holds after one exchange; what is small is then added by the root, from the root's
/// content (header, certificate, stages, limits, ...). The file grows under the name
/// part_name(path) and gets its own name as the last step, so that `path` is never half a file; an
/// older file of that name is replaced.
/// Hourly tables that are empty on all ranks are stored as NaN ("not reached"); what follows from
/// them is NaN as well.
/// Throws Error (file) on every rank where the file cannot be written; Error (defect) where a table
/// has not the shape of the system's.
void write_results(const Comm& comm, const std::string& path, const grid::System& system,
                   const partition::Owners& owners, const Content& content);

} // namespace longyang::results
