#include "caseio/imports/pglib_uc.hpp"

#include "caseio/imports/convex_curve.hpp"
#include "caseio/imports/cost_curves.hpp"
#include "caseio/imports/span_profiles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

namespace longyang::caseio::imports::pglib_uc {
namespace {

constexpr int hours_of_year = 8760;
constexpr double largest_heat = 1e6; // of the case's columns
constexpr double largest_price = 100.0;
constexpr double largest_fixed_mw = 1e5; // further up the profile does the rest
constexpr double equal_mw = 1e-6;        // figures of a file that mean the same
constexpr double least_slope_per_mwh = 1e-9;

struct StartUp {
    int lag_h = 0;
    double cost = 0.0;
};

/// A thermal generator; names of the format's own description (MODEL.pdf) behind them.
struct Generator {
    std::string name;
    double p_min_mw = 0.0, p_max_mw = 0.0;
    double ramp_up_mw = 0.0, ramp_down_mw = 0.0;          ///< RU, RD
    double ramp_startup_mw = 0.0, ramp_shutdown_mw = 0.0; ///< SU, SD
    int min_up_h = 0, min_down_h = 0;                     ///< UT, DT
    bool must_run = false, on_before = false;
    int hours_before = 0; ///< on (UT0) or off (DT0)
    double p_before_mw = 0.0;
    std::vector<StartUp> startup;
    std::vector<double> p_mw, cost_per_h;
};

struct Renewable {
    std::string name;
    std::vector<double> least_mw, most_mw;
};

struct Instance {
    int hours = 0;
    std::vector<double> demand_mw, reserves_mw;
    std::vector<Generator> generators;
    std::vector<Renewable> renewables;
};

/// Reads the document; what is faulty is told in the place's faults.
class Reader {
public:
    Reader(const JsonPlace& root, Notes& notes) : root_(root), notes_(notes) {}

    Instance read() {
        Instance instance;
        if (!root_.is_object()) {
            root_.fault(root_.shown(), "an object");
            return instance;
        }
        instance.hours = root_.at("time_periods").whole(1, hours_of_year);
        if (instance.hours == 0) {
            return instance; // no series could be right
        }
        const auto hours = static_cast<std::size_t>(instance.hours);
        instance.demand_mw = root_.at("demand").numbers(hours, {0.0, 1e6, "MW"});
        instance.reserves_mw = root_.at("reserves").numbers(hours, {0.0, 1e6, "MW"});
        for (const auto& [name, place] : root_.at("thermal_generators").members()) {
            instance.generators.push_back(generator(name, place));
        }
        for (const auto& [name, place] : root_.at("renewable_generators").members()) {
            instance.renewables.push_back(renewable(name, place, hours));
        }
        tell_what_is_left(
            root_, "",
            {"time_periods", "demand", "reserves", "thermal_generators", "renewable_generators"});
        return instance;
    }

private:
    static constexpr double inf = std::numeric_limits<double>::infinity();

    void tell_what_is_left(const JsonPlace& place, const std::string& whose,
                           std::initializer_list<std::string_view> known) {
        for (const auto& [name, member] : place.members()) {
            if (std::find(known.begin(), known.end(), name) == known.end()) {
                notes_.add(whose + "members that are not read", name);
            }
        }
    }

    void check_name(const std::string& name, const JsonPlace& place) {
        if (place.has("name") && place.at("name").text() != name) {
            notes_.add("generators that state another name than they are listed by: that one holds",
                       name);
        }
    }

