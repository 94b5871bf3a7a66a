#include "caseio/imports/rts_gmlc/convert.hpp"

#include "caseio/imports/convex_curve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <utility>

namespace longyang::caseio::imports::rts_gmlc {
namespace {

constexpr double gj_per_mmbtu = 1.05505585262;
constexpr double gj_per_mwh = 3.6;
constexpr double t_per_lb = 0.45359237e-3;
constexpr double km_per_mi = 1.609344;
constexpr double minutes_per_h = 60.0;
constexpr double btu_per_kwh_to_mmbtu_per_mwh = 1e-3;
/// A heat curve has to rise.
constexpr double least_slope_gj_per_mwh = 1e-6;
constexpr int longest_off_h = 8760; // of the case's columns
/// On what must be taken and is not: more than any unit's cost of a MWh, less than lost load.
constexpr double must_take_cny_per_mwh = 1000.0;

std::string word_of(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return std::isalnum(c) != 0 ? static_cast<char>(std::tolower(c)) : '_';
    });
    return text;
}

/// Builds the tables of one case.
class Converter {
public:
    Converter(const Source& source, const Series& series, const std::string& agreement)
        : source_(source), series_(series), agreement_(agreement) {}

    MadeCase convert() {
        write_buses();
        write_branches();
        write_dc_links();
        write_loads();
        write_reserves();
        for (const Generator& g : source_.generators) {
            write_generator(g);
        }
        list_what_is_left();
        return finish();
    }

private:
    CsvTable& table(const char* name, std::vector<std::string> header) {
        return tables_.table(name, std::move(header));
    }
    void note(const std::string& what, std::string item = "") { notes_.add(what, std::move(item)); }

    [[nodiscard]] const Bus& bus(int row) const {
        return source_.buses[static_cast<std::size_t>(row)];
    }
    [[nodiscard]] std::string bus_name(int row) const { return fmt::format("{}", bus(row).number); }
    [[nodiscard]] static std::string region_of(const std::string& area) { return "area_" + area; }

    /// Name of the profile of these values times `factor`; equal ones are one.
    std::string profile(const std::string& name, const Hours& values, double factor) {
        Hours scaled = values;
        for (double& value : scaled) {
            value *= factor;
        }
        const auto [found, added] = profile_of_.emplace(std::move(scaled), name);
        if (added) {
            profiles_.emplace_back(name, &found->first);
        }
        return found->second;
    }

    void write_buses() {
        std::set<std::string> areas;
        auto& buses = table("buses", {"name", "region", "kv", "lat_deg", "lon_deg", "note"});
        auto& shunts = table("shunts", {"name", "bus", "kind", "g_mw", "b_mvar"});
        for (const Bus& b : source_.buses) {
            areas.insert(b.area);
            const std::string name = fmt::format("{}", b.number);
            buses.rows.push_back(
                {name, region_of(b.area), cell(b.kv), cell(b.lat_deg), cell(b.lon_deg), b.name});
            if (b.g_mw != 0.0 || b.b_mvar != 0.0) {
                shunts.rows.push_back(
                    {"shunt_" + name, name, "fixed", cell(b.g_mw), cell(b.b_mvar)});
            }
        }
        for (const std::string& area : areas) {
            table("regions", {"name"}).rows.push_back({region_of(area)});
        }
    }

    void write_branches() {
        auto& branches =
            table("branches", {"name", "from_bus", "to_bus", "kind", "length_km", "r_pu", "x_pu",
                               "b_pu", "rating_mw", "rating_emergency_mw", "tap_pu"});
        for (const Branch& b : source_.branches) {
            const bool transformer = b.ratio != 0.0 || bus(b.from).kv != bus(b.to).kv;
            branches.rows.push_back(
                {b.uid, bus_name(b.from), bus_name(b.to), transformer ? "transformer" : "line",
                 cell(b.length_mi * km_per_mi), cell(b.r_pu), cell(b.x_pu), cell(b.b_pu),
                 cell(b.rating_mw), cell(b.short_term_mw > b.rating_mw ? b.short_term_mw : 0.0),
                 cell(b.ratio == 0.0 ? 1.0 : b.ratio)});
        }
        if (source_.branch_outages) {
            note("outage rates of branches, without counterpart; outages of single branches are "
                 "looked at all");
        }
        note("LTE Rating of branches, not kept: Cont Rating holds in normal operation, STE Rating "
             "after an outage");
    }

