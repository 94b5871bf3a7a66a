#pragma once

#include "base/comm.hpp"
#include "verify/verify.hpp"

#include <string>
#include <vector>

namespace longyang::verify {

/// Where a comparison stands.
struct Place {
    const char* rule;
    const std::string& item;
    int hour; ///< -1: the whole span
    const char* unit;
};

/// Takes comparisons, counts them, and keeps those that deviate too far, the worst ones.
class Findings {
public:
    explicit Findings(const Settings& settings) : settings_(settings) {}

    /// scale: of the quantity, so that a difference of large numbers is judged by their size.
    void equal(const Place& place, double found, double expected, double scale = 0.0);
    void at_most(const Place& place, double found, double limit, double scale = 0.0);
    void at_least(const Place& place, double found, double limit, double scale = 0.0);

    /// All ranks' findings on every rank, without the cost. Collective.
    [[nodiscard]] Report join(const Comm& comm);

private:
    void add(const Place& place, double found, double limit, double excess, double scale);
    void keep_the_worst();

    Settings settings_;
    std::vector<Breach> breaches_;
    long long found_ = 0;
    long long checks_ = 0;
    double worst_ = 0.0;
};

} // namespace longyang::verify
