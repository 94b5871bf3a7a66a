#pragma once

#include "lp/block.hpp"
#include "lp/oracle_data.hpp"
#include "model/blocks.hpp"
#include "model/reserves.hpp"

#include <cstddef>
#include <vector>

/// What the constraint families of a thermal cluster share: its data over the span and the numbers
/// of its columns. Symbols are those of docs/theory/thermal.md.
namespace longyang::model {

/// A segment of the heat curve above minimum output. Within deep load reduction it may cost less
/// than 0: giving more saves oil.
struct HeatSegment {
    double width_mw = 0.0;         ///< of one unit
    double cost_cny_per_mwh = 0.0; ///< fuel, carbon, operation and maintenance
};

/// Cost of one start after at least `off_h` hours off.
struct StartTier {
    int off_h = 0;
    double cost_cny = 0.0;
};

/// A cluster over a span. Vectors by hour have one value per hour of the span.
struct Cluster {
    int hours = 0;
    int units = 0;
    double p_min_mw = 0.0; ///< of one unit, as the following; with deep load reduction
    double p_max_mw = 0.0;
    double ramp_up_mw_per_h = 0.0, ramp_down_mw_per_h = 0.0;
    double spinning_up_mw = 0.0, spinning_down_mw = 0.0, non_spinning_mw = 0.0;
    int min_up_h = 1, min_down_h = 1;

    std::vector<double> highest_mw; ///< largest output of a running unit in the hour
    std::vector<double> floor_mw;   ///< least output of a running unit in the hour
    std::vector<double> start_mw;   ///< largest output in an hour of a start
    std::vector<double> stop_mw;    ///< largest output in the last hour before a stop
    double stop_before_mw = 0.0;    ///< the same for the hour before the span
    std::vector<int> available;     ///< units in service
    std::vector<int> must_run;      ///< units that have to run, not more than available

    bool state_given = false;          ///< else the state before the span is free
    int initial_units = 0;             ///< on before the span
    int initial_h = 0;                 ///< hours that units on and off have been so
    std::vector<int> still_in_service; ///< of the initial units, up to the hour without a break
    int let_go = 0;                    ///< of these, units that cannot run in hour 0
    double initial_above_min_mw = 0.0; ///< before the span, of the others

    double cost_on_cny_per_h = 0.0; ///< of a running unit at minimum output
    std::vector<HeatSegment> segments;
    std::vector<StartTier> tiers; ///< hottest first

    ReserveChannels reserve; ///< empty lists also where the cluster can give none
    lp::UnitDraw draw;       ///< heat of a power block, or room for CO2 under caps
    lp::UnitCapture capture;

    [[nodiscard]] double above_min_mw() const { return p_max_mw - p_min_mw; }
};

/// Reads cluster `item` from the tables. Throws Error (faulty case) where its heat curve is
/// missing.
[[nodiscard]] Cluster read_cluster(const Context& context, int item);

/// Numbers of a cluster's columns: the same ones in every hour, hour after hour.
struct ClusterColumns {
    int segments = 0, tiers = 0;
    bool has_up = false, has_down = false, has_non_spinning = false, has_capture = false;

    [[nodiscard]] int per_hour() const {
        return 3 + segments + tiers + int{has_up} + int{has_down} + int{has_non_spinning} +
               int{has_capture};
    }
    [[nodiscard]] int on(int t) const { return t * per_hour(); }
    [[nodiscard]] int start(int t) const { return on(t) + 1; }
    [[nodiscard]] int stop(int t) const { return on(t) + 2; }
    [[nodiscard]] int segment(int t, int m) const { return on(t) + 3 + m; }
    [[nodiscard]] int tier(int t, int j) const { return on(t) + 3 + segments + j; }
    [[nodiscard]] int up(int t) const { return on(t) + 3 + segments + tiers; }
    [[nodiscard]] int down(int t) const { return up(t) + int{has_up}; }
    [[nodiscard]] int non_spinning(int t) const { return down(t) + int{has_down}; }
    [[nodiscard]] int captured(int t) const { return non_spinning(t) + int{has_non_spinning}; }
};

[[nodiscard]] ClusterColumns number_columns(const Cluster& cluster);

/// Appends factor x output above minimum in an hour, p'_t, to a row's terms.
void append_above_min(const ClusterColumns& columns, int t, double factor,
                      std::vector<lp::Term>& terms);

/// The bounds of units on by hour (TH-4, and what TH-2 and TH-3 ask of the state before the span).
struct UnitBounds {
    int lower = 0, upper = 0;
};
/// Throws Error (infeasible) where the two leave nothing; `name` is the plant's, for the message.
[[nodiscard]] std::vector<UnitBounds> unit_bounds(const Cluster& cluster, const std::string& name);

/// One constraint family each, in the file of its name.
void add_commitment(const Cluster& cluster, const ClusterColumns& columns, lp::Block& block);
void add_capacity(const Cluster& cluster, const ClusterColumns& columns, lp::Block& block);
void add_ramps(const Cluster& cluster, const ClusterColumns& columns, lp::Block& block);
void add_heat_curve(const Cluster& cluster, const ClusterColumns& columns, lp::Block& block);
void add_start_tiers(const Cluster& cluster, const ClusterColumns& columns, lp::Block& block);
void add_draw_ports(const Cluster& cluster, const ClusterColumns& columns, lp::Block& block);
void add_capture(const Cluster& cluster, const ClusterColumns& columns, int injection,
                 lp::Block& block);
void add_reserve_limits(const Cluster& cluster, const ClusterColumns& columns, lp::Block& block);

} // namespace longyang::model