    void write_dc_links() {
        for (const DcLine& d : source_.dc_lines) {
            table("dc_links", {"name", "from_bus", "to_bus", "p_max_mw", "p_min_mw"})
                .rows.push_back(
                    {d.uid, bus_name(d.from), bus_name(d.to), cell(d.p_mw), cell(-d.p_mw)});
            note("DC lines: MW Load is what they carry at most, either way, chosen by the hour and "
                 "without losses; converters' data and outage rates are not kept",
                 d.uid);
        }
    }

    [[nodiscard]] double load_of_area(const std::string& area) const {
        double sum = 0.0;
        for (const Bus& b : source_.buses) {
            sum += b.area == area ? b.load_mw : 0.0;
        }
        return sum;
    }

    void write_loads() {
        auto& loads = table("loads", {"name", "bus", "mean_mw", "mean_mvar", "profile"});
        for (const Bus& b : source_.buses) {
            if (b.load_mw == 0.0 && b.load_mvar == 0.0) {
                continue;
            }
            const Hours* series = series_.find("MW Load", b.area);
            const std::string shape =
                series == nullptr
                    ? ""
                    : profile("load_" + region_of(b.area), *series, 1.0 / load_of_area(b.area));
            loads.rows.push_back({fmt::format("load_{}", b.number), fmt::format("{}", b.number),
                                  cell(b.load_mw), cell(b.load_mvar), shape});
            if (series == nullptr) {
                note("areas without a series of MW Load: MW Load of bus.csv in all hours", b.area);
            }
        }
    }

    // --- reserves -----------------------------------------------------------------------------

    /// What a direction asks of an area by hour, and the part of it that other areas may hold.
    struct Requirement {
        Hours all, movable;
        std::size_t areas = 0; ///< that may hold it
    };

    void write_reserves() {
        for (const bool up : {true, false}) {
            std::map<std::string, Requirement> of_area;
            for (const Product& p : source_.products) {
                if (p.up == up) {
                    add_product(p, of_area);
                }
            }
            for (const auto& [area, r] : of_area) {
                const double most = *std::max_element(r.all.begin(), r.all.end());
                if (most <= 0.0) {
                    continue;
                }
                const std::string name = region_of(area) + (up ? "_up" : "_down");
                table("reserves",
                      {"name", "region", "direction", "kind", "fixed_mw", "fixed_profile"})
                    .rows.push_back({name, region_of(area), up ? "up" : "down", "spinning",
                                     cell(most), profile("reserve_" + name, r.all, 1.0 / most)});
            }
            write_sharing(of_area, up);
        }
        if (!source_.products.empty()) {
            note("reserve products: those of one direction add up to one spinning requirement of "
                 "an area; what several areas may hold is shared out by their load, and a part of "
                 "it (its least hour) may be held by another area; a unit holds ramp x the longest "
                 "Timeframe of its products at most; PV and wind hold no upward reserve");
            note("downward reserve may also come from hydro and RTPV, and reserve from storage, "
                 "which are not eligible in reserves.csv");
        }
    }

