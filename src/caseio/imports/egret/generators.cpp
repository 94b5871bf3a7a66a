#include "caseio/imports/egret/making.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

namespace longyang::caseio::imports::egret {
namespace {

constexpr double largest_unit_mw = 1e4; // of the case's columns
constexpr double least_unit_mw = 0.001;
constexpr double largest_renewable_mw = 1e6;
constexpr int longest_h = 720;
constexpr int year_h = 8760;

/// A technology of the case for the fuel and type of unit that the file states.
std::string technology_of(const JsonPlace& unit) {
    const auto word = [&](const char* key) {
        std::string text = unit.has(key) ? unit.at(key).text() : "";
        for (char& c : text) {
            c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            c = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '_';
        }
        return text;
    };
    const std::string fuel = word("fuel");
    const std::string type = word("unit_type");
    using Pair = std::pair<std::string_view, std::string_view>;
    constexpr std::array known = {Pair{"c", "coal"},   Pair{"n", "nuclear"}, Pair{"o", "oil"},
                                  Pair{"h", "hydro"},  Pair{"w", "wind"},    Pair{"s", "pv"},
                                  Pair{"solar", "pv"}, Pair{"g", "gas"},     Pair{"ng", "gas"}};
    const auto found = std::find_if(known.begin(), known.end(),
                                    [&](const auto& pair) { return pair.first == fuel; });
    const std::string plain(found == known.end() ? std::string_view(fuel) : found->second);
    if (plain == "gas" && (type == "cc" || type == "ct")) {
        return type == "cc" ? "gas_ccgt" : "gas_ocgt";
    }
    return plain.empty() ? "unknown" : plain;
}

/// Cost (or fuel) by output: points, or a polynomial.
CostFunction function_of(const JsonPlace& curve) {
    CostFunction function{true, 1, {}};
    const bool cost = curve.has("data_type") && curve.at("data_type").text() == "cost_curve";
    const char* const kind = cost ? "cost_curve_type" : "fuel_curve_type";
    if (curve.has(kind) && curve.at(kind).text() == "polynomial") {
        function.model = 2;
        function.value.assign(3, 0.0);
        for (const auto& [power, coefficient] : curve.at("values").members()) {
            if (power != "0" && power != "1" && power != "2") {
                coefficient.fault(fmt::format("a term of power \"{}\"", power), "0, 1 or 2");
                continue;
            }
            function.value[static_cast<std::size_t>('2' - power[0])] = coefficient.number();
        }
        return function;
    }
    for (const JsonPlace& point : curve.at("values").items()) {
        const std::vector<double> at = point.numbers(2);
        const std::size_t n = function.value.size();
        if (n > 0 && at[0] == function.value[n - 2] && at[1] == function.value[n - 1]) {
            continue;
        }
        if (n > 0 && at[0] <= function.value[n - 2]) {
            point.fault(fmt::format("a point at {} MW", at[0]),
                        fmt::format("more than {} in the point before", function.value[n - 2]));
        }
        function.value.insert(function.value.end(), at.begin(), at.end());
    }
    return function;
}

/// Adds `more` to the cost at every output, and multiplies what was there by `factor`.
void scale(CostFunction& function, double factor, double more) {
    for (std::size_t k = 0; k < function.value.size(); ++k) {
        function.value[k] *= function.model == 2 || k % 2 == 1 ? factor : 1.0;
        function.value[k] += function.model == 1 && k % 2 == 1 ? more : 0.0;
    }
    if (function.model == 2) {
        function.value.back() += more;
    }
}

class Generators {
public:
    explicit Generators(Making& making) : m_(making) {}

    void write(const JsonPlace& elements) {
        for (const auto& [name, unit] : elements.at("generator").members()) {
            if (!in_service(unit, "generator " + name, m_.notes)) {
                continue;
            }
            const std::string type =
                unit.has("generator_type") ? unit.at("generator_type").text() : "thermal";
            if (type == "thermal") {
                write_thermal(unit, name);
            } else if (type == "renewable") {
                write_renewable(unit, name);
            } else if (type == "virtual") {
                m_.notes.add("virtual generators (bids without a plant), left out", name);
            } else if (!type.empty()) {
                unit.at("generator_type")
                    .fault(unit.at("generator_type").shown(), "thermal, renewable or virtual");
            }
        }
    }

private:
    /// The profile of a limit that moves from hour to hour, as share of p_max_mw; else none.
    std::string limit_profile(const Series& limit, const char* what, const std::string& name,
                              double p_max_mw) {
        return limit.constant()
                   ? ""
                   : m_.profiles.add(fmt::format("{}_{}", what, name), limit.over(p_max_mw));
    }

