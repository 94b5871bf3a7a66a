#include "caseio/imports/unitcommitment_jl.hpp"

#include "caseio/imports/cost_curves.hpp"
#include "caseio/imports/hourly.hpp"
#include "caseio/imports/span_profiles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <initializer_list>
#include <iterator>
#include <set>
#include <utility>
#include <vector>

namespace longyang::caseio::imports::unitcommitment_jl {
namespace {

constexpr double largest_mw = 1e6; // of the case's columns
constexpr double largest_unit_mw = 1e4, least_unit_mw = 0.001;
constexpr double largest_price = 1e6;
constexpr int longest_h = 720;
constexpr int year_h = 8760;

constexpr const char* curve_mw = "Production cost curve (MW)";
constexpr const char* curve_cost = "Production cost curve ($)";

std::vector<std::pair<std::string, JsonPlace>> all(const JsonPlace& root, const char* kind) {
    return root.has(kind) ? root.at(kind).members()
                          : std::vector<std::pair<std::string, JsonPlace>>();
}

std::size_t hours_of(const JsonPlace& parameters) {
    if (parameters.number_or("Time step (min)", 60.0) != 60.0) {
        const JsonPlace step = parameters.at("Time step (min)");
        step.fault(step.shown(), "60: a case has hours");
    }
    if (parameters.has("Time horizon (min)")) {
        return static_cast<std::size_t>(
            std::max(parameters.at("Time horizon (min)").whole(60, 60 * year_h) / 60, 1));
    }
    return static_cast<std::size_t>(
        std::max(parameters.at("Time horizon (h)").whole(1, year_h), 1));
}

class Converter {
public:
    Converter(const std::string& file, const JsonPlace& root, std::size_t hours)
        : file_(file), root_(root), hours_(hours), profiles_(hours),
          loads_(tables_, profiles_, notes_) {}

    MadeCase convert() {
        const JsonPlace parameters = root_.at("Parameters");
        lost_load_ = std::clamp(parameters.number_or("Power balance penalty ($/MW)", 1000.0), 1.0,
                                largest_price);
        write_buses();
        write_lines();
        write_contingencies();
        write_reserves();
        for (const auto& [name, unit] : root_.at("Generators").members()) {
            const std::string type = unit.has("Type") ? unit.at("Type").text() : "Thermal";
            if (type == "Thermal") {
                write_thermal(unit, name);
            } else if (type == "Profiled") {
                write_profiled(unit, name);
            } else {
                unit.at("Type").fault(unit.at("Type").shown(), "Thermal or Profiled");
            }
        }
        for (const auto& [name, load] : all(root_, "Price-sensitive loads")) {
            above_ += loads_.priced(name, bus_of(load, "Bus"), series(load.at("Demand (MW)")),
                                    series(load.at("Revenue ($/MW)")));
            note_others(load, "price-sensitive load", {"Bus", "Demand (MW)", "Revenue ($/MW)"});
        }
        for (const auto& [name, storage] : all(root_, "Storage units")) {
            notes_.add("storage units, left out", name);
        }
        list_what_is_left(parameters);
        return finish();
    }

private:
    /// A number, or one for each hour.
    [[nodiscard]] Series series(const JsonPlace& place, const Range& range = {}) const {
        return {place.is_array() ? place.numbers(hours_, range)
                                 : std::vector<double>(hours_, place.number(range))};
    }
    [[nodiscard]] Series series_or(const JsonPlace& place, const char* key, double value,
                                   const Range& range = {}) const {
        return place.has(key) ? series(place.at(key), range)
                              : Series{std::vector<double>(hours_, value)};
    }
    [[nodiscard]] std::string bus_of(const JsonPlace& element, const char* key) const {
        const JsonPlace place = element.at(key);
        const std::string bus = place.text();
        if (!bus.empty() && buses_.count(bus) == 0) {
            place.fault(place.shown(), "a bus of Buses");
        }
        return bus;
    }
    void note_others(const JsonPlace& element, const char* kind,
                     std::initializer_list<const char*> read) {
        for (const auto& [key, value] : element.members()) {
            const bool known = std::any_of(read.begin(), read.end(),
                                           [&k = key](const char* name) { return k == name; });
            if (!known && element.has(key)) { // null: none
                notes_.add_once(fmt::format("members of a {} that are not read", kind), key);
            }
        }
    }
    /// A figure that a case has once where the file has it by hour.
    double once(const Series& s, const char* key, const std::string& name) {
        if (!s.constant()) {
            notes_.add(fmt::format("{} that changes by hour: its mean", key), name);
        }
        return s.constant() ? s.value[0] : s.mean();
    }

