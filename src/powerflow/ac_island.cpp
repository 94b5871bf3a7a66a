#include "powerflow/ac_island.hpp"

#include <algorithm>
#include <limits>

namespace longyang::powerflow {
using kernels::AcBus;

AcIsland::AcIsland(const AcNetwork& network, int number) {
    std::vector<std::int32_t> place(network.kind.size(), -1);
    for (std::size_t b = 0; b < place.size(); ++b) {
        if (network.island[b] == number) {
            place[b] = static_cast<std::int32_t>(bus.size());
            bus.push_back(b);
        }
    }
    for (const std::size_t b : bus) {
        for (auto e = network.row_begin[b]; e < network.row_begin[b + 1]; ++e) {
            const auto entry = static_cast<std::size_t>(e);
            const std::int32_t other = place[static_cast<std::size_t>(network.column[entry])];
            if (other >= 0) {
                column.push_back(other);
                g_pu.push_back(network.g_pu[entry]);
                b_pu.push_back(network.b_pu[entry]);
            }
        }
        row_begin.push_back(static_cast<std::int32_t>(column.size()));
        kind.push_back(network.kind[b]);
        v_set_pu.push_back(network.v_set_pu[b]);
        slack_share.push_back(network.slack_share[b]);
    }
}

std::vector<double> AcIsland::part_of(const std::vector<double>& table, std::size_t hours,
                                      Share own) const {
    std::vector<double> part;
    part.reserve(bus.size() * (own.end - own.begin));
    for (const std::size_t b : bus) {
        const auto row = table.begin() + static_cast<std::ptrdiff_t>(b * hours);
        part.insert(part.end(), row + static_cast<std::ptrdiff_t>(own.begin),
                    row + static_cast<std::ptrdiff_t>(own.end));
    }
    return part;
}

void AcIsland::place(std::span<const double> part, std::size_t hours, Share own,
                     std::vector<double>& table) const {
    const std::size_t n = own.end - own.begin;
    for (std::size_t r = 0; r < bus.size(); ++r) {
        std::copy_n(part.begin() + static_cast<std::ptrdiff_t>(r * n), n,
                    table.begin() + static_cast<std::ptrdiff_t>(bus[r] * hours + own.begin));
    }
}

namespace {

bool all_hold(const AcIsland& island, const AcInjections& in, Share own) {
    for (std::size_t r = 0; r < island.bus.size(); ++r) {
        const auto row = in.holds.begin() + static_cast<std::ptrdiff_t>(island.bus[r] * in.hours);
        if (island.kind[r] == AcBus::regulated &&
            std::any_of(row + static_cast<std::ptrdiff_t>(own.begin),
                        row + static_cast<std::ptrdiff_t>(own.end),
                        [](unsigned char holds) { return holds == 0; })) {
            return false;
        }
    }
    return true;
}

} // namespace

AcIslandLimits reactive_limits(const AcIsland& island, const AcInjections& in, Share own,
                               bool keep) {
    if (!keep && all_hold(island, in, own)) {
        return {};
    }
    constexpr double none = std::numeric_limits<double>::infinity();
    AcIslandLimits limits{island.part_of(in.q_min_pu, in.hours, own),
                          island.part_of(in.q_max_pu, in.hours, own)};
    const std::size_t n = own.end - own.begin;
    for (std::size_t r = 0; r < island.bus.size() && !keep; ++r) {
        for (std::size_t h = 0; h < n; ++h) {
            const bool holds = in.holds[island.bus[r] * in.hours + own.begin + h] != 0;
            limits.low[r * n + h] = holds ? -none : 0.0;
            limits.high[r * n + h] = holds ? none : 0.0;
        }
    }
    return limits;
}

} // namespace longyang::powerflow
