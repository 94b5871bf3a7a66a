#pragma once

#include "caseio/read_case.hpp"

#include <string>

namespace longyang::caseio {

/// The case format in Markdown: case.toml, every table and column, profiles. docs/formats/case.md
/// is this text; `longyang check --explain` prints it.
[[nodiscard]] std::string explain_format();

/// Every default that was filled in, in Markdown.
[[nodiscard]] std::string explain_defaults(const LoadedCase& loaded);

} // namespace longyang::caseio
