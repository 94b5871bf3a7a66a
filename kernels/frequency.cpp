#include "kernels/frequency.hpp"

#include "kernels/detail/arrays.hpp"
#include "kernels/detail/frequency.hpp"

#include <algorithm>
#include <vector>

namespace longyang::kernels {
namespace detail {
namespace {

/// Machines and answers where the kernels run.
struct FrequencyWork {
    std::ptrdiff_t rows = 0, hours = 0;
    const double *connected = nullptr, *unit_mw = nullptr;
    const double *energy_mws = nullptr, *gain_mw = nullptr, *fast_gain_mw = nullptr;
    const double *reheat_s = nullptr, *damping_mw = nullptr;
    double frequency_hz = 50.0;
    double *energy_out = nullptr, *lost_mw = nullptr;
    std::int64_t* lost_row = nullptr;
    FrequencyResponse *per_mw = nullptr, *after_loss = nullptr;
};

/// Side by side on a host; on a GPU neighbouring threads are neighbouring hours.
constexpr std::ptrdiff_t hours_an_item = on_host ? 16 : 1;

/// Sums over connected machines of some hours: E, K, F, (K - F) T, and the largest output.
struct Sums {
    double energy[hours_an_item] = {}, gain[hours_an_item] = {}, fast[hours_an_item] = {};
    double delay[hours_an_item] = {}, most[hours_an_item] = {};
    std::int64_t row[hours_an_item];
};

KOKKOS_INLINE_FUNCTION FrequencyModel model_of(double energy, double gain, double fast,
                                               double delay, double damping, double frequency_hz) {
    const double slow = gain - fast;
    return {energy, gain, fast, slow > 1e-9 * gain ? delay / slow : 0.0, damping, frequency_hz};
}

struct AddMachines {
    FrequencyWork w;

    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t item) const {
        const std::ptrdiff_t first = item * hours_an_item;
        const std::ptrdiff_t lanes =
            w.hours - first < hours_an_item ? w.hours - first : hours_an_item;
        Sums sums;
        for (std::ptrdiff_t l = 0; l < lanes; ++l) {
            sums.row[l] = -1;
        }
        for (std::ptrdiff_t row = 0; row < w.rows; ++row) {
            add_row(row, first, lanes, sums);
        }
        for (std::ptrdiff_t l = 0; l < lanes; ++l) {
            answer(first + l, l, sums);
        }
    }

    KOKKOS_INLINE_FUNCTION void add_row(std::ptrdiff_t row, std::ptrdiff_t first,
                                        std::ptrdiff_t lanes, Sums& sums) const {
        const double* const n = w.connected + row * w.hours + first;
        const double energy = w.energy_mws[row];
        const double gain = w.gain_mw[row];
        const double fast = w.fast_gain_mw[row];
        const double delay = (gain - fast) * w.reheat_s[row];
        for (std::ptrdiff_t l = 0; l < lanes; ++l) {
            sums.energy[l] += n[l] * energy;
            sums.gain[l] += n[l] * gain;
            sums.fast[l] += n[l] * fast;
            sums.delay[l] += n[l] * delay;
        }
        if (w.unit_mw == nullptr) {
            return;
        }
        const double* const mw = w.unit_mw + row * w.hours + first;
        for (std::ptrdiff_t l = 0; l < lanes; ++l) {
            const bool more = n[l] > 0.0 && mw[l] > sums.most[l];
            sums.most[l] = more ? mw[l] : sums.most[l];
            sums.row[l] = more ? row : sums.row[l];
        }
    }

