#include "run/options.hpp"

#include "base/error.hpp"
#include "caseio/fault.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace longyang::run {
namespace {

template <class T>
T parse_number(const std::string& text, T low, T high, const std::string& expected) {
    T value{};
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    // Written so that a NaN fails too.
    if (error != std::errc() || rest != end || !(value >= low && value <= high)) {
        throw Error(Exit::usage, fmt::format("found \"{}\", expected {}", text, expected));
    }
    return value;
}

struct Registry {
    std::vector<Option> list;

    void text(const char* name, std::string RunOptions::*member, const char* range,
              const char* standard, const char* meaning) {
        list.push_back({name, "-", range, standard, meaning, false, true, false, false, false,
                        [member](RunOptions& o, const std::string& v) { o.*member = v; }});
    }
    void choice(const char* name, std::string RunOptions::*member,
                const std::vector<std::string>& choices, const char* standard,
                const char* meaning) {
        const std::string range = fmt::format("{}", fmt::join(choices, " | "));
        list.push_back({name, "-", range, standard, meaning, false, true, false, false, false,
                        [member, choices, range](RunOptions& o, const std::string& v) {
                            if (std::find(choices.begin(), choices.end(), v) == choices.end()) {
                                throw Error(Exit::usage,
                                            fmt::format("found \"{}\", expected {}", v, range));
                            }
                            o.*member = v;
                        }});
    }
    void flag(const char* name, bool RunOptions::*member, const char* meaning) {
        list.push_back({name, "-", "true | false", "false", meaning, true, true, false, false,
                        false, [member](RunOptions& o, const std::string& v) {
                            if (v != "true" && v != "false") {
                                throw Error(Exit::usage,
                                            fmt::format("found \"{}\", expected true or false", v));
                            }
                            o.*member = v == "true";
                        }});
    }
    void list_of(const char* name, std::vector<std::string> RunOptions::*member, const char* range,
                 const char* meaning) {
        list.push_back({name, "-", range, "", meaning, false, true, true, true, true,
                        [member](RunOptions& o, const std::string& v) {
                            if (!v.empty()) {
                                (o.*member).push_back(v);
                            }
                        }});
    }
    /// The last option is one of `flow` alone.
    void only_flow() {
        list.back().of_run = false;
        list.back().of_flow = true;
    }
    void also_flow() { list.back().of_flow = true; }
    template <class T>
    void number(const char* name, T RunOptions::*member, const char* unit, T low, T high,
                const char* standard, const char* meaning) {
        const bool open = high == std::numeric_limits<T>::max();
        const std::string range =
            open ? fmt::format("from {}", low) : fmt::format("{} to {}", low, high);
        const std::string expected =
            fmt::format("a {} {}", std::is_integral_v<T> ? "whole number" : "number", range);
        list.push_back({name, unit, range, standard, meaning, false, true, false, false, false,
                        [member, low, high, expected](RunOptions& o, const std::string& v) {
                            o.*member = parse_number<T>(v, low, high, expected);
                        }});
    }
};

std::vector<Option> make_registry() {
    constexpr int any_int = std::numeric_limits<int>::max();
    constexpr double any = std::numeric_limits<double>::max();
    Registry r;
    r.text("output", &RunOptions::output, "path", "longyang.h5", "results file (-o)");
    r.text("from", &RunOptions::from, "date of the case's year", "",
           "first hour, as 2030-01-15 or 2030-01-15T18; empty: the year's first, of flow the "
           "schedule's. Hours of a case (or of its base) belong to its own from: who gives "
           "another one gives hours too, or gets the default");
    r.also_flow();
    r.number<int>("hours", &RunOptions::hours, "h", 1, 8760, "24",
                  "length of the span; flow: all of the schedule unless given");
    r.also_flow();
    r.choice("engine", &RunOptions::engine, {"choose", "highs", "prices"}, "choose",
             "highs: the span as one programme; prices: any span up to the year, unit by unit; "
             "choose: highs up to two days and 3000 plant-hours (six hours of the northwest) and "
             "with relax or write_mps, else prices");
    r.number<int>("iterations", &RunOptions::iterations, "-", 1, any_int, "300",
                  "changes of prices (engine prices); their steps fall over so many");
    r.number<int>("passes", &RunOptions::passes, "-", 1, any_int, "10",
                  "most tries to make units and levels whole, each with a dispatch (engine "
                  "prices)");
    r.number<int>(
        "improve_rounds", &RunOptions::improve_rounds, "-", 0, 100, "1",
        "times that the best schedule is improved where the gap asked for is not reached, 24 "
        "hours at once; the next time they begin 12 hours later; 0: never (engine prices; with "
        "security every time by limits worked out anew)");
    r.choice("security", &RunOptions::security, {"off", "strength", "n1", "ac", "all"}, "off",
             "limits of security that the schedule is made to keep (engine prices): strength: what "
             "HVDC lines may export and renewable stations feed in, by the units that run; n1: "
             "that and ratings after single outages; ac: strength and voltages of the AC power "
             "flow, by flows of sections; all: these, and ratings after outages of "
             "contingencies.csv with their schemes");
    r.number<int>("security_rounds", &RunOptions::security_rounds, "-", 1, 100, "3",
                  "most schedules made, each looked at by what it breaks; what is left is "
                  "reported");
    r.number<double>("security_cny_per_mwh", &RunOptions::security_cny_per_mwh, "CNY/MWh", 1.0, 1e6,
                     "5000", "at which a limit of security may be broken");
    r.flag("relax", &RunOptions::relax,
           "leave out integrality: units, levels and changes may be fractions (engine highs)");
    r.choice("relaxed_by", &RunOptions::relaxed_by, {"choose", "simplex", "interior"}, "choose",
             "how relaxed programmes are solved (engine highs): simplex: each round of limits from "
             "the basis of the one before; interior: each by an interior point method without "
             "crossover; choose: interior with relax over some days, else simplex");
    r.number<double>("gap", &RunOptions::gap, "-", 0.0, 1.0, "0.005",
                     "relative gap between cost and proven bound at which an integer solve ends");
    r.number<double>("time_limit_s", &RunOptions::time_limit_s, "s", 0.0, any, "0",
                     "for the whole run; the best schedule so far is written and the exit code is "
                     "5; 0: none");
    r.number<double>("checkpoint_s", &RunOptions::checkpoint_s, "s", 0.0, any, "600",
                     "so often the prices reached so far are written to the output, for --restart "
                     "where the run ends against its will; never over a schedule; 0: not (engine "
                     "prices)");
    r.number<int>("max_rounds", &RunOptions::max_rounds, "-", 1, any_int, "30",
                  "solves in which violated limits of branches and sections may still be added; "
                  "what is left is reported");
    r.number<int>(
        "limits_per_hour", &RunOptions::limits_per_hour, "-", 0, any_int, "10",
        "most violated limits of an hour that enter in one round, its worst; 0: all. What "
        "a secured run tells of ratings broken after outages is counted of these");
    r.also_flow();
    r.number<double>("flow_tolerance_mw", &RunOptions::flow_tolerance_mw, "MW", 0.0, 1000.0,
                     "0.001", "a flow beyond its limit by no more than this is none");
    r.also_flow();
    r.number<int>("threads", &RunOptions::threads, "-", 1, 1024, "1", "of HiGHS");
    r.number<long long>("outage_seed", &RunOptions::outage_seed, "-", 0,
                        std::numeric_limits<long long>::max(), "0",
                        "draws forced outages of thermal units; 0: none");
    r.text("write_mps", &RunOptions::write_mps, "path", "",
           "writes the last programme as an MPS file, with integrality unless relax is given "
           "(engine highs)");
    r.text("restart", &RunOptions::restart, "path", "",
           "results file of an earlier run of the same case and span, where this run goes on: from "
           "its network limits and schedule (engine highs), from its prices, behind the iterations "
           "that led to them (engine prices); where it is the output too, a run that is stopped "
           "leaves there the better schedule of the two");
    r.list_of("all_clean", &RunOptions::all_clean, "REGION:DATE/LENGTH",
              "hours in which no plant of a region (or all) burns fossil fuel, but for must-run "
              "units: qinghai:2030-05-20/7d (docs/user/all-clean.md); may be given several times");
    r.list.back().of_flow = r.list.back().of_check = false;
    r.list_of("set", &RunOptions::set, "table.column=value | =*factor",
              "changes the case's tables before they are checked: loads.mean_mw=*1.1, "
              "storages[technology=battery].capacity=*0.5 (docs/user/changes.md); may be given "
              "several times");
    r.list_of("without", &RunOptions::without, "table, class or name",
              "leaves rows out of the case, and those that refer to them: csp, "
              "thermal[region=qinghai], qishao; may be given several times");
    r.list_of("warm", &RunOptions::warm, "path",
              "results file of an earlier run by prices, of this case or one like it: its prices "
              "are where this run starts, in hours that it had not those of the nearest day "
              "(engine prices); may be given several times");
    r.list.back().of_flow = r.list.back().of_check = false;
    r.text("schedule", &RunOptions::schedule, "path", "",
           "results file whose schedule is looked at; empty: the case's own dispatch.csv");
    r.only_flow();
    r.text("tables", &RunOptions::tables, "path", "",
           "folder into which flows, voltages and export limits of all hours are written as CSV "
           "files; empty: nowhere");
    r.only_flow();
    r.number<int>("rows", &RunOptions::rows, "-", 1, 1000, "5", "of each table that is printed");
    r.only_flow();
    r.number<int>("ac_checked", &RunOptions::ac_checked, "-", 0, 8760, "3",
                  "hours whose AC power flow is solved a second time by PETSc, the worst ones");
    r.only_flow();
    r.flag("ignore_reactive_limits", &RunOptions::ignore_reactive_limits,
           "machines hold their voltage whatever reactive power that takes");
    r.only_flow();
    r.flag("ac_n1", &RunOptions::ac_n1,
           "AC power flow of every hour after the loss of every branch, one at a time");
    r.only_flow();
    r.list_of("explain_hour", &RunOptions::explain_hour, "date of an hour of the schedule",
              "tells an hour's export limits in full: which machines ran, every limit of every "
              "line, what one more machine, condenser or circuit would bring; may be given several "
              "times");
    r.only_flow();
    r.list.back().of_check = false;
    return std::move(r.list);
}

} // namespace

