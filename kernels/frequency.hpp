#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace longyang::kernels {

/// What the machines of a synchronous area give together in an hour, by the system frequency
/// response model (equation SE-7): 2 E dw/dt = dP - D w - F w - x, T dx/dt = (K - F) w - x, w the
/// relative deviation of frequency.
struct FrequencyModel {
    double energy_mws = 0.0;   ///< E, stored in the rotors at rated speed
    double gain_mw = 0.0;      ///< K, of all governors, MW for a relative deviation of 1
    double fast_gain_mw = 0.0; ///< F, part of K that acts at once; at most K
    double reheat_s = 0.0;     ///< T, delay of the rest
    double damping_mw = 0.0;   ///< D, of the loads
    double frequency_hz = 50.0;
};

/// Answer to a surplus of 1 MW; infinite where nothing holds the frequency.
struct FrequencyResponse {
    double rocof_hz_per_s = 0.0; ///< at once, the largest rate (SE-6)
    double extreme_hz = 0.0;     ///< zenith, SE-8; not below settled_hz
    double extreme_s = 0.0;  ///< when; infinite where frequency rises to settled_hz all the time
    double settled_hz = 0.0; ///< once the governors have acted (SE-9)
};

/// In closed form, for every damping ratio.
[[nodiscard]] FrequencyResponse frequency_response(const FrequencyModel& model);

/// Machines of one synchronous area: rows of equal ones. Figures are of one machine. Arrays are
/// row-major, hours fastest.
///
/// connected   rows x hours, machines connected
/// unit_mw     rows x hours, output of one connected machine; empty: no machine is lost
/// energy_mws, gain_mw, fast_gain_mw, reheat_s   rows
/// damping_mw  hours, of the loads
struct FrequencyMachines {
    std::size_t rows = 0;
    std::size_t hours = 0;
    std::span<const double> connected;
    std::span<const double> unit_mw;
    std::span<const double> energy_mws;
    std::span<const double> gain_mw;
    std::span<const double> fast_gain_mw;
    std::span<const double> reheat_s;
    std::span<const double> damping_mw;
    double frequency_hz = 50.0;
};

/// By hour, overwritten. `per_mw` holds the responses to 1 MW of surplus with all connected
/// machines. `lost_row` is the row with the largest output of one machine (the lowest of equals,
/// -1: none gives power), `lost_mw` that output, and `after_loss` the responses to 1 MW missing
/// with that machine gone.
struct FrequencyAnswers {
    std::span<double> energy_mws;
    std::span<FrequencyResponse> per_mw;
    std::span<std::int64_t> lost_row;
    std::span<double> lost_mw;
    std::span<FrequencyResponse> after_loss;
};

/// Adds up the machines of every hour and evaluates the responses. Throws std::invalid_argument
/// where a size does not fit.
void frequency_responses(const FrequencyMachines& machines, const FrequencyAnswers& answers);

} // namespace longyang::kernels