    /// Limits of a unit by hour; a fault where they cross.
    std::pair<Series, Series> limits(const JsonPlace& unit, const Range& range) const {
        std::pair<Series, Series> limits = {series_or(unit, "p_min", m_.hours, 0.0, range),
                                            series_or(unit, "p_max", m_.hours, 0.0, range)};
        for (std::size_t t = 0; t < m_.hours; ++t) {
            if (limits.first.value[t] > limits.second.value[t]) {
                unit.at("p_min").fault(
                    fmt::format("{} in hour {}", limits.first.value[t], t),
                    fmt::format("at most p_max, which is {} there", limits.second.value[t]));
                break;
            }
        }
        return limits;
    }

    void write_thermal(const JsonPlace& unit, const std::string& name) {
        const auto [least, most] = limits(unit, {0.0, largest_unit_mw, "MW"});
        if (most.most() == 0.0) {
            m_.notes.add("generators whose p_max is 0, left out", name);
            return;
        }
        const double p_max = std::max(most.most(), least_unit_mw);
        const bool short_of = p_max > most.most();
        const double p_min = least.least();
        const int min_up = whole_hours(unit, "min_up_time", name);
        const int min_down = whole_hours(unit, "min_down_time", name);
        const double ramp_up = ramp(unit, "ramp_up_60min");
        const double ramp_down = ramp(unit, "ramp_down_60min");
        const bool free =
            !unit.has("p_fuel") && !unit.has("p_cost") && !unit.has("non_fuel_no_load_cost");
        std::vector<std::string> row = {name,
                                        bus_of(unit, "bus", m_),
                                        free ? "free" : "cost",
                                        technology_of(unit),
                                        "1",
                                        cell(p_min),
                                        cell(p_max),
                                        fmt::format("{}", min_up),
                                        fmt::format("{}", min_down),
                                        cell(ramp_up),
                                        cell(ramp_down)};
        row.push_back(cell(start_limit(unit, "startup_capacity", name, p_min, ramp_up)));
        row.push_back(cell(start_limit(unit, "shutdown_capacity", name, p_min, ramp_down)));
        row.push_back(cell(p_max - p_min));
        const auto [must, must_profile] = must_run(unit, name);
        row.push_back(must);
        row.push_back(must_profile);
        row.push_back(limit_profile(least, "p_min", name, p_max));
        row.push_back(short_of ? m_.profiles.add("p_max_" + name, most.over(p_max))
                               : limit_profile(most, "p_max", name, p_max));
        row.push_back(cell(unit.number_or("failure_rate", 0.0, {0.0, 0.9, ""})));
        for (std::string& figure : initial_state(unit, name, p_min, p_max)) {
            row.push_back(std::move(figure));
        }
        thermal_of(m_.tables).rows.push_back(std::move(row));
        if (free) {
            m_.notes.add("generators without a cost of output", name);
            write_free(name, p_min, p_max);
        } else {
            write_cost(unit, name, p_min, p_max);
        }
        write_starts(unit, name, min_down);
        write_machine(unit, name, p_max);
        if (unit.number_or("shutdown_cost", 0.0) != 0.0) {
            m_.notes.add("costs of a stop (shutdown_cost), without counterpart", name);
        }
        for (const char* const curve : {"startup_curve", "shutdown_curve"}) {
            if (unit.has(curve) && !unit.at(curve).items().empty()) {
                m_.notes.add("output while a unit starts or stops (startup_curve, "
                             "shutdown_curve), without counterpart",
                             name);
            }
        }
        if (unit.has("fuel_supply") || unit.has("aux_fuel_supply")) {
            m_.notes.add("generators whose fuel is limited by a fuel_supply: without that limit",
                         name);
        }
        if (unit.has("aux_fuel_capable") && unit.at("aux_fuel_capable").flag()) {
            m_.notes.add("generators of two fuels: the first one alone", name);
        }
        note_others(unit, "generator",
                    {"generator_type",
                     "bus",
                     "in_service",
                     "fuel",
                     "unit_type",
                     "p_min",
                     "p_max",
                     "ramp_up_60min",
                     "ramp_down_60min",
                     "startup_capacity",
                     "shutdown_capacity",
                     "min_up_time",
                     "min_down_time",
                     "initial_status",
                     "initial_p_output",
                     "fixed_commitment",
                     "must_run",
                     "failure_rate",
                     "p_cost",
                     "p_fuel",
                     "fuel_cost",
                     "non_fuel_no_load_cost",
                     "startup_cost",
                     "startup_fuel",
                     "non_fuel_startup_cost",
                     "shutdown_cost",
                     "startup_curve",
                     "shutdown_curve",
                     "fuel_supply",
                     "aux_fuel_supply",
                     "aux_fuel_capable",
                     "q_min",
                     "q_max",
                     "vg"},
                    m_.notes);
    }

