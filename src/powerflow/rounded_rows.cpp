#include "powerflow/rounded_rows.hpp"

#include <algorithm>
#include <cmath>

namespace longyang::powerflow {

double rounded_factor(double factor) {
    constexpr double steps = 134217728.0;
    return std::round(factor * steps) / steps;
}

std::vector<double> rounded_factors(std::span<const double> factors) {
    std::vector<double> rounded(factors.size());
    std::transform(factors.begin(), factors.end(), rounded.begin(), rounded_factor);
    return rounded;
}

double rounded_mw(double mw) {
    return std::round(mw * 1e6) / 1e6;
}

} // namespace longyang::powerflow
