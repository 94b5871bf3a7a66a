#pragma once

// Factors and offsets of flows as rows of a programme have them.

#include <span>
#include <vector>

namespace longyang::powerflow {

/// Shift factors agree on any number of ranks to about 1e-14 only, and a programme may have many
/// best points: rounded to 2^-27 (7e-9 MW per MW; the flows of a schedule of 100 GW are off by less
/// than 1e-3 MW) the programme is the same bit by bit.
[[nodiscard]] double rounded_factor(double factor);
[[nodiscard]] std::vector<double> rounded_factors(std::span<const double> factors);
/// The same for the flow by phase shifters, to 1e-6 MW.
[[nodiscard]] double rounded_mw(double mw);

} // namespace longyang::powerflow