    Generator generator(const std::string& name, const JsonPlace& place) {
        check_name(name, place);
        Generator g;
        g.name = name;
        g.p_max_mw = place.number("power_output_maximum", {0.001, 1e4, "MW"});
        g.p_min_mw = place.number("power_output_minimum", {0.0, 1e4, "MW"});
        // A maximum that is missing has told so itself.
        if (g.p_max_mw > 0.0 && g.p_min_mw > g.p_max_mw) {
            const JsonPlace least = place.at("power_output_minimum");
            least.fault(least.shown(),
                        fmt::format("at most power_output_maximum = {}", g.p_max_mw));
        }
        g.ramp_up_mw = place.number("ramp_up_limit", {0.0, inf, "MW"});
        g.ramp_down_mw = place.number("ramp_down_limit", {0.0, inf, "MW"});
        g.ramp_startup_mw = edge_ramp(place, "ramp_startup_limit", g.p_min_mw);
        g.ramp_shutdown_mw = edge_ramp(place, "ramp_shutdown_limit", g.p_min_mw);
        g.min_up_h = place.at("time_up_minimum").whole(0, 720);
        g.min_down_h = place.at("time_down_minimum").whole(0, 720);
        g.must_run = place.at("must_run").flag();
        read_state_before(place, g);
        read_startup(place.at("startup"), g);
        read_costs(place.at("piecewise_production"), g);
        tell_what_is_left(place, "thermal generators: ",
                          {"name", "power_output_maximum", "power_output_minimum", "ramp_up_limit",
                           "ramp_down_limit", "ramp_startup_limit", "ramp_shutdown_limit",
                           "time_up_minimum", "time_down_minimum", "must_run", "unit_on_t0",
                           "time_up_t0", "time_down_t0", "power_output_t0", "startup",
                           "piecewise_production"});
        return g;
    }

    static double edge_ramp(const JsonPlace& place, const char* key, double p_min_mw) {
        const double mw = place.number(key, {0.0, inf, "MW"});
        if (place.has(key) && mw < p_min_mw - equal_mw) {
            place.at(key).fault(place.at(key).shown(),
                                fmt::format("at least power_output_minimum = {}", p_min_mw));
        }
        return mw;
    }

    void read_state_before(const JsonPlace& place, Generator& g) {
        constexpr int ever = 1000000;
        g.on_before = place.at("unit_on_t0").flag();
        const int up_h = place.at("time_up_t0").whole(g.on_before ? 1 : 0, ever);
        const int down_h = place.at("time_down_t0").whole(g.on_before ? 0 : 1, ever);
        g.hours_before = std::min(g.on_before ? up_h : down_h, hours_of_year);
        const double p_mw = place.number("power_output_t0", {-inf, inf, "MW"});
        if (g.on_before && g.p_max_mw > 0.0 &&
            (p_mw < g.p_min_mw - equal_mw || p_mw > g.p_max_mw + equal_mw)) {
            const JsonPlace before = place.at("power_output_t0");
            before.fault(before.shown(),
                         fmt::format("{} to {}, as the generator is on", g.p_min_mw, g.p_max_mw));
            return;
        }
        if ((g.on_before ? down_h : up_h) != 0 || (!g.on_before && p_mw != 0.0)) {
            notes_.add("generators that are on with hours off before, or off with hours on or "
                       "output: only what fits unit_on_t0 counts",
                       g.name);
        }
        g.p_before_mw =
            g.on_before ? std::clamp(p_mw, g.p_min_mw, std::max(g.p_min_mw, g.p_max_mw)) : 0.0;
    }

    static void read_startup(const JsonPlace& place, Generator& g) {
        for (const JsonPlace& one : place.items()) {
            const StartUp before = g.startup.empty() ? StartUp{-1, 0.0} : g.startup.back();
            StartUp next;
            next.lag_h = one.at("lag").whole(before.lag_h + 1, hours_of_year);
            next.cost = one.number("cost", {before.cost, 1e8, "not below the category before"});
            g.startup.push_back(next);
        }
        if (place.is_array() && g.startup.empty()) {
            place.fault("an empty array", "one category at least");
        }
    }

    static void read_costs(const JsonPlace& place, Generator& g) {
        for (const JsonPlace& point : place.items()) {
            const double after = g.p_mw.empty() ? -inf : g.p_mw.back();
            const double p_mw = point.number("mw", {0.0, 1e4, "MW"});
            if (p_mw <= after) {
                point.at("mw").fault(point.at("mw").shown(),
                                     fmt::format("more than {}, the point before", after));
            }
            g.p_mw.push_back(p_mw);
            g.cost_per_h.push_back(point.number("cost", {0.0, largest_heat * largest_price, ""}));
        }
        if (g.p_mw.empty()) {
            if (place.is_array()) {
                place.fault("an empty array", "one point at least");
            }
            return;
        }
        if (g.p_max_mw > 0.0 && (std::abs(g.p_mw.front() - g.p_min_mw) > equal_mw ||
                                 std::abs(g.p_mw.back() - g.p_max_mw) > equal_mw)) {
            place.fault(fmt::format("points from {} to {} MW", g.p_mw.front(), g.p_mw.back()),
                        fmt::format("from power_output_minimum = {} to power_output_maximum = {}",
                                    g.p_min_mw, g.p_max_mw));
        }
    }

