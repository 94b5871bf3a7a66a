#pragma once

#include "caseio/changes.hpp"
#include "caseio/read_case.hpp"

#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace longyang::run {

/// Everything that can be asked of a run. Defaults, ranges and meanings stand in the registry
/// below.
struct RunOptions {
    std::string output;
    std::string from;
    int hours = 0;
    std::string engine;
    int iterations = 0, passes = 0, improve_rounds = 0;
    std::string security;
    int security_rounds = 0;
    double security_cny_per_mwh = 0.0;
    bool relax = false;
    std::string relaxed_by;
    double gap = 0.0;
    double time_limit_s = 0.0;
    double checkpoint_s = 600.0;
    int max_rounds = 0;
    int limits_per_hour = 0;
    double flow_tolerance_mw = 0.0;
    int threads = 0;
    long long outage_seed = 0;
    std::string write_mps;
    std::string restart;
    std::vector<std::string> warm; ///< results files
    std::string schedule, tables;  ///< of `flow`, as the next ones
    int rows = 0, ac_checked = 0;
    bool ignore_reactive_limits = false, ac_n1 = false;
    std::vector<std::string> set, without; ///< changes of the case, in their order
    std::vector<std::string> explain_hour; ///< of `flow`: hours told in full
    std::vector<std::string> all_clean;    ///< spans without fossil output, by region
};

/// One option, as it is documented, checked and set. `set` throws Error (usage) with the words
/// "found ..., expected ..." where the text does not fit.
struct Option {
    std::string name;     ///< as in case.toml; on the command line with dashes: --time-limit-s
    std::string unit;     ///< "-" where it has none
    std::string range;    ///< in words
    std::string standard; ///< default, as text
    std::string meaning;
    bool flag = false; ///< given without a value on the command line
    bool of_run = true, of_flow = false, of_check = false; ///< commands that take it
    bool list = false;                                     ///< may be given several times
    std::function<void(RunOptions&, const std::string&)> set;
};

/// The registry: the command line, case.toml's [run], docs/user/options.md and the results file
/// follow it.
[[nodiscard]] std::span<const Option> option_registry();

/// Options by name and value, in the order in which they were given, with where they come from.
struct GivenOption {
    std::string name, value;
    std::string origin; ///< "command line", "case.toml:12"
};

/// Those of a case's [run].
[[nodiscard]] std::vector<GivenOption> given_by(const caseio::LoadedCase& loaded);

/// What is in force of `run`: defaults, overridden by what was given, later ones over earlier ones.
/// `in_force` gets every option of `run` by name as text. Throws Error (usage) for an unknown name,
/// with the nearest one, or a bad value.
[[nodiscard]] RunOptions
resolve_options(std::span<const GivenOption> given,
                std::vector<std::pair<std::string, std::string>>& in_force);

/// What is wrong with each option of a case's [run] by itself, as resolve_options tells it.
[[nodiscard]] std::vector<std::string> wrong_options(const caseio::LoadedCase& loaded);

/// The changes of the case (`set`, `without`) among the options given.
[[nodiscard]] std::vector<caseio::Change> changes_of(std::span<const GivenOption> given);

/// docs/user/options.md.
[[nodiscard]] std::string describe_options();

/// "--time-limit-s" for time_limit_s.
[[nodiscard]] std::string command_line_name(const std::string& name);

} // namespace longyang::run