    void add_product(const Product& p, std::map<std::string, Requirement>& of_area) {
        const Hours* series = series_.find("Requirement", p.name);
        if (series == nullptr) {
            note("reserve products without a series, left out", p.name);
            return;
        }
        double load = 0.0;
        for (const std::string& area : p.areas) {
            load += load_of_area(area);
        }
        for (const std::string& area : p.areas) {
            const auto areas = static_cast<double>(p.areas.size());
            const double share = load > 0.0 ? load_of_area(area) / load : 1.0 / areas;
            Requirement& r = of_area[area];
            r.all.resize(series->size());
            r.movable.resize(series->size());
            r.areas = std::max(r.areas, p.areas.size());
            for (std::size_t h = 0; h < series->size(); ++h) {
                r.all[h] += share * (*series)[h];
                r.movable[h] += p.areas.size() > 1 ? share * (*series)[h] : 0.0;
            }
        }
    }

    /// What an area receives is never more than its part of what any area may hold, so what has to
    /// lie in it does.
    void write_sharing(const std::map<std::string, Requirement>& of_area, bool up) {
        const char* direction = up ? "_up" : "_down";
        for (const auto& [to, r] : of_area) {
            const double least = *std::min_element(r.movable.begin(), r.movable.end());
            for (const auto& [from, other] : of_area) {
                if (from != to && other.areas > 1 && least > 0.0) {
                    table("reserve_sharing", {"from_reserve", "to_reserve", "max_mw"})
                        .rows.push_back({region_of(from) + direction, region_of(to) + direction,
                                         cell(least / static_cast<double>(r.areas - 1))});
                }
            }
        }
    }

    [[nodiscard]] double reserve_mw(const Generator& g, bool up) const {
        double minutes = 0.0;
        for (const Product& p : source_.products) {
            const bool here =
                std::find(p.areas.begin(), p.areas.end(), bus(g.bus).area) != p.areas.end();
            const bool eligible = std::find(p.categories.begin(), p.categories.end(), g.category) !=
                                  p.categories.end();
            minutes = p.up == up && here && eligible ? std::max(minutes, p.minutes) : minutes;
        }
        return std::min(minutes * g.ramp_mw_per_min, g.p_max_mw - g.p_min_mw);
    }

    // --- generators ---------------------------------------------------------------------------

    void write_generator(const Generator& g) {
        switch (g.role) {
        case Role::thermal:
            write_thermal(g, fuel_of(g), technology_of(g));
            write_fuel_curve(g);
            write_starts(g, g.price_per_mmbtu);
            write_dispatch("thermal", g);
            write_machine(g, "generator", "thermal");
            break;
        case Role::by_series:
            write_renewable(g);
            break;
        case Role::csp:
            write_csp(g);
            break;
        case Role::storage:
            write_storage(g);
            break;
        case Role::condenser:
            write_machine(g, "condenser", "");
            write_dispatch("machines", g);
            break;
        }
        if (g.maintenance_weeks > 0.0) {
            note("Scheduled Maint Weeks, not kept: the data say no dates (outages.csv takes them)");
        }
    }

    /// Name of the fuel at this price and with this CO2.
    std::string fuel_of(const Generator& g) {
        const std::pair key(g.price_per_mmbtu, g.co2_lb_per_mmbtu);
        std::vector<std::pair<double, double>>& kinds = fuels_[word_of(g.category)];
        const auto found = std::find(kinds.begin(), kinds.end(), key);
        const auto k = found - kinds.begin();
        std::string name = word_of(g.category);
        name += k > 0 ? fmt::format("_{}", k + 1) : "";
        if (found == kinds.end()) {
            kinds.push_back(key);
            table("fuels", {"name", "price_cny_per_gj", "co2_t_per_gj"})
                .rows.push_back({name, cell(g.price_per_mmbtu / gj_per_mmbtu),
                                 cell(g.co2_lb_per_mmbtu * t_per_lb / gj_per_mmbtu)});
        }
        return name;
    }

    [[nodiscard]] static std::string technology_of(const Generator& g) {
        if (g.fuel == "NG") {
            return g.unit_type == "CC" ? "gas_ccgt" : "gas_ocgt";
        }
        return word_of(g.fuel == "Oil" ? "oil_" + g.unit_type : g.fuel);
    }

