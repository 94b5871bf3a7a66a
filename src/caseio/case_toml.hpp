#pragma once

#include "caseio/changes.hpp"
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
    std::string file; ///< case.toml, or that of a base
    int line = 0;     ///< of the file
};

struct CaseToml {
    bool readable = true;                   ///< false: it is no TOML, and nothing of it is known
    grid::CaseInfo info;                    ///< without folder and hash
    std::vector<std::string> profile_files; ///< relative to the case; those of a base first
    int profiles_line = 0;
    std::vector<Change> changes; ///< in the order in which they hold: those of a base first
    std::vector<RunSetting> run;
    std::vector<std::string> filled_in;          ///< keys that took their default
    std::vector<std::string> security_filled_in; ///< those of [security]
    std::vector<Fault> faults;
};

/// A case.toml, and where it lies.
struct TomlText {
    std::string folder; ///< relative to the case's: "" or "../2030/"
    std::string_view bytes;
};

/// Reads the case.toml of a case and of those it varies, the farthest base first: later keys win
/// over earlier ones, lists go on. Does not throw: what is wrong is told in `faults`.
[[nodiscard]] CaseToml parse_case_toml(std::span<const TomlText> levels);

/// The same of a case that varies none.
[[nodiscard]] CaseToml parse_case_toml(std::string_view bytes);

/// The profile files that one case.toml names; none where it cannot be read.
[[nodiscard]] std::vector<std::string> profile_files(std::string_view bytes);

/// The folder that it varies, relative to its own; empty: none.
[[nodiscard]] std::string base_folder(std::string_view bytes);

/// A number of case.toml, where it stands and what it may be.
struct CaseNumber {
    std::string name; ///< those of [security] as "security.miscr_min"
    double* value = nullptr;
    double low = 0.0, high = 0.0;
    std::string expected; ///< in words
};

/// All numbers of case.toml, with pointers into `info`.
[[nodiscard]] std::vector<CaseNumber> case_numbers(grid::CaseInfo& info);

} // namespace longyang::caseio