    int whole_hours(const JsonPlace& unit, const char* key, const std::string& name) {
        const double h = std::ceil(unit.number_or(key, 0.0, {0.0, HUGE_VAL, "h"}));
        if (h > longest_h) {
            m_.notes.add(fmt::format("least times on or off above {} h: that", longest_h), name);
        }
        return static_cast<int>(std::clamp(h, 1.0, static_cast<double>(longest_h)));
    }

    [[nodiscard]] static double ramp(const JsonPlace& unit, const char* key) {
        return std::min(unit.number_or(key, largest_ramp_mw, {0.0, HUGE_VAL, "MW/h"}),
                        largest_ramp_mw);
    }

    double start_limit(const JsonPlace& unit, const char* key, const std::string& name,
                       double p_min, double ramp_mw) {
        const Series limit =
            series_or(unit, key, m_.hours, p_min + 0.5 * ramp_mw, {0.0, HUGE_VAL, "MW"});
        if (!limit.constant()) {
            m_.notes.add("limits of starts and stops that change by hour: the least of them", name);
        }
        return std::clamp(limit.least(), p_min, largest_ramp_mw);
    }

    /// must_run_units and must_run_profile; hours in which it must not run become outages.
    std::pair<std::string, std::string> must_run(const JsonPlace& unit, const std::string& name) {
        const bool flagged = unit.has("must_run") && unit.at("must_run").flag();
        if (!unit.has("fixed_commitment")) {
            return {flagged ? "1" : "0", ""};
        }
        Series on{std::vector<double>(m_.hours, 0.0)};
        std::vector<char> off(m_.hours, 0);
        const std::vector<JsonPlace> fixed = by_hour(unit.at("fixed_commitment"), m_.hours);
        for (std::size_t t = 0; t < fixed.size(); ++t) {
            if (!fixed[t].is_null()) {
                const bool runs = fixed[t].flag();
                on.value[t] = runs ? 1.0 : 0.0;
                off[t] = runs ? 0 : 1;
            }
        }
        for (std::size_t t = 0; t < m_.hours; ++t) {
            if (off[t] != 0 && (t == 0 || off[t - 1] == 0)) {
                const auto end =
                    std::find(off.begin() + static_cast<std::ptrdiff_t>(t), off.end(), 0);
                m_.tables.table("outages", {"plant", "from_hour", "to_hour", "units"})
                    .rows.push_back(
                        {name, fmt::format("{}", t), fmt::format("{}", end - off.begin()), "1"});
                m_.notes.add("hours in which fixed_commitment keeps a unit off: outages", name);
            }
        }
        if (on.constant()) {
            return {on.value[0] > 0.0 ? "1" : "0", ""};
        }
        return {"1", m_.profiles.add("must_run_" + name, on.value)};
    }

