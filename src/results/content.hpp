#pragma once

#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "partition/partition.hpp"

#include <string>
#include <utility>
#include <vector>

/// What a results file holds. Formats: docs/formats/results.md.
namespace longyang::results {

/// Who made the file, from what and how it ended.
struct Header {
    std::string
        status; ///< complete | relaxed | stopped (partial results) | faulty (breaches were found)
    std::string status_words;
    std::string program_version, git_hash;
    std::string command_line;
    std::vector<std::pair<std::string, std::string>> options; ///< in force, by name
    std::vector<std::pair<std::string, std::string>> libraries;
    int ranks = 1;
    std::string started, ended; ///< ISO 8601, UTC
};

struct Stage {
    std::string name;
    double seconds = 0.0;
};

/// How good the schedule is, and who says so.
struct Certificate {
    double cost_cny = 0.0;          ///< of the schedule
    double bound_cny = 0.0;         ///< no schedule of the same programme costs less
    double broken_limits_cny = 0.0; ///< limits of security that it breaks, at their price
    double gap = 0.0;               ///< (cost + broken limits - bound) / |cost + broken limits|
    std::string bound_source;       ///< how the bound was got, in words
    double primal_infeasibility = 0.0, dual_infeasibility = 0.0, integrality = 0.0;
    double checked_cost_cny = 0.0; ///< by the separate checker
    double worst_deviation = 0.0;  ///< relative, by the separate checker
    long long checks = 0, breaches = 0;
};

/// A policy target in one of its periods.
struct TargetResult {
    int target = 0;         ///< row of System::targets
    int begin = 0, end = 0; ///< hours of the span, [begin, end)
    double owed_mwh = 0.0;
    double own_mwh = 0.0; ///< all energy of the region's plants that meets the kind
    double short_mwh = 0.0;
    double bought_mwh = 0.0, sold_mwh = 0.0; ///< certificates
    /// Of energy that counts in the region, and of a certificate; 0 without prices.
    double price_cny_per_mwh = 0.0, certificate_cny_per_mwh = 0.0;
};

/// A cap on emissions in one of its periods.
struct EmissionCapResult {
    int cap = 0;            ///< row of System::emission_caps
    int begin = 0, end = 0; ///< hours of the span, [begin, end)
    double cap_t = 0.0;     ///< of the hours in the span
    double counted_t = 0.0, excess_t = 0.0;
    double price_cny_per_t = 0.0; ///< saved by a t more of the cap; 0 without prices
};

/// A limit of a branch or section that entered the programme.
struct ActiveLimit {
    std::string kind; ///< branch | section
    int item = 0;     ///< row of its table
    int hour = 0;     ///< of the span
    int side = 0;     ///< +1 upper (forward), -1 lower (backward)
    double limit_mw = 0.0;
    double price_cny_per_mwh = 0.0; ///< >= 0, saved by one MW more of the limit
};

/// Prices of coupling rows at which a bound was met (docs/theory/price-engine.md, PE-2), from which
/// anybody can work it out again. Rows are those of lp::Coupling, in its order.
struct RowPrices {
    grid::Names tag, what;                ///< per pattern: of its family, as "NW-2"; its name
    std::vector<int> pattern, begin, end; ///< per row; hours of the span, [begin, end)
    std::vector<double> lower, upper; ///< per row, in the unit of its channels, summed over hours
    std::vector<double> price_cny;    ///< per row and unit; > 0 where more is wanted
    std::vector<double> breach_cny; ///< per row, at which it may be broken; infinite: it must hold
    /// Weights of patterns that the case alone does not say (security): pattern, channel, weight.
    std::vector<int> term_pattern;
    grid::Names term_channel;
    std::vector<double> term_weight;
};

/// What one schedule of a run with security broke.
struct SecurityRound {
    double line_hours = 0.0, line_mwh = 0.0;             ///< above an export limit
    double station_hours = 0.0, station_mwh = 0.0;       ///< infeed beyond the stations' ratio
    double outage_ratings = 0.0, outage_mwh = 0.0;       ///< after single outages
    double listed_ratings = 0.0, listed_mwh = 0.0;       ///< after those of contingencies.csv
    double voltage_hours = 0.0, voltage_bus_hours = 0.0; ///< outside the buses' bands, by AC
    double voltage_mwh = 0.0;                   ///< by which sections would have to carry less
    double slack_hours = 0.0, slack_mvar = 0.0; ///< beyond slack buses' reactive limits, the most
    double cost_cny = 0.0;
};

/// An hour of the schedule in which a voltage lies outside its band, or that AC does not solve.
struct VoltageHour {
    int hour = 0; ///< of the span
    int bus = 0;
    double v_pu = 0.0; ///< NaN where the hour is not solved
    int buses_outside = 0;
    int section = -1; ///< that would have to carry less; -1: none helps
    double flow_mw = 0.0, relief_mw = 0.0;
};

/// Limits of security of the schedule; empty where the run did not look at them. Whole on every
/// rank.
struct Security {
    std::vector<SecurityRound> rounds;
    std::vector<double> machine_value_cny;       ///< per row of machines.csv, see datasets.cpp
    std::vector<double> branch_loading;          ///< per branch, highest after a single outage
    std::vector<int> branch_lost, branch_hour;   ///< of it: the lost branch (-1: none); hour
    std::vector<double> branch_value_cny_per_mw; ///< over the span
    std::vector<VoltageHour> voltage_hours;
};

struct Forecast {
    double memory_mb = 0.0, seconds = 0.0;           ///< said before
    double memory_used_mb = 0.0, seconds_used = 0.0; ///< measured
};

/// Everything of a run. Rows of tables are those of the grid's tables; a rank fills the rows that
/// it owns (partition::Owners) and leaves the others zero, except what is said to be whole.
struct Content {
    Header header;
    grid::Span span;
    grid::Schedule schedule;
    grid::HourTable
        branch_flow_mw; ///< all branches x hours; rows owned by the rank of their from bus
    grid::HourTable section_flow_mw;  ///< whole on every rank
    grid::HourTable bus_injection_mw; ///< plants less load, without HVDC's receiving side; rows by
                                      ///< owner of the bus
    grid::HourTable bus_price_cny_per_mwh;        ///< whole on every rank
    grid::HourTable reserve_price_cny_per_mw;     ///< whole on every rank
    grid::HourTable connection_price_cny_per_mwh; ///< whole on every rank
    grid::HourTable reserve_requirement_mw;       ///< whole on every rank
    std::vector<ActiveLimit> limits;              ///< whole on every rank
    std::vector<TargetResult> targets;            ///< by target and period; whole on every rank
    std::vector<EmissionCapResult> emission_caps; ///< by cap and period; whole on every rank
    // Of HVDC lines, whole on every rank; empty where the run did not look at security.
    grid::HourTable security_limit_mw, security_cause, security_margin_mw,
        security_price_cny_per_mwh, security_strength_mva, security_ratio,
        security_multi_infeed_ratio, security_station_ratio, security_voltage_pu,
        security_energy_mws;
    grid::HourTable thermal_running_value_cny; ///< whole on every rank
    Security security;
    RowPrices
        row_prices; ///< of the engine by prices; whole on the root, empty where there are none
    /// Inner prices at which the blocks' parts of the bound were met; rows by owner. Left empty
    /// where the run has none.
    grid::HourTable storage_value_cny_per_mwh;    ///< of energy at the end of the hour
    grid::HourTable flexible_value_cny_per_mwh;   ///< of flexible loads' energy, likewise
    grid::HourTable reservoir_value_cny_per_hm3;  ///< of water at the end of the hour
    grid::HourTable hydro_head_price_cny_per_hm3; ///< stations x hours, of water above heads
                                                  ///< reservoirs (PE-34)
    /// Per contract and period of the schedule: its price where a line takes care of it (PE-9), by
    /// owner of the contract. Empty where the run has none.
    std::vector<double> contract_price_cny_per_mwh;
    std::vector<double> columns; ///< of the programme, from which a restart goes on; on the root,
                                 ///< empty without a schedule
    int iterations = 0;          ///< of prices, behind which a restart goes on
    Certificate certificate;
    std::vector<std::pair<std::string, double>> cost_parts_cny; ///< by kind of cost, whole
    std::vector<std::pair<std::string, double>>
        bound_parts_cny; ///< by kind of block, and of the rows; whole; empty where not known
    std::vector<Stage> stages;
    Forecast forecast;
    std::vector<std::string> breaches; ///< in words
};

} // namespace longyang::results
