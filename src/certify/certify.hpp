#pragma once

#include "base/comm.hpp"
#include "certify/blocks.hpp"

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Works out again, from the prices stored in a results file and from the case, what a run by
/// prices says of itself: bound, cost and gap. Shares no code with the engine but the statement of
/// the problem (model's compact data and coupling rows). Theory: "Certificate" in
/// docs/theory/price-engine.md.
namespace longyang::certify {

struct Request {
    std::string results;     ///< path of the results file
    std::string case_folder; ///< empty: the one named in the file
    int general = 0;         ///< blocks of which HiGHS is asked for a cheaper plan
    int largest = 0;         ///< blocks told by name: those with the largest parts of the gap
};

/// A block that HiGHS was asked about.
struct GeneralCheck {
    std::string block;
    double bound_cny = 0.0; ///< by certify
    double plan_cny = 0.0;  ///< of HiGHS's best plan
    bool optimal = false;   ///< the plan is the best there is
    bool refuted = false;   ///< the plan is cheaper than the bound
};

struct Report {
    std::string case_name, start;
    int hours = 0;
    double stored_bound_cny = 0.0, bound_cny = 0.0;
    bool scheduled = false; ///< whether there is a schedule; else no cost and no gap
    double stored_cost_cny = 0.0;
    /// Of the stored schedule by the case's tables, where units of a cluster share its output
    /// equally.
    double tables_cost_cny = 0.0;
    /// The larger one, of which the gap is: ramps may keep units from sharing, and the engine
    /// counts what each of them gives.
    double cost_cny = 0.0;
    /// What the schedule breaks limits of security by, at their price: counts in the gap.
    double broken_limits_cny = 0.0, stored_broken_limits_cny = 0.0;
    double stored_gap = 0.0, gap = 0.0;
    long long breaches = 0;         ///< of the schedule, by the separate checker
    double flow_tolerance_mw = 0.0; ///< by the run's options; a flow beyond its limit by no more
                                    ///< is none
    /// By kind of block, then the rows by their family, then what units cost more than if they
    /// shared, and what limits are broken by.
    std::vector<std::pair<std::string, Part>> parts;
    std::vector<std::pair<std::string, double>> stored_parts_cny; ///< of the bound; may be empty
    /// Rows of security taken from the file: the bound is of the programme with them.
    long long security_rows = 0;
    /// Hours of lines above a limit of security and of stations below their ratio, by the stored
    /// schedule; -1: the run did not look at security.
    long long line_hours = -1, station_hours = -1;
    /// Hours in which a voltage lies outside its band, or that AC does not solve; -1: not looked
    /// at.
    long long voltage_hours = -1;
    /// Solved hours in which a slack bus lies outside its machines' reactive limits, and the most
    /// by which one does (AC-7): told, of no effect on what is confirmed.
    long long slack_hours = 0;
    double slack_most_mvar = 0.0;
    /// Ratings broken after single outages, and after listed ones; -1: not looked at.
    long long outage_ratings = -1, listed_ratings = -1;
    /// No more of them are counted of an hour, its worst, as in the run (limits_per_hour); 0: all.
    std::size_t ratings_an_hour = 0;
    /// Single blocks with the largest parts of the gap, in falling order.
    std::vector<std::pair<std::string, Part>> largest;
    std::vector<GeneralCheck> general;
    std::vector<std::string> faults; ///< why it is refuted, in words; none: confirmed
    double seconds = 0.0;

    /// The part of the bound found for a kind of block, or for all "rows".
    [[nodiscard]] double bound_of(std::string_view name) const;
    [[nodiscard]] bool confirmed() const { return faults.empty(); }
    /// What the bound is a bound of.
    [[nodiscard]] double bounded_cny() const { return cost_cny + broken_limits_cny; }
};

/// A bound is confirmed where what is found here is not below it by more than this, relative.
inline constexpr double tolerance = 1e-6;

/// Collective; blocks are dealt out over the ranks. Throws Error (file) where the file cannot be
/// read or is of another case, (usage) where it holds no prices.
[[nodiscard]] Report certify(const Comm& comm, const Request& request);

/// As tables for the terminal, and as JSON.
[[nodiscard]] std::string in_words(const Report& report);
[[nodiscard]] std::string in_json(const Report& report);

} // namespace longyang::certify