    void write_buses() {
        tables_.table("regions", {"name"}).rows.push_back({"system"});
        const Series none{std::vector<double>(hours_, 0.0)};
        for (const auto& [name, bus] : root_.at("Buses").members()) {
            buses_.insert(name);
            tables_.table("buses", {"name", "region", "kv"}).rows.push_back({name, "system", "1"});
            loads_.demand("load_" + name, name,
                          series(bus.at("Load (MW)"), {-largest_mw, largest_mw, "MW"}), none,
                          lost_load_);
            note_others(bus, "bus", {"Load (MW)"});
        }
    }

    void write_lines() {
        for (const auto& [name, line] : all(root_, "Transmission lines")) {
            const double susceptance = line.at("Susceptance (S)").number();
            if (susceptance == 0.0) {
                line.at("Susceptance (S)").fault("0", "a susceptance other than 0");
                continue;
            }
            lines_.insert(name);
            const double rating = limit_of(line, "Normal flow limit (MW)", name);
            const double emergency = limit_of(line, "Emergency flow limit (MW)", name);
            tables_
                .table("branches",
                       {"name", "from_bus", "to_bus", "x_pu", "rating_mw", "rating_emergency_mw"})
                .rows.push_back({name, bus_of(line, "Source bus"), bus_of(line, "Target bus"),
                                 cell(1.0 / susceptance), cell(rating),
                                 cell(rating > 0.0 && emergency > rating ? emergency : 0.0)});
            if (rating > 0.0) {
                notes_.add("lines whose limit may be broken at a price (Flow limit penalty): it "
                           "holds",
                           name);
            }
            note_others(line, "transmission line",
                        {"Source bus", "Target bus", "Susceptance (S)", "Reactance (ohms)",
                         "Normal flow limit (MW)", "Emergency flow limit (MW)",
                         "Flow limit penalty ($/MW)"});
        }
    }

    /// 0: none.
    double limit_of(const JsonPlace& line, const char* key, const std::string& name) {
        const double mw = once(series_or(line, key, 0.0, {0.0, HUGE_VAL, "MW"}), key, name);
        return mw > largest_mw ? 0.0 : mw;
    }

    void write_contingencies() {
        for (const auto& [name, contingency] : all(root_, "Contingencies")) {
            std::vector<std::string> lost;
            if (contingency.has("Affected lines")) {
                for (const JsonPlace& line : contingency.at("Affected lines").items()) {
                    lost.push_back(line.text());
                    if (lines_.count(lost.back()) == 0) {
                        line.fault(line.shown(), "a line of Transmission lines");
                    }
                }
            }
            const bool units = contingency.has("Affected generators") &&
                               !contingency.at("Affected generators").items().empty();
            if (units || lost.empty() || lost.size() > 2) {
                notes_.add("contingencies of generators or of more than two lines, left out", name);
                continue;
            }
            tables_.table("contingencies", {"name", "branch", "second_branch"})
                .rows.push_back({name, lost[0], lost.size() == 2 ? lost[1] : ""});
        }
    }

    void write_reserves() {
        for (const auto& [name, reserve] : all(root_, "Reserves")) {
            const std::string type = reserve.at("Type").text();
            if (type != "Spinning" && type != "spinning") {
                notes_.add("reserves that are not spinning, left out", name);
                continue;
            }
            if (!reserve_.empty()) {
                reserve.at("Type").fault("a second spinning reserve", "one of them at most");
                continue;
            }
            reserve_ = name;
            const Series need = series(reserve.at("Amount (MW)"), {0.0, 1e5, "MW"});
            const double penalty = once(series_or(reserve, "Shortfall penalty ($/MW)", -1.0),
                                        "Shortfall penalty ($/MW)", name);
            if (penalty < 0.0) {
                notes_.add(
                    fmt::format("reserves that may not be missing: {} per MW", largest_price),
                    name);
            }
            const double mw = need.most();
            tables_
                .table("reserves", {"name", "region", "direction", "kind", "fixed_mw",
                                    "fixed_profile", "shortfall_cny_per_mw"})
                .rows.push_back(
                    {name, "system", "up", "spinning", cell(mw),
                     need.constant() ? "" : profiles_.add("reserve_" + name, need.over(mw)),
                     cell(penalty < 0.0 ? largest_price : std::min(penalty, largest_price))});
        }
    }

