#pragma once

#include "base/comm.hpp"
#include "base/error.hpp"
#include "caseio/changes.hpp"
#include "certify/certify.hpp"

#include <string>
#include <vector>

/// What the subcommands do. Each gives the exit code, or throws Error.
namespace longyang::cli {

/// Prints all faults of a case as changed, or that it has none; with `explain` also the defaults
/// that were filled in.
[[nodiscard]] Exit check(const Comm& comm, const std::string& folder, bool explain,
                         const std::vector<caseio::Change>& changes);
/// Prints what a case consists of, docs/formats/case.md.
[[nodiscard]] Exit explain_case_format(const Comm& comm);
[[nodiscard]] Exit report(const Comm& comm, const std::string& path);
/// ok where the files hold the same up to times and ranks, else Exit::different.
[[nodiscard]] Exit compare(const Comm& comm, const std::string& a, const std::string& b,
                           double rtol, double atol);
/// Works out again what a run by prices says of itself; prints tables, or JSON. ok where that is
/// confirmed, else Exit::numerical.
[[nodiscard]] Exit certify(const Comm& comm, const certify::Request& request, bool json);
enum class Topic { libraries, options, results_format };
[[nodiscard]] Exit info(const Comm& comm, Topic topic);
/// One line: version and git hash.
[[nodiscard]] std::string version_line();

} // namespace longyang::cli
