#pragma once

#include "base/comm.hpp"
#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "security/operating_state.hpp"

#include <cstdint>
#include <span>
#include <vector>

/// Short-circuit strength at converters and renewable stations. Equations SE-1 ... are those of
/// docs/theory/export-limits.md.
namespace longyang::security {

/// A renewable station near a converter: coupled to it by at least `near_coupling` while all
/// machines of the case run.
struct NearStation {
    int line = 0;
    int station = 0; ///< place in StrengthModel::stations()
};

/// Strength in every hour. Rows x hours; MW and MVA.
struct Strength {
    grid::HourTable line_mva;          ///< S_ac at each line's converter (SE-1)
    grid::HourTable multi_infeed_mw;   ///< line-commutated infeed as it weighs at the line (SE-4)
    grid::HourTable station_mva;       ///< S_ac at each station
    grid::HourTable station_infeed_mw; ///< renewable infeed as it weighs there (SE-5)
    grid::HourTable near_weight;       ///< per near station: Z_sk / Z_kk, k the line's converter
    grid::HourTable renewable_mw;      ///< per station, its own infeed
};

/// Strength at one bus in one hour, and what it answers to.
struct StrengthAround {
    double mva = 0.0;                    ///< S_ac
    std::vector<double> line_weight;     ///< per line, Z_ij / Z_ii of its converter
    std::vector<double> station_weight;  ///< per station
    std::vector<double> mva_per_machine; ///< per machine row: S_b b (Z_im / Z_ii)^2 (SE-14)
};

/// The network reduced to the buses with machines, converters and renewables, factorised once.
class StrengthModel {
public:
    /// Collective. Throws Error (numerical) where the network with all machines is singular (an
    /// island without any machine).
    StrengthModel(const Comm& comm, const grid::System& system,
                  std::span<const TrialMachine> trials);

    /// Buses with renewables, ascending.
    [[nodiscard]] std::span<const int> stations() const { return stations_; }
    [[nodiscard]] std::span<const NearStation> near() const { return near_; }
    [[nodiscard]] std::span<const MachineRow> machines() const { return machines_; }

    /// All hours of a state, by updates of the one inverse (kernels/strength.hpp). Machine rows may
    /// have one unit more than the case says. Throws Error (defect) where a table does not fit.
    [[nodiscard]] Strength evaluate(const OperatingState& state) const;
    /// Impedances between all buses that are kept in one hour, pu, by plain updates of the inverse;
    /// what `around` looks at.
    [[nodiscard]] std::vector<double> impedances(const OperatingState& state,
                                                 std::size_t hour) const;
    /// At the converter of a line; at a station (its place in stations()).
    [[nodiscard]] StrengthAround around_line(std::span<const double> z_pu, std::size_t line) const;
    [[nodiscard]] StrengthAround around_station(std::span<const double> z_pu,
                                                std::size_t station) const;

private:
    [[nodiscard]] StrengthAround around(std::span<const double> z_pu, int bus) const;
    void choose_nodes(const grid::System& system);
    void invert(const Comm& comm, const grid::System& system);
    void find_near(const grid::System& system);
    void ask();
    [[nodiscard]] std::vector<double> connected_pu(const OperatingState& state) const;
    [[nodiscard]] grid::HourTable infeeds_mw(const OperatingState& state) const;

    double base_mva_ = 100.0;
    std::vector<MachineRow> machines_;
    std::vector<int> line_bus_;
    std::vector<bool> line_commutated_;
    std::vector<int> renewable_station_; ///< per row of renewables.csv
    std::vector<int> stations_;
    std::vector<NearStation> near_;

    std::vector<int> node_bus_; ///< buses that are kept
    std::vector<int> node_of_bus_;
    std::vector<std::int64_t> machine_node_;
    std::vector<int> machine_place_;   ///< per machine row, its place in machine_node_
    std::vector<double> reference_pu_; ///< per machine node
    std::vector<double> z_pu_;         ///< nodes x nodes

    // Targets are the lines' converters, then the stations; infeeds the same.
    std::vector<std::int64_t> target_, infeed_target_;
    std::vector<std::int64_t> group_first_, group_infeed_, sum_target_, sum_group_;
    std::vector<std::int64_t> weight_of_, weight_at_;
};

} // namespace longyang::security
