#include "caseio/imports/rts_gmlc/source.hpp"

#include "caseio/imports/rts_gmlc/source_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>

namespace longyang::caseio::imports::rts_gmlc {
namespace {

constexpr int output_points = 5;

std::optional<Role> role_of(std::string_view unit_type) {
    static const std::map<std::string_view, Role> roles = {
        {"STEAM", Role::thermal},   {"CT", Role::thermal},      {"CC", Role::thermal},
        {"NUCLEAR", Role::thermal}, {"HYDRO", Role::by_series}, {"ROR", Role::by_series},
        {"PV", Role::by_series},    {"RTPV", Role::by_series},  {"WIND", Role::by_series},
        {"CSP", Role::csp},         {"STORAGE", Role::storage}, {"SYNC_COND", Role::condenser}};
    const auto found = roles.find(unit_type);
    return found == roles.end() ? std::nullopt : std::optional(found->second);
}

/// "(Gas CT,Gas CC)" or "1": its parts.
std::vector<std::string> parts(std::string_view text) {
    if (text.starts_with('(') && text.ends_with(')')) {
        text = text.substr(1, text.size() - 2);
    }
    std::vector<std::string> found;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        found.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return found;
}

class Reader {
public:
    explicit Reader(const Folder& folder) : folder_(folder) {}

    Source read() {
        read_buses();
        read_branches();
        read_dc_lines();
        read_generators();
        read_stores();
        read_products();
        read_pointers();
        return std::move(source_);
    }

private:
    [[nodiscard]] SourceTable table(const char* name) {
        const SourceFile file = folder_.table(name);
        return {file.name, file.bytes, source_.faults};
    }

    /// A name that no other row of the table has.
    static std::string unique(SourceTable& t, std::size_t row, const char* column,
                              std::set<std::string>& seen) {
        std::string name = t.text(row, column);
        if (name.empty() || !seen.insert(name).second) {
            t.fault(row, column, name.empty() ? "nothing" : in_quotes(name) + " a second time",
                    "a name that no other row has");
        }
        return name;
    }

    int bus_of(SourceTable& t, std::size_t row, const char* column) {
        const int number = t.whole(row, column, 0, 1000000000);
        const auto found = row_of_bus_.find(number);
        if (found == row_of_bus_.end()) {
            t.fault(row, column, fmt::format("{}", number), "the Bus ID of a row of bus.csv");
            return 0;
        }
        return found->second;
    }

    void read_buses() {
        SourceTable t = table("bus.csv");
        std::set<std::string> seen;
        for (std::size_t r = 0; r < t.rows(); ++r) {
            Bus b;
            unique(t, r, "Bus ID", seen);
            b.number = t.whole(r, "Bus ID", 0, 1000000000);
            b.name = t.text(r, "Bus Name");
            b.type = t.text(r, "Bus Type");
            b.kv = t.number(r, "BaseKV", {0.1, 2000.0, "kV"});
            b.load_mw = t.number(r, "MW Load", {0.0, 1e6, "MW"});
            b.load_mvar = t.number(r, "MVAR Load", {-1e6, 1e6, "Mvar"});
            b.g_mw = t.number(r, "MW Shunt G", {-1e5, 1e5, "MW"});
            b.b_mvar = t.number(r, "MVAR Shunt B", {-1e5, 1e5, "Mvar"});
            b.area = t.text(r, "Area");
            b.lat_deg = t.number_or(r, "lat", 0.0, {-90.0, 90.0, "deg"});
            b.lon_deg = t.number_or(r, "lng", 0.0, {-180.0, 180.0, "deg"});
            row_of_bus_.emplace(b.number, static_cast<int>(r));
            source_.buses.push_back(std::move(b));
        }
    }

    void read_branches() {
        SourceTable t = table("branch.csv");
        std::set<std::string> seen;
        for (std::size_t r = 0; r < t.rows(); ++r) {
            Branch b;
            b.uid = unique(t, r, "UID", seen);
            b.from = bus_of(t, r, "From Bus");
            b.to = bus_of(t, r, "To Bus");
            b.r_pu = t.number(r, "R", {0.0, 100.0, "pu"});
            b.x_pu = t.number(r, "X", {1e-6, 100.0, "pu"});
            b.b_pu = t.number(r, "B", {0.0, 1000.0, "pu"});
            b.rating_mw = t.number(r, "Cont Rating", {0.0, 1e6, "MW"});
            b.short_term_mw = t.number_or(r, "STE Rating", 0.0, {0.0, 1e6, "MW"});
            b.ratio = t.number(r, "Tr Ratio", {0.0, 2.0, ""});
            b.length_mi = t.number_or(r, "Length", 0.0, {0.0, 3000.0, "mi"});
            source_.branch_outages |= t.number_or(r, "Perm OutRate", 0.0) > 0.0;
            source_.branches.push_back(std::move(b));
        }
    }

