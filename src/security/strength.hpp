#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "kernels/strength.hpp"
#include "security/operating_state.hpp"

#include <cstdint>
#include <span>
#include <vector>

/// Short-circuit strength at converters and renewable stations. Equations SE-1 ... are those of
/// docs/theory/export-limits.md.
namespace longyang::security {

/// A renewable station near a converter: coupled to it by at least `near_coupling` while all
/// machines of the case run, and one more at every bus that has any.
struct NearStation {
    int line = 0;
    int station = 0; ///< place in StrengthModel::stations()
};

/// Strength in every hour. Rows x hours; MW and MVA. Places are the lines' converters, then the
/// stations.
struct Strength {
    std::size_t lines = 0;
    grid::HourTable mva;         ///< per place, S_ac (SE-1); 0 where the island has no machine
    grid::HourTable infeed_mw;   ///< per place, its own infeed
    grid::HourTable weighed_mw;  ///< per place, infeed as it weighs there: of the line-commutated
                                 ///< lines at a line (SE-4), of all stations at a station (SE-5)
    grid::HourTable near_weight; ///< per near station: Z_sk / Z_kk, k the line's converter

    [[nodiscard]] std::size_t station(std::size_t s) const { return lines + s; }
};

/// Strength at one bus in one hour, and what it answers to.
struct StrengthAround {
    double mva = 0.0;                    ///< S_ac
    std::vector<double> line_weight;     ///< per line, Z_ij / Z_ii of its converter
    std::vector<double> station_weight;  ///< per station
    std::vector<double> mva_per_machine; ///< per machine row: S_b b (Z_im / Z_ii)^2 (SE-14)
};

/// Network and machines of a case, and what is asked of them in every hour.
class StrengthModel {
public:
    /// Throws Error (numerical) where an island of the case has no machine.
    StrengthModel(const grid::System& system, std::span<const TrialMachine> trials);

    /// Buses with renewables, ascending.
    [[nodiscard]] std::span<const int> stations() const { return stations_; }
    [[nodiscard]] std::span<const NearStation> near() const { return near_; }
    [[nodiscard]] std::span<const MachineRow> machines() const { return machines_; }

    /// All hours of a state (kernels/strength.hpp). Throws Error (defect) where a table does not
    /// fit.
    [[nodiscard]] Strength evaluate(const OperatingState& state) const;
    /// Impedances between all buses in one hour, pu; what `around` looks at.
    [[nodiscard]] std::vector<double> impedances(const OperatingState& state,
                                                 std::size_t hour) const;
    /// At the converter of a line; at a station (its place in stations()).
    [[nodiscard]] StrengthAround around_line(std::span<const double> z_pu, std::size_t line) const;
    [[nodiscard]] StrengthAround around_station(std::span<const double> z_pu,
                                                std::size_t station) const;

private:
    [[nodiscard]] StrengthAround around(std::span<const double> z_pu, int bus) const;
    void find_stations(const grid::System& system);
    void find_near(const grid::System& system);
    void ask();
    [[nodiscard]] kernels::MachineNetwork network(std::span<const double> connected,
                                                  std::size_t hours) const;
    /// Of one hour, from the connected machines of each row.
    [[nodiscard]] std::vector<double> impedances(std::span<const double> connected) const;
    [[nodiscard]] grid::HourTable infeeds_mw(const OperatingState& state) const;

    double base_mva_ = 100.0;
    std::vector<MachineRow> machines_;
    std::vector<int> line_bus_;
    std::vector<bool> line_commutated_;
    std::vector<int> renewable_station_; ///< per row of renewables.csv
    std::vector<int> stations_;
    std::vector<NearStation> near_;

    std::size_t buses_ = 0;
    std::vector<int> from_bus_, to_bus_; ///< per branch
    std::vector<double> branch_pu_;      ///< 1 / x (SE-1)
    std::vector<int> machine_bus_;       ///< per machine row
    std::vector<double> machine_pu_;     ///< of one machine

    // Targets are the lines' converters, then the stations; infeeds the same.
    std::vector<std::int64_t> target_, infeed_target_;
    std::vector<std::int64_t> group_first_, group_infeed_, sum_target_, sum_group_;
    std::vector<std::int64_t> weight_of_, weight_at_;
};

} // namespace longyang::security