    /// Minimum times in whole hours.
    int whole_hours(double hours, const Generator& g) {
        if (hours != std::floor(hours)) {
            note("minimum times that are no whole hours: the next whole hour", g.uid);
        }
        return std::max(1, static_cast<int>(std::ceil(hours)));
    }

    void write_thermal(const Generator& g, const std::string& fuel, const std::string& technology) {
        const double ramp = g.ramp_mw_per_min * minutes_per_h;
        table("thermal", {"name", "bus", "fuel", "technology", "units", "p_min_mw", "p_max_mw",
                          "variable_om_cny_per_mwh", "min_up_h", "min_down_h", "ramp_up_mw_per_h",
                          "ramp_down_mw_per_h", "spinning_up_mw", "spinning_down_mw",
                          "forced_outage_rate", "repair_h"})
            .rows.push_back({g.uid, bus_name(g.bus), fuel, technology, "1", cell(g.p_min_mw),
                             cell(g.p_max_mw), cell(g.vom_per_mwh),
                             fmt::format("{}", whole_hours(g.min_up_h, g)),
                             fmt::format("{}", whole_hours(g.min_down_h, g)), cell(ramp),
                             cell(ramp), cell(reserve_mw(g, true)), cell(reserve_mw(g, false)),
                             cell(g.forced_outage_rate), cell(std::max(g.repair_h, 1.0))});
    }

    /// Heat at an output in the unit of the rates x MW: the average rate up to the first output
    /// point, then the incremental ones.
    [[nodiscard]] static double heat_at(const Generator& g, double p_mw) {
        double heat = g.rate[0] * std::min(p_mw, g.point_mw[0]);
        for (std::size_t k = 1; k < g.point_mw.size(); ++k) {
            heat += g.rate[k] *
                    std::clamp(p_mw - g.point_mw[k - 1], 0.0, g.point_mw[k] - g.point_mw[k - 1]);
        }
        return heat;
    }

    /// Outputs at which the curve gets its points. Output_pct_k are rounded: the first and the last
    /// are the unit's limits.
    [[nodiscard]] static std::vector<double> outputs(const Generator& g) {
        const double near = 1e-6 * g.p_max_mw;
        std::vector<double> p = {g.p_min_mw};
        for (const double point : g.point_mw) {
            if (point > g.p_min_mw + near && point < g.p_max_mw - near) {
                p.push_back(point);
            }
        }
        if (g.p_max_mw > g.p_min_mw) {
            p.push_back(g.p_max_mw);
        }
        return p;
    }

    void write_curve(const std::string& plant, const std::vector<double>& p_mw,
                     const std::vector<double>& gj_per_h) {
        for (std::size_t k = 0; k < p_mw.size(); ++k) {
            table("heat_curves", {"plant", "p_mw", "heat_gj_per_h"})
                .rows.push_back({plant, cell(p_mw[k]), cell(gj_per_h[k])});
        }
    }

    void write_fuel_curve(const Generator& g) {
        const std::vector<double> p = outputs(g);
        std::vector<double> heat;
        for (const double at : p) {
            heat.push_back(heat_at(g, at) * btu_per_kwh_to_mmbtu_per_mwh * gj_per_mmbtu);
        }
        const std::vector<double> kept = convex_and_rising(p, heat, least_slope_gj_per_mwh);
        for (std::size_t k = 0; k < p.size(); ++k) {
            if (std::abs(kept[k] - heat[k]) > 1e-9 * heat[k]) {
                note("heat curves that are not convex, or do not rise: bent to the convex curve "
                     "below, rising by 1e-6 GJ/MWh at least",
                     g.uid);
                break;
            }
        }
        write_curve(g.uid, p, kept);
    }