std::span<const Option> option_registry() {
    static const std::vector<Option> all = make_registry();
    return all;
}

std::string command_line_name(const std::string& name) {
    std::string dashed = fmt::format("--{}", name);
    std::replace(dashed.begin(), dashed.end(), '_', '-');
    return dashed;
}

RunOptions resolve_options(std::span<const GivenOption> given,
                           std::vector<std::pair<std::string, std::string>>& in_force) {
    const auto all = option_registry();
    RunOptions options;
    in_force.clear();
    for (const Option& option : all) {
        option.set(options, option.standard);
        in_force.emplace_back(option.name, option.standard);
    }
    for (const GivenOption& one : given) {
        const auto found = std::find_if(all.begin(), all.end(),
                                        [&](const Option& o) { return o.name == one.name; });
        if (found == all.end()) {
            std::vector<std::string> names;
            for (const Option& o : all) {
                names.push_back(o.name);
            }
            const std::string nearest = caseio::nearest_name(one.name, names);
            throw Error(Exit::usage,
                        fmt::format("{}: unknown option {}{}", one.origin, one.name,
                                    nearest.empty() ? "" : "; did you mean " + nearest + "?"));
        }
        try {
            found->set(options, one.value);
        } catch (const Error& e) {
            throw Error(Exit::usage,
                        fmt::format("{}: option {}: {}", one.origin, one.name, e.what()));
        }
        std::string& value = in_force[static_cast<std::size_t>(found - all.begin())].second;
        if (found->list && !value.empty()) {
            value += "; ";
            value += one.value;
        } else {
            value = one.value;
        }
    }
    std::erase_if(in_force, [&](const auto& option) {
        return std::none_of(all.begin(), all.end(),
                            [&](const Option& o) { return o.of_run && o.name == option.first; });
    });
    return options;
}

