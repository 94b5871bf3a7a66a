#pragma once

#include "base/comm.hpp"
#include "grid/schedule.hpp"
#include "grid/tables.hpp"
#include "powerflow/network.hpp"
#include "powerflow/shift_factors.hpp"

#include <vector>

namespace longyang::security {

/// The flow of a section over injections, and how its transfer is shifted (AC-10).
struct SectionShift {
    std::vector<double> factor; ///< per bus, to 2^-27
    double offset_mw = 0.0;
    /// Hours of the span with one capacity (capacity_spans). Per bus: MW put in for 1 MW more
    /// through the section; adds up to 0. Empty: the section's flow does not depend on injections.
    struct Shift {
        int end = 0; ///< the hour behind the last one
        std::vector<double> mw;
    };
    std::vector<Shift> shifts;

    [[nodiscard]] const std::vector<double>& shift_at(int hour) const;
};
/// Of all sections. Collective; shares are those of the capacity in service in the hour (N1-3), or
/// all buses alike where these lie on one side. `own`: this rank's rows.
[[nodiscard]] std::vector<SectionShift> section_shifts(const Comm& comm,
                                                       const powerflow::Network& network,
                                                       const powerflow::ShiftFactors& own,
                                                       const grid::System& system, grid::Span span);

} // namespace longyang::security