    Renewable renewable(const std::string& name, const JsonPlace& place, std::size_t hours) {
        check_name(name, place);
        Renewable r;
        r.name = name;
        const Range range{0.0, 1e6, "MW"};
        r.least_mw = place.at("power_output_minimum").numbers(hours, range);
        r.most_mw = place.at("power_output_maximum").numbers(hours, range);
        const std::vector<JsonPlace> most = place.at("power_output_maximum").items();
        for (std::size_t t = 0; t < most.size() && t < hours; ++t) {
            if (most[t].is_number() && r.most_mw[t] < r.least_mw[t]) {
                most[t].fault(most[t].shown(),
                              fmt::format("at least power_output_minimum = {}", r.least_mw[t]));
            }
        }
        tell_what_is_left(place, "renewable generators: ",
                          {"name", "power_output_minimum", "power_output_maximum"});
        return r;
    }

    JsonPlace root_;
    Notes& notes_;
};

/// Writes the tables of an instance without faults.
class Writer {
public:
    Writer(const Instance& instance, Notes& notes)
        : instance_(instance), notes_(notes), profiles_(static_cast<std::size_t>(instance.hours)) {}

    MadeCase write(const std::string& file, const JsonPlace& root) {
        const double lost_load = lost_load_per_mwh();
        lost_load_ = cell(lost_load);
        missing_reserve_ = cell(0.5 * lost_load);
        tables_.table("regions", {"name"}).rows.push_back({"system"});
        tables_.table("buses", {"name", "region", "kv"}).rows.push_back({"system", "system", "1"});
        write_generators();
        std::vector<double> demand_mw = instance_.demand_mw;
        write_renewables(demand_mw);
        write_demand(demand_mw, root);
        write_reserves();
        notes_.add(fmt::format("the file knows no demand that is not served and no reserve that is "
                               "missing: here they cost {} per MWh and {} per MW; a schedule "
                               "without either is one of the file's",
                               lost_load_, missing_reserve_));
        return finish(file);
    }

private:
    /// A power of ten, ten times what any generator's power costs or more, as far as the case's
    /// columns go.
    [[nodiscard]] double lost_load_per_mwh() const {
        double dearest = 0.1;
        for (const Generator& g : instance_.generators) {
            dearest = std::max(dearest, g.cost_per_h.back() / g.p_max_mw);
            for (std::size_t k = 1; k < g.p_mw.size(); ++k) {
                dearest = std::max(dearest, (g.cost_per_h[k] - g.cost_per_h[k - 1]) /
                                                (g.p_mw[k] - g.p_mw[k - 1]));
            }
        }
        double price = 1.0;
        while (price < 10.0 * dearest && price < 1e6) {
            price *= 10.0;
        }
        return price;
    }

    void write_generators() {
        auto& rows = tables_.table(
            "thermal", {"name", "bus", "fuel", "technology", "units", "p_min_mw", "p_max_mw",
                        "min_up_h", "min_down_h", "ramp_up_mw_per_h", "ramp_down_mw_per_h",
                        "start_ramp_mw", "stop_ramp_mw", "spinning_up_mw", "must_run_units",
                        "initial_units_on", "initial_h", "initial_p_mw"});
        for (const Generator& g : instance_.generators) {
            rows.rows.push_back({g.name, "system", "cost", "unknown", "1", cell(g.p_min_mw),
                                 cell(g.p_max_mw), fmt::format("{}", std::max(g.min_up_h, 1)),
                                 fmt::format("{}", std::max(g.min_down_h, 1)),
                                 ramp(g, g.ramp_up_mw), ramp(g, g.ramp_down_mw),
                                 edge(g, g.ramp_startup_mw, g.ramp_up_mw),
                                 edge(g, g.ramp_shutdown_mw, g.ramp_down_mw), cell(g.p_max_mw),
                                 g.must_run ? "1" : "0", g.on_before ? "1" : "0",
                                 fmt::format("{}", g.hours_before), cell(g.p_before_mw)});
            if (g.p_min_mw + g.ramp_down_mw < std::min(g.ramp_shutdown_mw, g.p_max_mw) - equal_mw) {
                notes_.add("ramps that limit the output before a stop below ramp_shutdown_limit: "
                           "here they limit output and reserve of that hour together",
                           g.name);
            }
            write_startup(g);
            write_costs(g);
        }
        curves_.write(tables_);
    }

