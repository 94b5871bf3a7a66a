#pragma once

#include "caseio/fault.hpp"
#include "grid/tables.hpp"

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace longyang::caseio {

enum class KeyKind { text, number, integer, texts };

/// A top-level key of case.toml, as it is documented and checked.
struct CaseKey {
    std::string name;
    KeyKind kind = KeyKind::text;
    std::string unit; ///< "-" where it has none
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    std::optional<std::string> fallback; ///< none: required
    std::string meaning;
};

/// All top-level keys; besides them stand the tables [security] and [run].
[[nodiscard]] std::span<const CaseKey> case_keys();

/// A key of the table [security]: a number, and where it goes.
struct SecurityKey {
    CaseKey key;
    double grid::SecurityLimits::*member = nullptr;
};

[[nodiscard]] std::span<const SecurityKey> security_keys();

/// One option of [run], its value as text: numbers as in the file, dates as 2030-01-15 or
/// 2030-01-15T06, true or false. Which options there are, and their ranges, is known to the run.
struct RunSetting {
    std::string key, value;
    int line = 0; ///< of case.toml
};

struct CaseToml {
    bool readable = true; ///< false: it is no TOML, and nothing of it is known
    grid::CaseInfo info;  ///< without folder and hash
    std::vector<std::string> profile_files;
    int profiles_line = 0;
    std::vector<RunSetting> run;
    std::vector<std::string> filled_in;          ///< keys that took their default
    std::vector<std::string> security_filled_in; ///< those of [security]
    std::vector<Fault> faults;
};

/// Reads case.toml. Does not throw: what is wrong is told in `faults`.
[[nodiscard]] CaseToml parse_case_toml(std::string_view bytes);

/// The profile files that case.toml names; none where it cannot be read.
[[nodiscard]] std::vector<std::string> profile_files(std::string_view bytes);

} // namespace longyang::caseio