    void read_dc_lines() {
        if (!folder_.has_table("dc_branch.csv")) {
            return;
        }
        SourceTable t = table("dc_branch.csv");
        std::set<std::string> seen;
        for (std::size_t r = 0; r < t.rows(); ++r) {
            DcLine d;
            d.uid = unique(t, r, "UID", seen);
            d.from = bus_of(t, r, "From Bus");
            d.to = bus_of(t, r, "To Bus");
            d.p_mw = t.number(r, "MW Load", {0.0, 1e5, "MW"});
            source_.dc_lines.push_back(std::move(d));
        }
    }

    /// Heat rates; the last point that is given is p_max_mw.
    static void read_rates(SourceTable& t, std::size_t r, Generator& g) {
        for (int k = 0; k < output_points; ++k) {
            const std::string point = fmt::format("Output_pct_{}", k);
            const std::string rate =
                k == 0 ? std::string("HR_avg_0") : fmt::format("HR_incr_{}", k);
            const double share = t.number_or(r, point, 0.0, {0.0, 1.0, ""});
            if (k > 0 && share * g.p_max_mw <= (g.point_mw.empty() ? 0.0 : g.point_mw.back())) {
                return; // NA, or 0 behind the last point
            }
            g.point_mw.push_back(share * g.p_max_mw);
            g.rate.push_back(t.number_or(r, rate, 0.0, {0.0, 1e6, "BTU/kWh"}));
        }
    }

    void read_generators() {
        SourceTable t = table("gen.csv");
        std::set<std::string> seen;
        for (std::size_t r = 0; r < t.rows(); ++r) {
            Generator g;
            g.line = t.line(r);
            g.uid = unique(t, r, "GEN UID", seen);
            g.bus = bus_of(t, r, "Bus ID");
            g.unit_type = t.text(r, "Unit Type");
            if (const auto role = role_of(g.unit_type)) {
                g.role = *role;
            } else {
                t.fault(r, "Unit Type", in_quotes(g.unit_type),
                        "STEAM, CT, CC, NUCLEAR, HYDRO, ROR, PV, RTPV, WIND, CSP, STORAGE or "
                        "SYNC_COND");
            }
            g.category = t.text(r, "Category");
            g.fuel = t.text(r, "Fuel");
            read_limits(t, r, g);
            read_costs(t, r, g);
            read_machine(t, r, g);
            check(t, r, g);
            source_.generators.push_back(std::move(g));
        }
    }

    static void read_limits(SourceTable& t, std::size_t r, Generator& g) {
        const Range power{0.0, 1e4, "MW"};
        g.p_mw = t.number(r, "MW Inj", {-1e4, 1e4, "MW"});
        g.q_mvar = t.number(r, "MVAR Inj", {-1e4, 1e4, "Mvar"});
        g.p_max_mw = t.number(r, "PMax MW", power);
        g.p_min_mw = t.number(r, "PMin MW", power);
        g.min_down_h = t.number(r, "Min Down Time Hr", {0.0, 720.0, "h"});
        g.min_up_h = t.number(r, "Min Up Time Hr", {0.0, 720.0, "h"});
        g.ramp_mw_per_min = t.number(r, "Ramp Rate MW/Min", {0.0, 1e4, "MW/min"});
        g.forced_outage_rate = t.number(r, "FOR", {0.0, 0.9, ""});
        g.repair_h = t.number(r, "MTTR Hr", {0.0, 8760.0, "h"});
        g.maintenance_weeks = t.number_or(r, "Scheduled Maint Weeks", 0.0);
        g.pump_mw = t.number_or(r, "Pump Load MW", 0.0, power);
        g.round_trip = t.number_or(r, "Storage Roundtrip Efficiency", 0.0, {0.0, 100.0, "%"}) / 100;
    }

    static void read_costs(SourceTable& t, std::size_t r, Generator& g) {
        const Range heat{0.0, 1e7, "MMBTU"};
        g.cold_h = t.number(r, "Start Time Cold Hr", {0.0, 1e5, "h"});
        g.warm_h = t.number(r, "Start Time Warm Hr", {0.0, 1e5, "h"});
        g.hot_h = t.number(r, "Start Time Hot Hr", {0.0, 1e5, "h"});
        g.cold_mmbtu = t.number(r, "Start Heat Cold MBTU", heat);
        g.warm_mmbtu = t.number(r, "Start Heat Warm MBTU", heat);
        g.hot_mmbtu = t.number(r, "Start Heat Hot MBTU", heat);
        g.start_cost = t.number_or(r, "Non Fuel Start Cost $", 0.0, {0.0, 1e8, "$"});
        g.stop_cost = t.number_or(r, "Non Fuel Shutdown Cost $", 0.0, {0.0, 1e8, "$"});
        g.price_per_mmbtu = t.number(r, "Fuel Price $/MMBTU", {0.0, 420.0, "$/MMBTU"});
        g.vom_per_mwh = t.number_or(r, "VOM", 0.0, {0.0, 1e4, "$/MWh"});
        g.co2_lb_per_mmbtu = t.number_or(r, "Emissions CO2 Lbs/MMBTU", 0.0, {0.0, 2000.0, "lb"});
        read_rates(t, r, g);
    }

