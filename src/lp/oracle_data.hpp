#pragma once

#include "lp/hourly.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <variant>
#include <vector>

/// What special oracles need to know of a block, in place of its columns and rows: the same
/// problem, stated compactly, so that a year of it stays small. A block that has no such form goes
/// to the general oracle. Hours are those of the span; "per hour" vectors have one entry an hour.
/// Equations: docs/theory.
namespace longyang::lp {

/// Channels that a block's reserve goes to (empty: it holds none).
struct ReservePorts {
    std::vector<int> up, down, non_spinning;
};

/// What a unit takes from a channel as it runs: heat of a store, MWh in an hour (TH-17), or room
/// under caps on emissions, t in an hour (TH-20).
struct UnitDraw {
    int channel = -1;                       ///< -1: none
    double base_per_h = 0.0, per_mwh = 0.0; ///< of a running unit: base + this x its gross output
    double per_start = 0.0;                 ///< besides, in the hour of a start
    bool from_store = false;                ///< it has to last hour by hour

    [[nodiscard]] double amount(double p_mw, bool started) const {
        return base_per_h + per_mwh * p_mw + (started ? per_start : 0.0);
    }
    bool operator==(const UnitDraw&) const = default;
};

/// CO2 that a running unit captures, t in an hour (TH-19). Its output is gross: what capture takes
/// is not given to the bus. A captured t is given back to the channel that the unit draws on.
struct UnitCapture {
    double base_t_per_h = 0.0, t_per_mwh = 0.0; ///< at most base + this x output; 0, 0: none
    double mwh_per_t = 0.0, cny_per_t = 0.0;    ///< the cost less the carbon price; may be below 0

    [[nodiscard]] bool any() const { return base_t_per_h > 0.0 || t_per_mwh > 0.0; }
    /// Of a running unit.
    [[nodiscard]] double most_t(double p_mw) const { return base_t_per_h + t_per_mwh * p_mw; }
    /// What a t earns at prices of the bus and of room under caps on emissions.
    [[nodiscard]] double earned_cny_per_t(double cny_per_mwh, double room_cny_per_t) const {
        return room_cny_per_t - cny_per_t - mwh_per_t * cny_per_mwh;
    }
    /// The best at these prices: as much as may be, or nothing.
    [[nodiscard]] double best_t(double cny_per_mwh, double room_cny_per_t, double p_mw) const {
        return earned_cny_per_t(cny_per_mwh, room_cny_per_t) > 0.0 ? most_t(p_mw) : 0.0;
    }
    bool operator==(const UnitCapture&) const = default;
};

/// Identical units of a cluster that are on or off one by one (TH-1 to TH-10 for one unit): same
/// availability, duties and past. The groups of one block are of one cluster: they differ in
/// `units`, `available`, `must_run` and the initial state alone.
struct UnitGroup {
    int units = 1;
    int injection = 0; ///< channel
    int running = -1;  ///< channel to which a unit that is on gives 1; -1: none
    UnitDraw draw;
    UnitCapture capture;
    ReservePorts reserve;
    std::vector<char> available, must_run; ///< per hour
    Hourly p_min_mw, p_max_mw;             ///< of a running unit
    Hourly start_max_mw, stop_max_mw; ///< largest output in the hour of a start, in the last hour
                                      ///< before a stop
    double base_mw = 0.0;             ///< where the heat curve begins
    double base_cny_per_h = 0.0;      ///< cost of running there
    std::vector<double> segment_mw, segment_cny_per_mwh; ///< above base, slopes not falling
    double ramp_up_mw_per_h = 0.0, ramp_down_mw_per_h = 0.0;
    int min_up_h = 1, min_down_h = 1;
    std::vector<int>
        tier_off_h; ///< hours off from which a start costs tier_cny; empty: starts are free
    std::vector<double> tier_cny;
    double up_max_mw = 0.0, down_max_mw = 0.0, non_spinning_max_mw = 0.0;
    int initial_on = -1; ///< 1 on, 0 off, -1 free
    int initial_h = 0;
    double initial_p_mw = 0.0;
    bool initial_stop = true; ///< it may stop in hour 0: initial_p_mw is low enough, or it must
};

/// A storage plant (ST-1 to ST-4), or a flexible load (FL-1 to FL-6).
struct Store {
    int injection = 0;
    ReservePorts reserve;
    double charge_max_mw = 0.0, discharge_max_mw = 0.0, energy_max_mwh = 0.0;
    double efficiency_charge = 1.0, efficiency_discharge = 1.0;
    double kept_per_h = 1.0; ///< 1 - loss
    double discharge_cny_per_mwh = 0.0;
    double energy_initial_mwh = 0.0, energy_end_min_mwh = 0.0;
    std::vector<double> inflow_mw; ///< per hour; empty: none; what is not taken is spilt