    /// Hot, warm and cold start; what a unit reaches within its minimum time off is where it
    /// begins. $ without fuel, stops included.
    void write_starts(const Generator& g, double price_per_mmbtu) {
        struct Tier {
            double off_h, mmbtu;
        };
        const double fixed = g.start_cost + g.stop_cost;
        if (g.stop_cost > 0.0) {
            note("costs of a stop, counted with the start before it: exact but at the ends of a "
                 "span",
                 g.uid);
        }
        std::vector<std::pair<int, double>> tiers;
        for (const Tier& tier :
             {Tier{1.0, g.hot_mmbtu}, {g.warm_h, g.warm_mmbtu}, {g.cold_h, g.cold_mmbtu}}) {
            const int off_h = std::max(1, static_cast<int>(std::ceil(tier.off_h)));
            const double cost = tier.mmbtu * price_per_mmbtu + fixed;
            if (off_h > longest_off_h) {
                note("start states that are reached after more than a year, left out", g.uid);
                continue;
            }
            if (off_h <= std::max(1, static_cast<int>(std::ceil(g.min_down_h)))) {
                tiers.clear(); // colder already when it may start
            }
            const bool falls = !tiers.empty() && cost < tiers.back().second;
            if (falls) {
                note("start costs that fall with the time off: kept level", g.uid);
            }
            tiers.emplace_back(tiers.empty() ? 1 : off_h, falls ? tiers.back().second : cost);
        }
        for (const auto& [off_h, cost] : tiers) {
            if (cost > 0.0 || tiers.size() > 1) {
                table("start_tiers", {"plant", "off_h", "cost_cny"})
                    .rows.push_back({g.uid, fmt::format("{}", off_h), cell(cost)});
            }
        }
    }

    void write_renewable(const Generator& g) {
        const Hours* series = series_.find("PMax MW", g.uid);
        if (series == nullptr) {
            note("generators that follow a series but have none, left out", g.uid);
            return;
        }
        const double most = *std::max_element(series->begin(), series->end());
        const double capacity = std::max(g.p_max_mw, most);
        if (most > g.p_max_mw) {
            note("series above PMax MW: the capacity is their largest value", g.uid);
        }
        const Hours* least = series_.find("PMin MW", g.uid);
        const bool must_take = least != nullptr && *least == *series;
        if (least != nullptr && !must_take) {
            note("series of PMin MW that differ from those of PMax MW, not kept", g.uid);
        }
        if (must_take) {
            note(fmt::format("generators whose series is their least output as well (hydro, RTPV): "
                             "what is not taken costs {} CNY/MWh",
                             must_take_cny_per_mwh),
                 g.uid);
        }
        const bool hydro = g.unit_type == "HYDRO" || g.unit_type == "ROR";
        const char* technology = hydro ? "run_of_river" : g.unit_type == "WIND" ? "wind" : "pv";
        table("renewables", {"name", "bus", "technology", "capacity_mw", "profile",
                             "variable_om_cny_per_mwh", "curtailment_cny_per_mwh"})
            .rows.push_back({g.uid, bus_name(g.bus), technology, cell(capacity),
                             profile(g.uid, *series, 1.0 / capacity), cell(g.vom_per_mwh),
                             cell(must_take ? must_take_cny_per_mwh : 0.0)});
        if (g.p_mw != 0.0) {
            dispatch().rows.push_back({"renewables", g.uid, cell(g.p_mw), "0", "0"});
        }
        if (write_machine(g, "generator", "")) {
            note("machines of generators that follow a series: connected in all hours", g.uid);
            dispatch().rows.push_back({"machines", g.uid, "0", cell(g.q_mvar), "0"});
        }
    }

    [[nodiscard]] const Store& store_of(const Generator& g) const {
        return *std::find_if(source_.stores.begin(), source_.stores.end(),
                             [&](const Store& s) { return s.generator == g.uid; });
    }

    CsvTable& storages() {
        return table("storages", {"name", "bus", "technology", "charge_max_mw", "discharge_max_mw",
                                  "energy_max_mwh", "efficiency_charge", "variable_om_cny_per_mwh",
                                  "energy_initial_mwh", "inflow_mw", "inflow_profile"});
    }