    static void read_machine(SourceTable& t, std::size_t r, Generator& g) {
        g.v_pu = t.number(r, "V Setpoint p.u.", {0.0, 1.5, "pu"});
        g.q_max_mvar = t.number(r, "QMax MVAR", {-1e5, 1e5, "Mvar"});
        g.q_min_mvar = t.number(r, "QMin MVAR", {-1e5, g.q_max_mvar, "Mvar"});
        g.inertia_s = t.number_or(r, "Inertia MJ/MW", 0.0, {0.0, 50.0, "s"});
        g.base_mva = t.number_or(r, "Base MVA", 0.0, {0.0, 1e5, "MVA"});
        g.transformer_x_pu = t.number_or(r, "Transformer X p.u.", 0.0, {0.0, 5.0, "pu"});
        g.unit_x_pu = t.number_or(r, "Unit X p.u.", 0.0, {0.0, 5.0, "pu"});
    }

    static void check(SourceTable& t, std::size_t r, const Generator& g) {
        const bool heat = g.role == Role::thermal || g.role == Role::csp;
        if (g.p_min_mw > g.p_max_mw) {
            t.fault(r, "PMin MW", fmt::format("{}", g.p_min_mw),
                    fmt::format("PMax MW = {} or less", g.p_max_mw));
        }
        if (heat && (g.rate.empty() || g.rate.front() <= 0.0)) {
            t.fault(r, "HR_avg_0", "no heat rate", "a number above 0 (BTU/kWh)");
        }
        if (heat && !g.point_mw.empty() && g.point_mw.back() < g.p_max_mw * (1.0 - 1e-6)) {
            t.fault(r, fmt::format("Output_pct_{}", g.point_mw.size() - 1),
                    fmt::format("{}", g.point_mw.back() / g.p_max_mw),
                    "1 at the last output point");
        }
        if (g.role != Role::condenser && g.p_max_mw < 0.1) {
            t.fault(r, "PMax MW", fmt::format("{}", g.p_max_mw), "0.1 or more (MW)");
        }
    }

    void read_stores() {
        if (!folder_.has_table("storage.csv")) {
            return;
        }
        SourceTable t = table("storage.csv");
        for (std::size_t r = 0; r < t.rows(); ++r) {
            Store s;
            s.generator = t.text(r, "GEN UID");
            s.name = t.text(r, "Storage");
            s.volume_gwh = t.number(r, "Max Volume GWh", {0.0, 1e5, "GWh"});
            s.initial_gwh = t.number_or(r, "Initial Volume GWh", 0.0, {0.0, s.volume_gwh, "GWh"});
            if (!t.has("position") || t.text(r, "position") == "head") {
                source_.stores.push_back(std::move(s));
            }
        }
        for (const Generator& g : source_.generators) {
            const bool needs = g.role == Role::csp || g.role == Role::storage;
            const auto own = std::count_if(source_.stores.begin(), source_.stores.end(),
                                           [&](const Store& s) { return s.generator == g.uid; });
            if (needs && own != 1) {
                source_.faults.push_back({t.file(), 0, "GEN UID",
                                          fmt::format("{} head stores of {}", own, g.uid), "one",
                                          ""});
            }
        }
    }

    void read_products() {
        if (!folder_.has_table("reserves.csv")) {
            return;
        }
        SourceTable t = table("reserves.csv");
        std::set<std::string> seen;
        for (std::size_t r = 0; r < t.rows(); ++r) {
            Product p;
            p.name = unique(t, r, "Reserve Product", seen);
            const std::string direction = t.text(r, "Direction");
            if (direction != "Up" && direction != "Down") {
                t.fault(r, "Direction", in_quotes(direction), "Up or Down");
            }
            p.up = direction == "Up";
            p.minutes = t.number(r, "Timeframe (sec)", {0.0, 86400.0, "s"}) / 60.0;
            p.areas = parts(t.text(r, "Eligible Regions"));
            p.categories = parts(t.text(r, "Eligible Device SubCategories"));
            for (const std::string& area : p.areas) {
                const bool known = std::any_of(source_.buses.begin(), source_.buses.end(),
                                               [&](const Bus& b) { return b.area == area; });
                if (!known) {
                    t.fault(r, "Eligible Regions", in_quotes(area), "the Area of a row of bus.csv");
                }
            }
            source_.products.push_back(std::move(p));
        }
    }

    void read_pointers() {
        SourceTable t = table("timeseries_pointers.csv");
        for (std::size_t r = 0; r < t.rows(); ++r) {
            if (t.text(r, "Simulation") == "DAY_AHEAD") {
                source_.pointers.push_back({t.line(r), t.text(r, "Category"), t.text(r, "Object"),
                                            t.text(r, "Parameter"), t.text(r, "Data File")});
            }
        }
    }

    const Folder& folder_;
    std::map<int, int> row_of_bus_;
    Source source_;
};

} // namespace

Source read_source(const Folder& folder) {
    return Reader(folder).read();
}

} // namespace longyang::caseio::imports::rts_gmlc
