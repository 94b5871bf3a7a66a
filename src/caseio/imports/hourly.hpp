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

} // namespace longyang::caseio::imports