    /// A ramp wider than the range limits nothing.
    static std::string ramp(const Generator& g, double mw_per_h) {
        return cell(std::min(mw_per_h, std::max(g.p_max_mw, 1.0)));
    }

    /// Largest output in the hour of a start or before a stop: the file's ramps hold there too,
    /// from and to the least output.
    static std::string edge(const Generator& g, double limit_mw, double ramp_mw) {
        return cell(std::clamp(std::min(limit_mw, g.p_min_mw + ramp_mw), g.p_min_mw, g.p_max_mw));
    }

    /// A category holds from its lag to the next one's; starts before the first lag pay as that.
    void write_startup(const Generator& g) {
        auto& rows = tables_.table("start_tiers", {"plant", "off_h", "cost_cny"});
        const int first = std::max(std::min(g.startup.front().lag_h, g.min_down_h), 1);
        if (g.startup.front().lag_h > std::max(g.min_down_h, 1)) {
            notes_.add("first lags of start-up above time_down_minimum: hold from there", g.name);
        }
        for (std::size_t k = 0; k < g.startup.size(); ++k) {
            if (k + 1 < g.startup.size() && g.startup[k + 1].lag_h <= first) {
                continue; // never in force: no start comes so soon
            }
            const bool is_first = rows.rows.empty() || rows.rows.back()[0] != g.name;
            rows.rows.push_back({g.name, fmt::format("{}", is_first ? first : g.startup[k].lag_h),
                                 cell(g.startup[k].cost)});
        }
    }

    void write_costs(const Generator& g) {
        std::vector<double> p_mw = g.p_mw;
        p_mw.front() = g.p_min_mw;
        p_mw.back() = g.p_max_mw;
        const std::vector<double> cost = convex_and_rising(p_mw, g.cost_per_h, least_slope_per_mwh);
        double bent = 0.0;
        for (std::size_t k = 0; k < cost.size(); ++k) {
            bent = std::max(bent, std::abs(cost[k] - g.cost_per_h[k]));
        }
        curves_.add_points(g.name, p_mw, cost);
        if (bent > 1e-9 * (1.0 + cost.back())) {
            notes_.add("costs that are not convex, or do not rise: the convex curve below, which "
                       "the file's weights of points give too, rising by 1e-9 per MWh at least",
                       g.name);
        }
    }

    void write_renewables(std::vector<double>& demand_mw) {
        for (const Renewable& r : instance_.renewables) {
            double capacity_mw = 0.0;
            double least_mwh = 0.0;
            for (std::size_t t = 0; t < demand_mw.size(); ++t) {
                capacity_mw = std::max(capacity_mw, r.most_mw[t] - r.least_mw[t]);
                least_mwh += r.least_mw[t];
                demand_mw[t] -= r.least_mw[t];
            }
            if (least_mwh > 0.0) {
                must_take_mwh_ += least_mwh;
                notes_.add("renewable generators that must give power: that is taken off the "
                           "demand, what they may give beyond it is in renewables.csv",
                           r.name);
            }
            if (capacity_mw <= 0.0) {
                continue;
            }
            std::vector<double> share(demand_mw.size());
            for (std::size_t t = 0; t < share.size(); ++t) {
                share[t] = (r.most_mw[t] - r.least_mw[t]) / capacity_mw;
            }
            const std::string profile = "available_" + r.name;
            tables_.table("renewables", {"name", "bus", "technology", "capacity_mw", "profile"})
                .rows.push_back({r.name, "system", "unknown", cell(capacity_mw), profile});
            profiles_.add(profile, share);
        }
        if (must_take_mwh_ > 0.0) {
            notes_.add(fmt::format("power that must be taken: {:.6g} MWh in all", must_take_mwh_));
        }
    }