    void write_csp(const Generator& g) {
        // MWh of heat a MWh; a straight line that is not below 0 at output 0.
        const double low = heat_at(g, g.p_min_mw);
        const double high = heat_at(g, g.p_max_mw);
        const double slope = std::min((high - low) / (g.p_max_mw - g.p_min_mw), high / g.p_max_mw);
        note("CSP: its heat rates (MWh/MWh) become the straight line to full load that has no heat "
             "below 0 at no output; Inflow Limit GWh and Start Energy are not kept",
             g.uid);
        table("fuels", {"name", "price_cny_per_gj", "co2_t_per_gj"})
            .rows.push_back({"heat_of_" + g.uid, "0", "0"});
        write_thermal(g, "heat_of_" + g.uid, "csp");
        write_curve(g.uid, {g.p_min_mw, g.p_max_mw},
                    {gj_per_mwh * (high - slope * (g.p_max_mw - g.p_min_mw)), gj_per_mwh * high});
        write_starts(g, 0.0);
        const Store& store = store_of(g);
        const Hours* inflow = series_.find("Natural_Inflow", store.name);
        const double most =
            inflow == nullptr ? 0.0 : *std::max_element(inflow->begin(), inflow->end());
        storages().rows.push_back(
            {store.name, bus_name(g.bus), "csp", "0", cell(high), cell(1e3 * store.volume_gwh), "1",
             "0", cell(1e3 * store.initial_gwh), cell(most),
             most > 0.0 ? profile("inflow_" + store.name, *inflow, 1.0 / most) : ""});
        table("power_blocks", {"plant", "store", "start_heat_mwh"})
            .rows.push_back({g.uid, store.name, "0"});
        write_dispatch("thermal", g);
        write_machine(g, "generator", "thermal");
    }

    void write_storage(const Generator& g) {
        const Store& store = store_of(g);
        storages().rows.push_back({g.uid, bus_name(g.bus), "pumped_hydro", cell(g.pump_mw),
                                   cell(g.p_max_mw), cell(1e3 * store.volume_gwh),
                                   cell(g.round_trip > 0.0 ? g.round_trip : 1.0),
                                   cell(g.vom_per_mwh), cell(1e3 * store.initial_gwh), "0", ""});
        note("storage: the round trip's losses are those of charging; the tail store is left out",
             g.uid);
        write_dispatch("storages", g);
        write_machine(g, "generator", "storages");
    }

    CsvTable& dispatch() {
        return table("dispatch", {"table", "name", "p_mw", "q_mvar", "slack_share"});
    }

    /// MW Inj and MVAR Inj; the first generator that runs at the reference bus takes up what is
    /// missing.
    void write_dispatch(const char* in_table, const Generator& g) {
        if (g.p_mw == 0.0 && g.role != Role::condenser) {
            return;
        }
        const bool slack = bus(g.bus).type == "Ref" && !slack_found_;
        slack_found_ |= slack;
        dispatch().rows.push_back(
            {in_table, g.uid, cell(g.p_mw), cell(g.q_mvar), slack ? "1" : "0"});
    }

    /// Whether it has one: PV, wind and storage without reactive power or inertia have none.
    bool write_machine(const Generator& g, const char* kind, const char* plant_table) {
        if (g.q_max_mvar <= g.q_min_mvar && g.inertia_s <= 0.0) {
            return false;
        }
        const double rating =
            g.base_mva > 0.0 ? g.base_mva : std::max({g.p_max_mw, g.q_max_mvar, -g.q_min_mvar});
        const double x = g.unit_x_pu + g.transformer_x_pu;
        const bool holds = bus(g.bus).type != "PQ";
        table("machines",
              {"name", "bus", "kind", "plant_table", "plant", "s_mva", "x_subtransient_pu",
               "inertia_s", "q_min_mvar", "q_max_mvar", "v_set_pu"})
            .rows.push_back({g.uid, bus_name(g.bus), kind, plant_table,
                             *plant_table == '\0' ? "" : g.uid, cell(rating),
                             x > 0.0 ? cell(x) : "", cell(g.inertia_s), cell(g.q_min_mvar),
                             cell(g.q_max_mvar), cell(holds ? g.v_pu : 0.0)});
        return true;
    }

