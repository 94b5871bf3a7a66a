#pragma once

#include "caseio/imports/made_case.hpp"
#include "caseio/imports/span_profiles.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace longyang::caseio::imports {

/// A figure of each hour of the file's span.
struct Series {
    std::vector<double> value;

    [[nodiscard]] double least() const;
    [[nodiscard]] double most() const;
    [[nodiscard]] double mean() const;
    [[nodiscard]] bool constant() const { return least() == most(); }
    /// Every value divided by `scale`; 0 where that is 0.
    [[nodiscard]] std::vector<double> over(double scale) const;
};

/// Loads by hour, and plants beside them, of a case that is made.
class HourlyLoads {
public:
    HourlyLoads(Tables& tables, SpanProfiles& profiles, Notes& notes)
        : tables_(tables), profiles_(profiles), notes_(notes) {}

    /// One row of loads with that value of lost load; where demand is negative, a plant that gives
    /// it.
    void demand(const std::string& name, const std::string& bus, Series p_mw, const Series& q_mvar,
                double price);
    /// Load that is served where it is worth its price: a row for each price, in whose hours it
    /// draws. Returns what it is worth if all of it is served.
    double priced(const std::string& name, const std::string& bus, const Series& p_mw,
                  const Series& price);

private:
    Tables& tables_;
    SpanProfiles& profiles_;
    Notes& notes_;
};

/// The table of thermal: a row a generator, in the columns that files of unit commitment fill.
[[nodiscard]] CsvTable& thermal_of(Tables& tables);

/// Wider than any ramp, as a case's columns have it.
inline constexpr double largest_ramp_mw = 1e5;

struct MustTake {
    std::string name, bus, fuel, technology;
};

/// What has to be taken cannot be curtailed: a row of thermal of one unit that always runs between
/// these limits by hour.
void add_must_take(Tables& tables, SpanProfiles& profiles, const MustTake& plant, double p_max_mw,
                   const Series& least_mw, const Series& most_mw);

} // namespace longyang::caseio::imports