    void write_demand(std::vector<double>& demand_mw, const JsonPlace& root) {
        const std::vector<JsonPlace> places = root.at("demand").items();
        for (std::size_t t = 0; t < demand_mw.size(); ++t) {
            if (demand_mw[t] < -equal_mw) {
                places[t].fault(places[t].shown(),
                                fmt::format("at least {:.6g}, what renewable generators must give",
                                            instance_.demand_mw[t] - demand_mw[t]));
            }
            demand_mw[t] = std::max(demand_mw[t], 0.0);
        }
        const double peak_mw = *std::max_element(demand_mw.begin(), demand_mw.end());
        tables_
            .table("loads", {"name", "bus", "mean_mw", "profile", "value_of_lost_load_cny_per_mwh"})
            .rows.push_back({"demand", "system", cell(peak_mw), "demand", lost_load_});
        profiles_.add("demand", shares_of(demand_mw, peak_mw));
    }

    void write_reserves() {
        const std::vector<double>& mw = instance_.reserves_mw;
        const double fixed_mw = std::min(*std::max_element(mw.begin(), mw.end()), largest_fixed_mw);
        if (fixed_mw > 0.0) {
            tables_
                .table("reserves", {"name", "region", "direction", "kind", "fixed_mw",
                                    "fixed_profile", "shortfall_cny_per_mw"})
                .rows.push_back({"reserves", "system", "up", "spinning", cell(fixed_mw), "reserves",
                                 missing_reserve_});
            profiles_.add("reserves", shares_of(mw, fixed_mw));
        }
    }

    static std::vector<double> shares_of(const std::vector<double>& mw, double whole_mw) {
        std::vector<double> shares(mw.size(), 0.0);
        std::transform(mw.begin(), mw.end(), shares.begin(),
                       [&](double one) { return whole_mw > 0.0 ? one / whole_mw : 0.0; });
        return shares;
    }

    MadeCase finish(const std::string& file) {
        Head head;
        head.tool = "pglib-uc";
        head.name = std::filesystem::path(file).stem().string();
        head.source = "pglib-uc instance " + file;
        head.more =
            fmt::format("profiles = [\"profiles.csv\"]\n\n[run]\nhours = {}\n", instance_.hours);
        MadeCase made;
        made.files.files.push_back(case_toml(head));
        std::vector<CaseFile> tables = tables_.files();
        std::move(tables.begin(), tables.end(), std::back_inserter(made.files.files));
        made.files.files.push_back(profiles_.file());
        made.notes = notes_.words();
        made.readme = fmt::format(
            "# {}\n\nMade from the pglib-uc instance `{}` by `longyang import pglib-uc`. Do not "
            "edit the tables by hand; import again.\n\n`longyang run` without options runs the "
            "file's {} hours. Behind them profiles begin anew, so that the year is full.\n\n"
            "## What has no counterpart, or was changed\n\n",
            head.name, file, instance_.hours);
        for (const std::string& line : made.notes) {
            made.readme += fmt::format("- {}\n", line);
        }
        return made;
    }

    const Instance& instance_;
    Notes& notes_;
    Tables tables_;
    std::string lost_load_, missing_reserve_; ///< prices per MWh and MW
    CostCurves curves_;
    SpanProfiles profiles_;
    double must_take_mwh_ = 0.0;
};

} // namespace

MadeCase convert(const std::string& file, const std::string& bytes, JsonFaults& faults) {
    const nlohmann::json document = cut_json(bytes, faults);
    if (!faults.faults.empty()) {
        return {};
    }
    const JsonPlace root(document, faults);
    Notes notes;
    const Instance instance = Reader(root, notes).read();
    if (!faults.faults.empty()) {
        return {};
    }
    MadeCase made = Writer(instance, notes).write(file, root);
    return faults.faults.empty() ? std::move(made) : MadeCase{};
}

Imported import_case(const std::string& file, const std::string& folder) {
    JsonFaults faults{std::filesystem::path(file).filename().string(), {}};
    MadeCase made = convert(faults.file, bytes_of(file, "a pglib-uc instance"), faults);
    require_none(file, faults.faults);
    return write_case(std::move(made), folder);
}

} // namespace longyang::caseio::imports::pglib_uc