    /// initial_units_on, initial_h, initial_p_mw
    std::vector<std::string> initial_state(const JsonPlace& unit, const std::string& name,
                                           double p_min, double p_max) {
        if (!unit.has("initial_status")) {
            m_.notes.add("generators without initial_status: free before the first hour", name);
            return {"-1", cell(year_h), "0"};
        }
        const double status = unit.number("initial_status");
        if (status == 0.0) {
            unit.at("initial_status").fault("0", "hours on (above 0) or off (below 0)");
        }
        const double h = std::clamp(std::floor(std::abs(status)), 1.0, static_cast<double>(year_h));
        if (status <= 0.0) {
            return {"0", cell(h), "0"};
        }
        const double given = unit.number("initial_p_output", {0.0, HUGE_VAL, "MW"});
        const double p = std::clamp(given, p_min, p_max);
        if (p != given) {
            m_.notes.add("outputs before the first hour beyond a unit's limits: the limit", name);
        }
        return {"1", cell(h), cell(p)};
    }

    /// A figure that a case has once where the file has it by hour.
    double once(const Series& s, const char* key, const std::string& name) {
        if (!s.constant()) {
            m_.notes.add(fmt::format("{} that changes by hour: its mean", key), name);
        }
        return s.constant() ? s.value[0] : s.mean();
    }

    void write_cost(const JsonPlace& unit, const std::string& name, double p_min, double p_max) {
        CostFunction function;
        const bool fuel = unit.has("p_fuel");
        if (fuel || unit.has("p_cost")) {
            const std::vector<JsonPlace> curves =
                by_hour(unit.at(fuel ? "p_fuel" : "p_cost"), m_.hours);
            if (curves.empty()) {
                return;
            }
            if (curves.size() > 1 && curves[1].path() != curves[0].path()) {
                m_.notes.add("cost curves that change by hour: the first hour's", name);
            }
            function = function_of(curves[0]);
        }
        if (fuel) {
            scale(function, once(series(unit.at("fuel_cost"), m_.hours), "fuel_cost", name), 0.0);
        }
        const double no_load = once(series_or(unit, "non_fuel_no_load_cost", m_.hours, 0.0),
                                    "non_fuel_no_load_cost", name);
        if (!function.given) {
            function = {true, 2, {0.0, 0.0}};
        }
        scale(function, 1.0, no_load);
        m_.curves.add(name, 1, cost_curve(function, p_min, p_max, m_.choices.chords), m_.notes);
    }

    void write_starts(const JsonPlace& unit, const std::string& name, int min_down) {
        const double fixed = unit.number_or("non_fuel_startup_cost", 0.0, {0.0, HUGE_VAL, ""});
        const bool fuel = unit.has("startup_fuel");
        const double price =
            fuel ? once(series(unit.at("fuel_cost"), m_.hours), "fuel_cost", name) : 1.0;
        std::vector<std::pair<int, double>> tiers;
        const char* const key = fuel ? "startup_fuel" : "startup_cost";
        if (!unit.has(key)) {
            tiers.emplace_back(1, fixed);
        } else if (unit.at(key).is_array()) {
            for (const JsonPlace& tier : unit.at(key).items()) {
                const std::vector<double> at = tier.numbers(2, {0.0, HUGE_VAL, ""});
                const int off_h = static_cast<int>(
                    std::clamp(std::round(at[0]), 1.0, static_cast<double>(year_h)));
                const double cost = fixed + price * at[1];
                if (!tiers.empty() && (off_h <= tiers.back().first || cost < tiers.back().second)) {
                    tier.fault(fmt::format("{} h, {}", at[0], at[1]),
                               "more hours than before, and no lower cost");
                }
                tiers.emplace_back(off_h, cost);
            }
        } else {
            tiers.emplace_back(1, fixed + price * unit.number(key, {0.0, HUGE_VAL, ""}));
        }
        if (!tiers.empty() && tiers.front().first > min_down) {
            m_.notes.add("start costs that begin after the least time off: from there on", name);
            tiers.front().first = min_down;
        }
        if (tiers.empty() || tiers.back().second == 0.0) {
            return;
        }
        for (const auto& [off_h, cost] : tiers) {
            m_.tables.table("start_tiers", {"plant", "off_h", "cost_cny"})
                .rows.push_back({name, fmt::format("{}", off_h), cell(cost)});
        }
    }

