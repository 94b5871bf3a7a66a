#include "powerflow/ac_hours.hpp"

#include "powerflow/ac_island.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>

namespace longyang::powerflow {
namespace {

using Complex = std::complex<double>;

/// What became of this rank's hours, all islands together: an hour is what its worst island is.
struct HoursLeft {
    std::vector<kernels::AcStatus> status;
    std::vector<int> worst_bus;
    std::vector<double> slack_pu, mismatch_pu;
    kernels::AcSummary summary;

    explicit HoursLeft(std::size_t hours)
        : status(hours, kernels::AcStatus::solved), worst_bus(hours, -1), slack_pu(hours, 0.0),
          mismatch_pu(hours, 0.0) {}

    void take(const AcIsland& island, const HoursLeft& of_island) {
        for (std::size_t h = 0; h < status.size(); ++h) {
            slack_pu[h] += of_island.slack_pu[h];
            const bool worse =
                of_island.status[h] > status[h] ||
                (of_island.status[h] == status[h] && !(of_island.mismatch_pu[h] <= mismatch_pu[h]));
            if (worse) {
                status[h] = of_island.status[h];
                mismatch_pu[h] = of_island.mismatch_pu[h];
                const int bus = of_island.worst_bus[h];
                worst_bus[h] =
                    bus < 0 ? -1 : static_cast<int>(island.bus[static_cast<std::size_t>(bus)]);
            }
        }
        summary.by_shared_factor += of_island.summary.by_shared_factor;
        summary.by_own_newton += of_island.summary.by_own_newton;
        summary.by_damped_newton += of_island.summary.by_damped_newton;
    }
    void count() {
        using kernels::AcStatus;
        const auto with = [this](AcStatus one) {
            return static_cast<std::size_t>(std::count(status.begin(), status.end(), one));
        };
        summary.limits_open = with(AcStatus::limits_open);
        summary.not_converged = with(AcStatus::not_converged);
    }
};

/// Solves this rank's hours of an island into their places of the voltages.
HoursLeft solve_island(const AcIsland& island, const AcInjections& in, Share own,
                       const AcHoursSettings& settings, AcHoursAnswer& answer) {
    const std::size_t n = own.end - own.begin;
    const std::size_t buses = island.bus.size();
    const std::vector<double> p = island.part_of(in.p_pu, in.hours, own);
    const std::vector<double> q = island.part_of(in.q_pu, in.hours, own);
    const AcIslandLimits limits = reactive_limits(island, in, own, settings.reactive_limits);
    std::vector<double> v(buses * n);
    std::vector<double> angle(buses * n);
    HoursLeft left(n);
    kernels::AcSettings kernel;
    kernel.tolerance_pu = settings.tolerance_pu;
    left.summary = kernels::solve_ac_hours(
        island.network(), {n, p, q, island.v_set_pu, limits.low, limits.high, {}, {}}, kernel,
        {v, angle, left.slack_pu, {}, left.status, left.worst_bus, left.mismatch_pu, {}});
    island.place(v, in.hours, own, answer.v_pu);
    island.place(angle, in.hours, own, answer.angle_rad);
    return left;
}

/// Solves this rank's hours into their places of the answer; the others' stay zero.
void solve_part(const AcNetwork& network, const AcInjections& in, Share own,
                const AcHoursSettings& settings, AcHoursAnswer& answer,
                std::span<double> status_and_bus) {
    const std::size_t n = own.end - own.begin;
    if (n == 0) {
        return;
    }
    HoursLeft left(n);
    const int islands = *std::max_element(network.island.begin(), network.island.end()) + 1;
    for (int number = 0; number < islands; ++number) {
        const AcIsland island(network, number);
        left.take(island, solve_island(island, in, own, settings, answer));
    }
    left.count();
    answer.summary = left.summary;
    std::copy(left.slack_pu.begin(), left.slack_pu.end(),
              answer.slack_pu.begin() + static_cast<std::ptrdiff_t>(own.begin));
    std::copy(left.mismatch_pu.begin(), left.mismatch_pu.end(),
              answer.mismatch_pu.begin() + static_cast<std::ptrdiff_t>(own.begin));
    for (std::size_t h = 0; h < n; ++h) {
        status_and_bus[own.begin + h] = static_cast<double>(left.status[h]);
        status_and_bus[in.hours + own.begin + h] = left.worst_bus[h];
    }
}

void add(kernels::AcSummary& summary, const Comm& comm) {
    const auto total = [&comm](std::size_t& count) {
        count = static_cast<std::size_t>(sum(comm, static_cast<long long>(count)));
    };
    total(summary.by_shared_factor);
    total(summary.by_own_newton);
    total(summary.by_damped_newton);
    total(summary.limits_open);
    total(summary.not_converged);
}

} // namespace

AcHoursAnswer solve_ac_hours(const Comm& comm, const AcNetwork& network,
                             const AcInjections& injections, const AcHoursSettings& settings) {
    AcHoursAnswer answer;
    answer.buses = injections.buses;
    answer.hours = injections.hours;
    answer.v_pu.resize(answer.buses * answer.hours);
    answer.angle_rad.resize(answer.buses * answer.hours);
    answer.slack_pu.resize(answer.hours);
    answer.mismatch_pu.resize(answer.hours);
    std::vector<double> status_and_bus(2 * answer.hours);
    agree(comm, [&] {
        solve_part(network, injections, share_of(comm, answer.hours), settings, answer,
                   status_and_bus);
    });
    add(answer.summary, comm);
    for (const std::span<double> table :
         {std::span(answer.v_pu), std::span(answer.angle_rad), std::span(answer.slack_pu),
          std::span(answer.mismatch_pu), std::span(status_and_bus)}) {
        sum_in_order(comm, table);
    }
    for (std::size_t h = 0; h < answer.hours; ++h) {
        answer.status.push_back(
            static_cast<kernels::AcStatus>(static_cast<int>(status_and_bus[h])));
        answer.worst_bus.push_back(static_cast<int>(status_and_bus[answer.hours + h]));
    }
    return answer;
}

HourVoltages voltages_of(const AcHoursAnswer& answer, std::size_t hour) {
    HourVoltages of_hour;
    for (std::size_t b = 0; b < answer.buses; ++b) {
        of_hour.v_pu.push_back(answer.v_pu[b * answer.hours + hour]);
        of_hour.angle_rad.push_back(answer.angle_rad[b * answer.hours + hour]);
    }
    return of_hour;
}

double reactive_power_pu(const AcNetwork& network, std::size_t bus, const HourVoltages& voltages) {
    double q_pu = 0.0;
    const auto end = static_cast<std::size_t>(network.row_begin[bus + 1]);
    for (auto e = static_cast<std::size_t>(network.row_begin[bus]); e < end; ++e) {
        const auto other = static_cast<std::size_t>(network.column[e]);
        const double angle = voltages.angle_rad[bus] - voltages.angle_rad[other];
        q_pu += voltages.v_pu[bus] * voltages.v_pu[other] *
                (network.g_pu[e] * std::sin(angle) - network.b_pu[e] * std::cos(angle));
    }
    return q_pu;
}

void SlackBeyond::take(double pu, double base_mva) {
    constexpr double tolerance_pu = 1e-6;
    if (pu > tolerance_pu) {
        ++cases;
        most_mvar = std::max(most_mvar, pu * base_mva);
    }
}

double slack_beyond_pu(const AcNetwork& network, const AcInjections& injections,
                       const AcHoursAnswer& answer, std::size_t hour) {
    const HourVoltages v = voltages_of(answer, hour);
    double largest_pu = 0.0;
    for (std::size_t b = 0; b < answer.buses; ++b) {
        const bool is_dead = network.island[b] < 0;
        if (network.kind[b] == kernels::AcBus::slack && !is_dead) {
            const std::size_t i = b * answer.hours + hour;
            const double q_pu = reactive_power_pu(network, b, v) - injections.q_pu[i];
            largest_pu = std::max(
                {largest_pu, q_pu - injections.q_max_pu[i], injections.q_min_pu[i] - q_pu});
        }
    }
    return largest_pu;
}

SlackBeyond slack_beyond(const AcNetwork& network, const AcInjections& injections,
                         const AcHoursAnswer& answer, double base_mva) {
    SlackBeyond found;
    for (std::size_t h = 0; h < answer.hours; ++h) {
        if (answer.status[h] != kernels::AcStatus::not_converged) {
            found.take(slack_beyond_pu(network, injections, answer, h), base_mva);
        }
    }
    return found;
}

double AcBranchFlow::largest_mva() const {
    return std::max(std::hypot(from_mw, from_mvar), std::hypot(to_mw, to_mvar));
}

AcBranchFlow ac_branch_flow(const grid::System& system, std::size_t branch,
                            std::span<const double> v_pu, std::span<const double> angle_rad) {
    const grid::Branches& t = system.branches;
    const auto from = static_cast<std::size_t>(t.from_bus[branch]);
    const auto to = static_cast<std::size_t>(t.to_bus[branch]);
    const Complex series = 1.0 / Complex(t.r_pu[branch], t.x_pu[branch]);
    const Complex charging(0.0, t.b_pu[branch] / 2.0);
    const double ratio = t.tap_pu[branch] == 0.0 ? 1.0 : t.tap_pu[branch];
    const Complex behind = std::polar(v_pu[from], angle_rad[from]) /
                           std::polar(ratio, t.shift_deg[branch] * std::numbers::pi / 180.0);
    const Complex far = std::polar(v_pu[to], angle_rad[to]);
    const double base = system.info.base_mva;
    const Complex s_from = base * behind * std::conj(series * (behind - far) + charging * behind);
    const Complex s_to = base * far * std::conj(series * (far - behind) + charging * far);
    return {s_from.real(), s_from.imag(), s_to.real(), s_to.imag()};
}

} // namespace longyang::powerflow