    /// Points of the cost curve, rising; empty where they are not numbers that fit.
    CostFunction function_of(const JsonPlace& unit, const std::string& name) {
        const std::vector<JsonPlace> p = unit.at(curve_mw).items();
        const std::vector<JsonPlace> c = unit.at(curve_cost).items();
        if (p.size() != c.size() || p.empty()) {
            unit.at(curve_cost)
                .fault(fmt::format("{} points", c.size()),
                       fmt::format("{}, as of {}", p.size(), curve_mw));
            return {};
        }
        CostFunction function{true, 1, {}};
        for (std::size_t k = 0; k < p.size(); ++k) {
            const double mw = once(series(p[k], {0.0, largest_unit_mw, "MW"}), curve_mw, name);
            if (k > 0 && mw <= function.value[2 * k - 2]) {
                p[k].fault(fmt::format("{}", mw), fmt::format("more than {} in the point before",
                                                              function.value[2 * k - 2]));
            }
            function.value.push_back(mw);
            function.value.push_back(once(series(c[k]), curve_cost, name));
        }
        return function;
    }

    void write_thermal(const JsonPlace& unit, const std::string& name) {
        CostFunction function = function_of(unit, name);
        if (!function.given) {
            return;
        }
        const double p_min = function.value.front();
        const double p_max = std::max(function.value[function.value.size() - 2], least_unit_mw);
        const int min_down = whole_hours(unit, "Minimum downtime (h)");
        const double status = unit.number("Initial status (h)");
        if (status == 0.0) {
            unit.at("Initial status (h)").fault("0", "hours on (above 0) or off (below 0)");
        }
        const bool on = status > 0.0;
        const double before = on ? unit.number("Initial power (MW)", {0.0, HUGE_VAL, "MW"}) : 0.0;
        const double p = on ? std::clamp(before, p_min, p_max) : 0.0;
        if (p != before) {
            notes_.add("outputs before the first hour beyond a unit's limits: the limit", name);
        }
        const auto [must, must_profile] = must_run(unit, name);
        thermal_of(tables_).rows.push_back(
            {name,
             bus_of(unit, "Bus"),
             "cost",
             "unknown",
             "1",
             cell(p_min),
             cell(p_max),
             fmt::format("{}", whole_hours(unit, "Minimum uptime (h)")),
             fmt::format("{}", min_down),
             cell(limit(unit, "Ramp up limit (MW)")),
             cell(limit(unit, "Ramp down limit (MW)")),
             cell(std::max(limit(unit, "Startup limit (MW)"), p_min)),
             cell(std::max(limit(unit, "Shutdown limit (MW)"), p_min)),
             cell(eligible(unit) ? p_max - p_min : 0.0),
             must,
             must_profile,
             "",
             "",
             "0",
             on ? "1" : "0",
             cell(std::clamp(std::floor(std::abs(status)), 1.0, static_cast<double>(year_h))),
             cell(p)});
        curves_.add(name, 1, cost_curve(function, p_min, p_max, 1), notes_);
        write_starts(unit, name, min_down);
        write_machine(unit, name, p_max);
        note_others(unit, "generator",
                    {"Bus", "Type", curve_mw, curve_cost, "Startup delays (h)", "Startup costs ($)",
                     "Minimum uptime (h)", "Minimum downtime (h)", "Ramp up limit (MW)",
                     "Ramp down limit (MW)", "Startup limit (MW)", "Shutdown limit (MW)",
                     "Initial status (h)", "Initial power (MW)", "Must run?", "Commitment status",
                     "Reserve eligibility"});
    }

    [[nodiscard]] bool eligible(const JsonPlace& unit) const {
        if (reserve_.empty() || !unit.has("Reserve eligibility")) {
            return false;
        }
        const std::vector<JsonPlace> of = unit.at("Reserve eligibility").items();
        return std::any_of(of.begin(), of.end(),
                           [&](const JsonPlace& place) { return place.text() == reserve_; });
    }

    [[nodiscard]] static int whole_hours(const JsonPlace& unit, const char* key) {
        return std::max(static_cast<int>(std::ceil(
                            unit.number_or(key, 1.0, {0.0, static_cast<double>(longest_h), "h"}))),
                        1);
    }