    KOKKOS_INLINE_FUNCTION void answer(std::ptrdiff_t hour, std::ptrdiff_t l,
                                       const Sums& sums) const {
        const double damping = w.damping_mw[hour];
        w.energy_out[hour] = sums.energy[l];
        w.per_mw[hour] = respond(model_of(sums.energy[l], sums.gain[l], sums.fast[l], sums.delay[l],
                                          damping, w.frequency_hz));
        const std::int64_t row = sums.row[l];
        w.lost_row[hour] = row;
        w.lost_mw[hour] = sums.most[l];
        if (row < 0) {
            w.after_loss[hour] = w.per_mw[hour];
            return;
        }
        const double gain = w.gain_mw[row];
        const double fast = w.fast_gain_mw[row];
        w.after_loss[hour] = respond(
            model_of(sums.energy[l] - w.energy_mws[row], sums.gain[l] - gain, sums.fast[l] - fast,
                     sums.delay[l] - (gain - fast) * w.reheat_s[row], damping, w.frequency_hz));
    }
};

void require_sizes(const FrequencyMachines& m, const FrequencyAnswers& a) {
    require_size("connected", m.connected.size(), m.rows * m.hours);
    if (!m.unit_mw.empty()) {
        require_size("unit_mw", m.unit_mw.size(), m.rows * m.hours);
    }
    require_size("energy_mws", m.energy_mws.size(), m.rows);
    require_size("gain_mw", m.gain_mw.size(), m.rows);
    require_size("fast_gain_mw", m.fast_gain_mw.size(), m.rows);
    require_size("reheat_s", m.reheat_s.size(), m.rows);
    require_size("damping_mw", m.damping_mw.size(), m.hours);
    require_size("energy of hours", a.energy_mws.size(), m.hours);
    require_size("per_mw", a.per_mw.size(), m.hours);
    require_size("lost_row", a.lost_row.size(), m.hours);
    require_size("lost_mw", a.lost_mw.size(), m.hours);
    require_size("after_loss", a.after_loss.size(), m.hours);
}

} // namespace
} // namespace detail

FrequencyResponse frequency_response(const FrequencyModel& model) {
    return detail::respond(model);
}

// Memory traffic: 16 B a machine row and hour (connected, output), read once; 88 B an hour written.
void frequency_responses(const FrequencyMachines& machines, const FrequencyAnswers& answers) {
    using namespace detail;
    require_sizes(machines, answers);
    if (machines.hours == 0) {
        return;
    }
    const auto connected = to_device("connected machines", machines.connected);
    const auto unit_mw = to_device("output of a machine", machines.unit_mw);
    const auto energy = to_device("energy", machines.energy_mws);
    const auto gain = to_device("gain", machines.gain_mw);
    const auto fast = to_device("fast gain", machines.fast_gain_mw);
    const auto reheat = to_device("reheaters", machines.reheat_s);
    const auto damping = to_device("damping", machines.damping_mw);
    const auto energy_out = output_on_device("energy of hours", answers.energy_mws);
    const auto per_mw = output_on_device("responses", answers.per_mw);
    const auto lost_row = output_on_device("lost machines", answers.lost_row);
    const auto lost_mw = output_on_device("their output", answers.lost_mw);
    const auto after_loss = output_on_device("responses after a loss", answers.after_loss);
    FrequencyWork w;
    w.rows = length(machines.rows);
    w.hours = length(machines.hours);
    w.connected = connected.data();
    w.unit_mw = machines.unit_mw.empty() ? nullptr : unit_mw.data();
    w.energy_mws = energy.data();
    w.gain_mw = gain.data();
    w.fast_gain_mw = fast.data();
    w.reheat_s = reheat.data();
    w.damping_mw = damping.data();
    w.frequency_hz = machines.frequency_hz;
    w.energy_out = energy_out.data();
    w.per_mw = per_mw.data();
    w.lost_row = lost_row.data();
    w.lost_mw = lost_mw.data();
    w.after_loss = after_loss.data();
    Kokkos::parallel_for("frequency responses", Range(0, parts(w.hours, hours_an_item)),
                         AddMachines{w});
    to_host(energy_out, answers.energy_mws);
    to_host(per_mw, answers.per_mw);
    to_host(lost_row, answers.lost_row);
    to_host(lost_mw, answers.lost_mw);
    to_host(after_loss, answers.after_loss);
}

} // namespace longyang::kernels