    /// What holds voltages and gives short-circuit power: the file may say no more than its power.
    void write_machine(const JsonPlace& unit, const std::string& name, double p_max) {
        constexpr double power_factor = 0.85;
        const Range mvar = {-1e5, 1e5, "Mvar"};
        m_.tables
            .table("machines", {"name", "bus", "plant_table", "plant", "s_mva", "q_min_mvar",
                                "q_max_mvar", "v_set_pu", "quality", "note"})
            .rows.push_back({name, bus_of(unit, "bus", m_), "thermal", name,
                             cell(p_max / power_factor), cell(unit.number_or("q_min", 0.0, mvar)),
                             cell(unit.number_or("q_max", 0.0, mvar)),
                             cell(unit.number_or("vg", 0.0, {0.0, 1.5, "pu"})), "estimated",
                             "s_mva from the limit of power"});
    }

    void write_renewable(const JsonPlace& unit, const std::string& name) {
        auto [least, most] = limits(unit, {-HUGE_VAL, largest_renewable_mw, "MW"});
        if (least.least() < 0.0) {
            m_.notes.add("outputs below 0 of renewable generators: 0", name);
            for (std::size_t t = 0; t < m_.hours; ++t) {
                least.value[t] = std::max(least.value[t], 0.0);
                most.value[t] = std::max(most.value[t], 0.0);
            }
        }
        const double cost = once(series_or(unit, "p_cost", m_.hours, 0.0), "p_cost", name);
        if (least.most() > 0.0) {
            write_must_take(unit, name, least, most, cost);
        } else {
            const double capacity = most.most();
            m_.tables
                .table("renewables", {"name", "bus", "technology", "capacity_mw", "profile",
                                      "variable_om_cny_per_mwh", "curtailment_cny_per_mwh"})
                .rows.push_back({name, bus_of(unit, "bus", m_), technology_of(unit), cell(capacity),
                                 m_.profiles.add("available_" + name, most.over(capacity)),
                                 cell(std::max(cost, 0.0)), cell(std::max(-cost, 0.0))});
            if (cost < 0.0) {
                m_.notes.add("costs below 0 of renewable generators: a price of curtailment", name);
                m_.above_egret -= cost * most.mean() * static_cast<double>(m_.hours);
            }
        }
        note_others(unit, "generator",
                    {"generator_type", "bus", "in_service", "fuel", "unit_type", "p_min", "p_max",
                     "p_cost"},
                    m_.notes);
    }

    /// What has to be taken cannot be curtailed: a unit that always runs between its limits.
    void write_must_take(const JsonPlace& unit, const std::string& name, const Series& least,
                         const Series& most, double cost) {
        m_.notes.add(
            "renewable generators with a least output: thermal rows that must run, between "
            "the file's limits, for their own cost alone",
            name);
        if (most.most() > largest_unit_mw) {
            unit.at("p_max").fault(
                fmt::format("{}", most.most()),
                fmt::format("at most {} MW with a p_min above 0", largest_unit_mw));
        }
        const double p_max = std::max(most.most(), least_unit_mw);
        const bool free = cost <= 0.0;
        if (cost < 0.0) {
            m_.notes.add("costs below 0 of generators with a least output: 0", name);
        }
        add_must_take(m_.tables, m_.profiles,
                      {name, bus_of(unit, "bus", m_), free ? "free" : "cost", technology_of(unit)},
                      p_max, least, most);
        if (free) {
            write_free(name, 0.0, p_max);
        } else {
            m_.curves.add(name, 1, cost_curve({true, 2, {cost, 0.0}}, 0.0, p_max, 1), m_.notes);
        }
    }

    /// A heat curve has to rise: it does, on a fuel without a price.
    void write_free(const std::string& name, double p_min, double p_max) {
        m_.curves.add(name, 1, cost_curve({true, 2, {1.0, 0.0}}, p_min, p_max, 1), m_.notes);
        CostCurves::write_free_fuel(m_.tables);
    }

    Making& m_;
};

} // namespace

void write_generators(const JsonPlace& elements, Making& making) {
    if (elements.has("generator")) {
        Generators(making).write(elements);
    }
}

} // namespace longyang::caseio::imports::egret