    [[nodiscard]] static double limit(const JsonPlace& unit, const char* key) {
        return std::min(unit.number_or(key, largest_ramp_mw, {0.0, HUGE_VAL, "MW"}),
                        largest_ramp_mw);
    }

    /// must_run_units and must_run_profile; hours in which it must not run become outages.
    std::pair<std::string, std::string> must_run(const JsonPlace& unit, const std::string& name) {
        const bool always = unit.has("Must run?") && unit.at("Must run?").flag();
        Series on{std::vector<double>(hours_, always ? 1.0 : 0.0)};
        if (unit.has("Commitment status")) {
            const std::vector<JsonPlace> status = unit.at("Commitment status").items();
            if (status.size() != hours_) {
                unit.at("Commitment status")
                    .fault(fmt::format("{} of them", status.size()), fmt::format("{}", hours_));
                return {"0", ""};
            }
            for (std::size_t t = 0; t < hours_; ++t) {
                if (status[t].is_null()) {
                    continue;
                }
                on.value[t] = status[t].flag() ? 1.0 : 0.0;
                if (on.value[t] == 0.0) {
                    tables_.table("outages", {"plant", "from_hour", "to_hour", "units"})
                        .rows.push_back(
                            {name, fmt::format("{}", t), fmt::format("{}", t + 1), "1"});
                    notes_.add_once("hours in which Commitment status keeps a unit off: outages",
                                    name);
                }
            }
        }
        if (on.constant()) {
            return {on.value[0] > 0.0 ? "1" : "0", ""};
        }
        return {"1", profiles_.add("must_run_" + name, on.value)};
    }

    void write_starts(const JsonPlace& unit, const std::string& name, int min_down) {
        if (!unit.has("Startup costs ($)")) {
            return;
        }
        const std::vector<JsonPlace> costs = unit.at("Startup costs ($)").items();
        const std::vector<double> delays =
            unit.at("Startup delays (h)").numbers(costs.size(), {0.0, HUGE_VAL, "h"});
        int last_h = 0;
        for (std::size_t k = 0; k < costs.size(); ++k) {
            const double cost = costs[k].number({0.0, 1e8, "$"});
            int off_h = static_cast<int>(
                std::clamp(std::ceil(delays[k]), 1.0, static_cast<double>(year_h)));
            off_h = k == 0 ? std::min(off_h, min_down) : off_h;
            if (off_h <= last_h) {
                unit.at("Startup delays (h)")
                    .fault(fmt::format("{}", delays[k]), "more hours than before");
            }
            last_h = off_h;
            if (costs.size() > 1 || cost > 0.0) {
                tables_.table("start_tiers", {"plant", "off_h", "cost_cny"})
                    .rows.push_back({name, fmt::format("{}", off_h), cell(cost)});
            }
        }
    }

    void write_profiled(const JsonPlace& unit, const std::string& name) {
        const Series least = series_or(unit, "Minimum power (MW)", 0.0, {0.0, largest_mw, "MW"});
        const Series most = series(unit.at("Maximum power (MW)"), {0.0, largest_mw, "MW"});
        const double cost =
            once(series_or(unit, "Cost ($/MW)", 0.0, {0.0, 1e4, "$/MW"}), "Cost ($/MW)", name);
        note_others(unit, "generator",
                    {"Bus", "Type", "Minimum power (MW)", "Maximum power (MW)", "Cost ($/MW)"});
        if (least.most() > 0.0) {
            write_must_take(unit, name, least, most, cost);
            return;
        }
        tables_
            .table("renewables", {"name", "bus", "technology", "capacity_mw", "profile",
                                  "variable_om_cny_per_mwh", "curtailment_cny_per_mwh"})
            .rows.push_back({name, bus_of(unit, "Bus"), "profiled", cell(most.most()),
                             profiles_.add("available_" + name, most.over(most.most())), cell(cost),
                             "0"});
    }

