#include "powerflow/ac_hours.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>

namespace longyang::powerflow {
namespace {

using Complex = std::complex<double>;
using kernels::AcBus;

/// Columns `own` of a table of `rows` x `hours`.
std::vector<double> columns(const std::vector<double>& table, std::size_t rows, std::size_t hours,
                            Share own) {
    std::vector<double> part;
    part.reserve(rows * (own.end - own.begin));
    for (std::size_t r = 0; r < rows; ++r) {
        const auto row = table.begin() + static_cast<std::ptrdiff_t>(r * hours);
        part.insert(part.end(), row + static_cast<std::ptrdiff_t>(own.begin),
                    row + static_cast<std::ptrdiff_t>(own.end));
    }
    return part;
}

/// Puts a part's columns into the whole table.
void place(std::span<const double> part, std::size_t rows, std::size_t hours, Share own,
           std::vector<double>& table) {
    const std::size_t n = own.end - own.begin;
    for (std::size_t r = 0; r < rows; ++r) {
        std::copy_n(part.begin() + static_cast<std::ptrdiff_t>(r * n), n,
                    table.begin() + static_cast<std::ptrdiff_t>(r * hours + own.begin));
    }
}

/// Limits of this rank's hours: those of the machines, or none; both 0 where nothing is connected.
/// Empty where every bus that can hold its voltage does so in all hours, without limits.
struct Limits {
    std::vector<double> low, high;
};
bool all_hold(const AcNetwork& network, const AcInjections& in, Share own) {
    for (std::size_t b = 0; b < in.buses; ++b) {
        const auto row = in.holds.begin() + static_cast<std::ptrdiff_t>(b * in.hours);
        if (network.kind[b] == AcBus::regulated &&
            std::any_of(row + static_cast<std::ptrdiff_t>(own.begin),
                        row + static_cast<std::ptrdiff_t>(own.end),
                        [](unsigned char holds) { return holds == 0; })) {
            return false;
        }
    }
    return true;
}

Limits limits_of(const AcNetwork& network, const AcInjections& in, Share own,
                 bool reactive_limits) {
    if (!reactive_limits && all_hold(network, in, own)) {
        return {};
    }
    constexpr double none = std::numeric_limits<double>::infinity();
    Limits limits{columns(in.q_min_pu, in.buses, in.hours, own),
                  columns(in.q_max_pu, in.buses, in.hours, own)};
    const std::size_t n = own.end - own.begin;
    for (std::size_t b = 0; b < in.buses && !reactive_limits; ++b) {
        for (std::size_t h = 0; h < n; ++h) {
            const bool holds = in.holds[b * in.hours + own.begin + h] != 0;
            limits.low[b * n + h] = holds ? -none : 0.0;
            limits.high[b * n + h] = holds ? none : 0.0;
        }
    }
    return limits;
}

/// Solves this rank's hours into their places of the answer; the others' stay zero.
void solve_part(const AcNetwork& network, const AcInjections& in, Share own,
                const AcHoursSettings& settings, AcHoursAnswer& answer,
                std::span<double> status_and_bus) {
    const std::size_t n = own.end - own.begin;
    if (n == 0) {
        return;
    }
    const std::vector<double> p = columns(in.p_pu, in.buses, in.hours, own);
    const std::vector<double> q = columns(in.q_pu, in.buses, in.hours, own);
    const Limits limits = limits_of(network, in, own, settings.reactive_limits);
    const bool one_slack = std::count(network.kind.begin(), network.kind.end(), AcBus::slack) == 1;
    std::vector<double> v(in.buses * n);
    std::vector<double> angle(in.buses * n);
    std::vector<kernels::AcStatus> status(n);
    std::vector<std::int32_t> worst(n);
    std::vector<std::int32_t> steps(n);
    kernels::AcSettings kernel;
    kernel.tolerance_pu = settings.tolerance_pu;
    answer.summary = kernels::solve_ac_hours(
        {in.buses, network.row_begin, network.column, network.g_pu, network.b_pu, network.kind,
         one_slack ? std::span<const double>(network.slack_share) : std::span<const double>()},
        {n, p, q, network.v_set_pu, limits.low, limits.high, {}, {}}, kernel,
        {v,
         angle,
         std::span(answer.slack_pu).subspan(own.begin, n),
         {},
         status,
         worst,
         std::span(answer.mismatch_pu).subspan(own.begin, n),
         steps});
    place(v, in.buses, in.hours, own, answer.v_pu);
    place(angle, in.buses, in.hours, own, answer.angle_rad);
    for (std::size_t h = 0; h < n; ++h) {
        status_and_bus[own.begin + h] = static_cast<double>(status[h]);
        status_and_bus[in.hours + own.begin + h] = worst[h];
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