    /// What changes by the hour; empty: the figure above (limits, which then are the largest of any
    /// hour), 0 (the others).
    struct ByHour {
        std::vector<double> charge_max_mw, discharge_max_mw;
        std::vector<double> energy_min_mwh, energy_max_mwh; ///< at the hour's end; may be below 0
        std::vector<double> drain_mw;        ///< leaves the store whatever happens; may be below 0
        std::vector<double> unserved_max_mw; ///< of it, at unserved_cny_per_mwh
        std::vector<double> base_mw;         ///< given to `injection` whatever happens
    };
    ByHour by_hour;
    double unserved_cny_per_mwh = 0.0;

    [[nodiscard]] double charge_max(std::size_t hour) const {
        return by_hour.charge_max_mw.empty() ? charge_max_mw : by_hour.charge_max_mw[hour];
    }
    [[nodiscard]] double discharge_max(std::size_t hour) const {
        return by_hour.discharge_max_mw.empty() ? discharge_max_mw : by_hour.discharge_max_mw[hour];
    }
    /// Least content at the end of an hour, without the end of the span.
    [[nodiscard]] double energy_min(std::size_t hour) const {
        return by_hour.energy_min_mwh.empty() ? 0.0 : by_hour.energy_min_mwh[hour];
    }
    [[nodiscard]] double energy_max(std::size_t hour) const {
        return by_hour.energy_max_mwh.empty() ? energy_max_mwh : by_hour.energy_max_mwh[hour];
    }
    [[nodiscard]] double inflow(std::size_t hour) const {
        return inflow_mw.empty() ? 0.0 : inflow_mw[hour];
    }
    [[nodiscard]] double drain(std::size_t hour) const {
        return by_hour.drain_mw.empty() ? 0.0 : by_hour.drain_mw[hour];
    }
    [[nodiscard]] double unserved_max(std::size_t hour) const {
        return by_hour.unserved_max_mw.empty() ? 0.0 : by_hour.unserved_max_mw[hour];
    }
    [[nodiscard]] double base(std::size_t hour) const {
        return by_hour.base_mw.empty() ? 0.0 : by_hour.base_mw[hour];
    }
};

/// Tells of a store that cannot end the span with what is asked of it.
[[nodiscard]] std::string words_of_missing_energy(double missing_mwh);

/// A cascade (HY-1 to HY-9).
struct RiverStation {
    int reservoir = 0; ///< in River::reservoirs
    int injection = 0;
    ReservePorts reserve;
    double p_max_mw = 0.0, flow_max_m3_per_s = 0.0;
    double cny_per_mwh = 0.0;
    std::vector<double> segment_from_hm3,
        segment_mw_per_m3_per_s; ///< one entry where there are no head segments
    /// Per hour, first and last segment that the storage can be in; empty where there is one.
    std::vector<int> first_segment, last_segment;
    std::vector<char> in_service; ///< per hour; empty: always