    /// What has to be taken cannot be curtailed: a unit that always runs between its limits.
    void write_must_take(const JsonPlace& unit, const std::string& name, const Series& least,
                         const Series& most, double cost) {
        notes_.add("profiled generators with a least output: thermal rows that must run, between "
                   "the file's limits, for their own cost alone",
                   name);
        for (std::size_t t = 0; t < hours_; ++t) {
            if (least.value[t] > most.value[t] || most.value[t] > largest_unit_mw) {
                unit.at("Maximum power (MW)")
                    .fault(fmt::format("{} in hour {}", most.value[t], t),
                           fmt::format("{} (the least output there) to {}", least.value[t],
                                       largest_unit_mw));
                return;
            }
        }
        const double p_max = std::max(most.most(), least_unit_mw);
        add_must_take(tables_, profiles_,
                      {name, bus_of(unit, "Bus"), cost > 0.0 ? "cost" : "free", "profiled"}, p_max,
                      least, most);
        curves_.add(name, 1, cost_curve({true, 2, {cost > 0.0 ? cost : 1.0, 0.0}}, 0.0, p_max, 1),
                    notes_);
        if (cost == 0.0) {
            curves_.write_free_fuel(tables_);
        }
    }

    /// What gives short-circuit power: the file says nothing of it but the power.
    void write_machine(const JsonPlace& unit, const std::string& name, double p_max) {
        constexpr double power_factor = 0.85;
        tables_
            .table("machines",
                   {"name", "bus", "plant_table", "plant", "s_mva", "v_set_pu", "quality", "note"})
            .rows.push_back({name, bus_of(unit, "Bus"), "thermal", name, cell(p_max / power_factor),
                             "0", "estimated", "s_mva from the limit of power"});
    }

    void list_what_is_left(const JsonPlace& parameters) {
        note_others(parameters, "section of parameters",
                    {"Version", "Time horizon (h)", "Time horizon (min)", "Time step (min)",
                     "Power balance penalty ($/MW)", "Scenario name", "Scenario weight"});
        note_others(root_, "file",
                    {"SOURCE", "Parameters", "Buses", "Generators", "Transmission lines",
                     "Contingencies", "Reserves", "Price-sensitive loads", "Storage units"});
        notes_.add("power balance penalty: the price of load not served; surplus has no price, "
                   "balances hold");
        if (above_ != 0.0) {
            notes_.add(fmt::format("the cost of a run lies {:.10g} above the objective of the same "
                                   "schedule, which counts served price-sensitive load as a gain",
                                   above_));
        }
    }

    MadeCase finish() {
        curves_.write(tables_);
        MadeCase made;
        Head head;
        head.tool = "unitcommitment";
        head.name = file_.substr(0, file_.rfind('.'));
        head.source = "UnitCommitment.jl instance " + file_;
        std::vector<CaseFile> tables = tables_.files();
        if (!profiles_.empty()) {
            head.more = "profiles = [\"profiles.csv\"]\n";
            tables.push_back(profiles_.file());
        }
        // The file says nothing of short-circuit power: renewable stations have no least ratio.
        head.more += fmt::format("\n[security]\nmrscr_min = 0\n\n[run]\nhours = {}\n", hours_);
        made.files.files.push_back(case_toml(head));
        std::move(tables.begin(), tables.end(), std::back_inserter(made.files.files));
        made.notes = notes_.words();
        made.readme = fmt::format(
            "# {}\n\nMade from the UnitCommitment.jl instance `{}` by `longyang import "
            "unitcommitment`. Do not edit the tables by hand; import again.\n\nThe file's {} hours "
            "are the first of the year; `longyang run` on this folder plans just these. Behind "
            "them profiles begin again.\n\n## What has no counterpart, or was changed\n\n",
            head.name, file_, hours_);
        for (const std::string& line : made.notes) {
            made.readme += fmt::format("- {}\n", line);
        }
        return made;
    }

    const std::string& file_;
    JsonPlace root_;
    std::size_t hours_;
    Tables tables_;
    SpanProfiles profiles_;
    Notes notes_;
    HourlyLoads loads_;
    CostCurves curves_;
    std::set<std::string> buses_, lines_;
    std::string reserve_; ///< the spinning one
    double lost_load_ = 0.0, above_ = 0.0;
};

} // namespace

MadeCase convert(const std::string& file, const nlohmann::json& root, JsonFaults& faults) {
    const JsonPlace place(root, faults);
    return Converter(file, place, hours_of(place.at("Parameters"))).convert();
}

Imported import_case(const std::string& file, const std::string& folder) {
    const std::string name = std::filesystem::path(file).filename().string();
    JsonFaults faults{name, {}};
    const nlohmann::json root =
        cut_json(bytes_of(file, "an instance of UnitCommitment.jl"), faults);
    require_none(file, faults.faults);
    MadeCase made = convert(name, root, faults);
    require_none(file, faults.faults);
    return write_case(std::move(made), folder);
}

} // namespace longyang::caseio::imports::unitcommitment_jl