    // --- the case -----------------------------------------------------------------------------

    void list_what_is_left() {
        note("money: one $ is one CNY; fuel is bought by heat (1 MMBTU = 1.05505585262 GJ)");
        if (series_.leap_day_left_out) {
            note("29 February, left out: a year has 8760 hours");
        }
        note("the day-ahead simulation is what is imported: REAL_TIME series are not read");
        note("emissions other than CO2, Damping Ratio, Sub Area and Zone, VOLL: not in the case or "
             "the data; the case format's defaults hold for the prices of lost load and of reserve "
             "that is missing");
    }

    [[nodiscard]] std::string readme() const {
        std::string words =
            "# RTS-GMLC\n\nMade from the data of RTS-GMLC (Reliability Test System of the Grid "
            "Modernization Laboratory Consortium, NREL) by `longyang import rts-gmlc`. Do not edit "
            "the tables by hand; import again.\n\n## What has no counterpart, or was changed\n\n";
        for (const std::string& line : notes_.words()) {
            words += fmt::format("- {}\n", line);
        }
        words += "\n## The dispatch of the data\n\n"
                 "`dispatch.csv` holds MW Inj and MVAR Inj of gen.csv: the hour of MW Load in "
                 "bus.csv. `longyang flow` works on it.\n\n";
        words += agreement_.empty()
                     ? "## Licence\n\nThe data are NREL's, under the data use agreement in the "
                       "README of RTS-GMLC, which has to appear in all copies.\n"
                     : agreement_;
        return words;
    }

    [[nodiscard]] std::string profile_bytes() const {
        std::string bytes;
        for (std::size_t k = 0; k < profiles_.size(); ++k) {
            bytes += fmt::format("{}{}", k > 0 ? "," : "", profiles_[k].first);
        }
        bytes += '\n';
        const std::size_t hours = profiles_.empty() ? 0 : profiles_.front().second->size();
        for (std::size_t h = 0; h < hours; ++h) {
            for (std::size_t k = 0; k < profiles_.size(); ++k) {
                fmt::format_to(std::back_inserter(bytes), "{}{}", k > 0 ? "," : "",
                               cell((*profiles_[k].second)[h]));
            }
            bytes += '\n';
        }
        return bytes;
    }

    MadeCase finish() {
        MadeCase made;
        Head head;
        head.tool = "rts-gmlc";
        head.name = "RTS-GMLC";
        head.source = "RTS-GMLC, day-ahead year";
        head.year = series_.year;
        head.more = "profiles = [\"profiles.csv\"]\n";
        made.files.files.push_back(case_toml(head));
        std::vector<CaseFile> tables = tables_.files();
        std::move(tables.begin(), tables.end(), std::back_inserter(made.files.files));
        made.files.files.push_back({"profiles.csv", profile_bytes()});
        made.readme = readme();
        made.notes = notes_.words();
        return made;
    }

    const Source& source_;
    const Series& series_;
    const std::string& agreement_;
    Tables tables_;
    Notes notes_;
    std::map<Hours, std::string> profile_of_;
    std::vector<std::pair<std::string, const Hours*>> profiles_;          ///< in the file's order
    std::map<std::string, std::vector<std::pair<double, double>>> fuels_; ///< price, CO2
    bool slack_found_ = false;
};

} // namespace

MadeCase convert(const Source& source, const Series& series, const std::string& agreement) {
    return Converter(source, series, agreement).convert();
}

} // namespace longyang::caseio::imports::rts_gmlc