    [[nodiscard]] bool serves(std::size_t hour) const {
        return in_service.empty() || in_service[hour] != 0;
    }
    /// Limits of an hour: 0 out of service.
    [[nodiscard]] double p_max(std::size_t hour) const { return serves(hour) ? p_max_mw : 0.0; }
    [[nodiscard]] double flow_max(std::size_t hour) const {
        return serves(hour) ? flow_max_m3_per_s : 0.0;
    }
};
struct RiverReservoir {
    int downstream = -1, travel_h = 0;
    std::vector<double> storage_min_hm3, storage_max_hm3; ///< per hour, at its end
    std::vector<double>
        arriving_m3_per_s; ///< per hour: natural inflow and water on its way at the start
    std::vector<double> release_min_m3_per_s, release_max_m3_per_s; ///< per hour
    double storage_initial_hm3 = 0.0, storage_end_hm3 = 0.0;
    double release_short_cny_per_hm3 = 0.0, end_short_cny_per_hm3 = 0.0;
};
/// Lifts water from one reservoir to another within the hour.
struct RiverPump {
    /// Power taken from a channel.
    struct Draw {
        int channel = 0;
        double mw_per_m3_per_s = 0.0;
    };
    int from = 0, to = 0; ///< in River::reservoirs
    /// Of its bus: what the units will give back where that counts, and what is lost.
    std::vector<Draw> draws;
    double flow_max_m3_per_s = 0.0;
    double mw_per_m3_per_s = 0.0; ///< of all draws
    double cny_per_mwh = 0.0;
    std::vector<char> in_service; ///< per hour; empty: always

    /// Of an hour: 0 out of service.
    [[nodiscard]] double flow_max(std::size_t hour) const {
        return in_service.empty() || in_service[hour] != 0 ? flow_max_m3_per_s : 0.0;
    }
};
/// 1 m3/s over an hour, in hm3.
inline constexpr double hm3_per_m3s_h = 0.0036;

struct River {
    std::vector<RiverReservoir> reservoirs; ///< in downstream order
    std::vector<RiverStation> stations;
    std::vector<RiverPump> pumps;
};

/// A line whose power is held over blocks of hours (HV-1 to HV-5). It takes its power from
/// `injection` and gives it to `power`, in every hour of a block.
struct LevelLine {
    int injection = 0, power = 0; ///< channels
    std::vector<int>
        block_begin; ///< first hour of each block in the span, and the hours behind the last
    std::vector<double> low_mw, high_mw; ///< per block
    double step_mw = 0.0;                ///< levels are low_mw + whole steps; 0: continuous
    std::vector<double> change_max_mw;   ///< per block, from the one before; not of the first
    std::vector<char> counted;           ///< per block: a change into it is one of the day's
    std::vector<int> day_of_block;
    int max_changes_per_day = 0; ///< 0: no limit
    /// Delivered power: the least of slope x power + offset_mw.
    std::vector<double> chord_slope, chord_offset_mw;
    double delivered_cny_per_mwh = 0.0; ///< value, earned
    /// Per hour, power below which each MWh missing costs (HV-6); empty: nothing is asked for.
    std::vector<double> demanded_mw;
    double missing_cny_per_mwh = 0.0;

    [[nodiscard]] std::size_t blocks() const { return low_mw.size(); }
    [[nodiscard]] int hours(std::size_t block) const {
        return block_begin[block + 1] - block_begin[block];
    }
    [[nodiscard]] double missing_cny(std::size_t hour, double power_mw) const {
        return demanded_mw.empty()
                   ? 0.0
                   : missing_cny_per_mwh * std::max(0.0, demanded_mw[hour] - power_mw);
    }
};

/// Hours that do not hang together: wind, PV, load shedding, shortfalls, sharing, ways of DC links.
/// Each entry gives amount x in [low, high] at a cost.
struct HourlyAmount {
    Hourly low, high;
    Hourly cny_per_unit;
    double constant_cny = 0.0;
    std::vector<int> channel;     ///< to which it gives
    std::vector<double> weight;   ///< per channel, times x
    std::vector<double> constant; ///< per hour, given to channel[0] besides (a load)
    /// Downward reserve up to x itself (RN-2); empty: none.
    std::vector<int> down;
};

using OracleData =
    std::variant<std::monostate, std::vector<UnitGroup>, Store, River, LevelLine, HourlyAmount>;

} // namespace longyang::lp