std::vector<GivenOption> given_by(const caseio::LoadedCase& loaded) {
    std::vector<GivenOption> given;
    for (const auto& option : loaded.run) {
        given.push_back({option.key, option.value, fmt::format("{}:{}", option.file, option.line)});
    }
    return given;
}

std::vector<std::string> wrong_options(const caseio::LoadedCase& loaded) {
    std::vector<std::string> told;
    for (const GivenOption& option : given_by(loaded)) {
        try {
            std::vector<std::pair<std::string, std::string>> in_force;
            (void)resolve_options(std::span(&option, 1), in_force);
        } catch (const Error& e) {
            told.emplace_back(e.what());
        }
    }
    return told;
}

std::vector<caseio::Change> changes_of(std::span<const GivenOption> given) {
    std::vector<std::string> set;
    std::vector<std::string> without;
    for (const GivenOption& option : given) {
        const bool of_case = option.name == "set" || option.name == "without";
        if (of_case && caseio::changes_of({option.value}, {}).empty()) {
            throw Error(Exit::usage, fmt::format("{}: option {}: found nothing, expected a change",
                                                 option.origin, option.name));
        }
        if (option.name == "set") {
            set.push_back(option.value);
        } else if (option.name == "without") {
            without.push_back(option.value);
        }
    }
    return caseio::changes_of(set, without);
}

namespace {

std::string describe(const Option& o) {
    std::string range; // a bar would end the table's cell
    for (const char letter : o.range) {
        range += letter == '|' ? std::string("\\|") : std::string(1, letter);
    }
    return fmt::format("| `{}` | {} | {} | {} | {} |\n", o.name, o.unit, range,
                       o.standard.empty() ? "(empty)" : fmt::format("`{}`", o.standard), o.meaning);
}

} // namespace

std::string describe_options() {
    constexpr const char* header =
        "| option | unit | range | default | meaning |\n|---|---|---|---|---|\n";
    std::string text = fmt::format(
        "# Options of `longyang run`\n\n"
        "Printed by `longyang info --options`. On the command line with dashes "
        "(`--time-limit-s 600`); in a case's `case.toml` under `[run]` as named "
        "here. The command line wins; what may be given several times adds up, anything "
        "else stands there once. What was in force is stored in the results file. "
        "`set` and `without` are those of `longyang check` and `longyang flow` "
        "too; in `case.toml` they are lists above `[run]`.\n\n{}",
        header);
    std::string of_flow;
    for (const Option& o : option_registry()) {
        text += o.of_run ? describe(o) : "";
        of_flow += o.of_flow ? describe(o) : "";
    }
    return text + fmt::format("\n# Options of `longyang flow`\n\nOn the command line; `[run]` of "
                              "`case.toml` holds for what both commands know, except `from` and "
                              "`hours`.\n\n{}{}",
                              header, of_flow);
}

} // namespace longyang::run
