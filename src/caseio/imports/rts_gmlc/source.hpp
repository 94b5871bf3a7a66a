#pragma once

#include "caseio/fault.hpp"
#include "caseio/imports/rts_gmlc/folder.hpp"

#include <string>
#include <vector>

namespace longyang::caseio::imports::rts_gmlc {

struct Bus {
    int number = 0;
    std::string name, type; ///< PQ, PV, Ref
    double kv = 0.0, load_mw = 0.0, load_mvar = 0.0, g_mw = 0.0, b_mvar = 0.0;
    std::string area;
    double lat_deg = 0.0, lon_deg = 0.0;
};

struct Branch {
    std::string uid;
    int from = 0, to = 0; ///< rows of `buses`
    double r_pu = 0.0, x_pu = 0.0, b_pu = 0.0;
    double rating_mw = 0.0, short_term_mw = 0.0; ///< continuous, STE
    double ratio = 0.0;                          ///< 0: a line
    double length_mi = 0.0;
};

struct DcLine {
    std::string uid;
    int from = 0, to = 0; ///< rows of `buses`
    double p_mw = 0.0;    ///< MW Load
};

/// How a generator appears in a case; by its Unit Type.
enum class Role { thermal, by_series, csp, storage, condenser };

struct Generator {
    int line = 0;
    std::string uid;
    int bus = 0; ///< row of `buses`
    std::string unit_type, category, fuel;
    Role role = Role::thermal;
    double p_mw = 0.0, q_mvar = 0.0, v_pu = 0.0;
    double p_max_mw = 0.0, p_min_mw = 0.0, q_max_mvar = 0.0, q_min_mvar = 0.0;
    double min_down_h = 0.0, min_up_h = 0.0, ramp_mw_per_min = 0.0;
    double cold_h = 0.0, warm_h = 0.0, hot_h = 0.0; ///< off until that state is reached
    double cold_mmbtu = 0.0, warm_mmbtu = 0.0, hot_mmbtu = 0.0;
    double start_cost = 0.0, stop_cost = 0.0; ///< without fuel, $
    double forced_outage_rate = 0.0, repair_h = 0.0, maintenance_weeks = 0.0;
    double price_per_mmbtu = 0.0; ///< $
    std::vector<double> point_mw; ///< output points of the heat rates
    std::vector<double> rate;     ///< average up to the first point, then between points
    double vom_per_mwh = 0.0;     ///< $
    double co2_lb_per_mmbtu = 0.0;
    double inertia_s = 0.0, base_mva = 0.0, transformer_x_pu = 0.0, unit_x_pu = 0.0;
    double pump_mw = 0.0, round_trip = 0.0;
};

/// A store of storage.csv; heads alone, tails are left out.
struct Store {
    std::string generator, name;
    double volume_gwh = 0.0, initial_gwh = 0.0;
};

/// A reserve product.
struct Product {
    std::string name;
    bool up = true;
    double minutes = 0.0;
    std::vector<std::string> areas, categories; ///< that hold it
};

/// A row of timeseries_pointers.csv for the day-ahead simulation.
struct Pointer {
    int line = 0;
    std::string category, object, parameter, file;
};

/// The tables of SourceData, checked.
struct Source {
    std::vector<Bus> buses;
    std::vector<Branch> branches;
    std::vector<Generator> generators;
    std::vector<Store> stores;
    std::vector<Product> products;
    std::vector<Pointer> pointers;
    std::vector<DcLine> dc_lines;
    bool branch_outages = false; ///< outage rates of branches are given
    std::vector<Fault> faults;
};

/// Throws Error (file) where a table cannot be read; faults are told with line and column.
[[nodiscard]] Source read_source(const Folder& folder);

} // namespace longyang::caseio::imports::rts_gmlc
