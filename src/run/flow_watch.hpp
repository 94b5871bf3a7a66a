#pragma once

#include "base/comm.hpp"
#include "model/blocks.hpp"
#include "run/grid_factors.hpp"
#include "solve/prices/dispatch/dispatch.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace longyang::run {

/// Limits of all branches and sections, looked at one hour at a time on one rank, with the factors
/// that LimitRows gives the same limits.
class FlowWatch {
public:
    /// Gathers the shift factors of all branches. Collective.
    FlowWatch(const Comm& comm, const model::Context& context, const GridFactors& grid,
              double tolerance_mw);

    /// Limits that injections of an hour of the span break, the `most` worst ones (0: all).
    /// channel: one number per channel, injections first.
    [[nodiscard]] std::vector<solve::prices::HourLimit>
    broken(int hour, std::span<const double> channel, std::size_t most) const;

private:
    void add(const std::vector<double>& factors, double offset_mw, double lower_mw,
             double upper_mw);

    model::Channels channels_;
    std::size_t buses_ = 0;
    double tolerance_mw_ = 0.0;
    /// Limits of a stage of the network, which ends before an hour.
    struct Stage {
        int end = 0;
        std::vector<double> factor;             ///< limits x buses
        std::vector<double> lower_mw, upper_mw; ///< of the sum over injections
    };
    std::vector<Stage> stages_;
};

} // namespace longyang::run
