// RE-0 to RE-4, by docs/theory/reserves.md.
#include "verify/checks.hpp"

#include <algorithm>

namespace longyang::verify {
namespace {

/// Sums over the plants of each region, regions x hours.
struct ByRegion {
    std::size_t hours;
    std::vector<double> values;

    ByRegion(std::size_t regions, std::size_t hours_)
        : hours(hours_), values(regions * hours_, 0.0) {}
    [[nodiscard]] std::span<double> row(int region) {
        return std::span(values).subspan(at(region) * hours, hours);
    }
    [[nodiscard]] double value(int region, int t) const {
        return values[at(region) * hours + at(t)];
    }
};

std::size_t region_count(const grid::System& system) {
    std::size_t count = 0;
    for (const auto* regions : {&system.buses.region, &system.reserves.region}) {
        for (const int region : *regions) {
            count = std::max(count, at(region) + 1);
        }
    }
    return count;
}

/// Reserve held by all plants. Collective.
struct Held {
    ByRegion up, down, non_spinning;

    Held(const Comm& comm, const Scope& scope)
        : up(region_count(scope.system), scope.schedule.span.size()), down(up), non_spinning(up) {
        const grid::System& s = scope.system;
        const grid::Schedule& x = scope.schedule;
        const partition::Owners& o = scope.owners;
        const auto add = [&](ByRegion& sums, const std::vector<int>& bus,
                             const std::vector<int>& owner, const grid::HourTable& held) {
            for (std::size_t i = 0; i < bus.size(); ++i) {
                if (!scope.mine(owner, i)) {
                    continue;
                }
                const auto into = sums.row(s.buses.region[at(bus[i])]);
                const auto from = held.row(i);
                std::transform(into.begin(), into.end(), from.begin(), into.begin(), std::plus<>());
            }
        };
        add(up, s.thermal.bus, o.thermal, x.thermal_up_mw);
        add(up, s.hydro.bus, o.hydro, x.hydro_up_mw);
        add(up, s.storages.bus, o.storage, x.storage_up_mw);
        add(up, s.flexible_loads.bus, o.flexible, x.flexible_up_mw);
        add(down, s.flexible_loads.bus, o.flexible, x.flexible_down_mw);
        add(down, s.thermal.bus, o.thermal, x.thermal_down_mw);
        add(down, s.hydro.bus, o.hydro, x.hydro_down_mw);
        add(down, s.storages.bus, o.storage, x.storage_down_mw);
        add(down, s.renewables.bus, o.renewable, x.renewable_down_mw);
        add(non_spinning, s.thermal.bus, o.thermal, x.thermal_non_spinning_mw);
        for (ByRegion* sums : {&up, &down, &non_spinning}) {
            sum_in_order(comm, sums->values);
        }
    }
};

/// What a requirement's own rows add to it: received, less given, and missing. Requirements x
/// hours, on every rank. Collective.
std::vector<double> shared_and_missing_mw(const Comm& comm, const Scope& scope) {
    const std::size_t hours = scope.schedule.span.size();
    const grid::ReserveSharing& sharing = scope.system.reserve_sharing;
    std::vector<double> sums(scope.owners.reserve.size() * hours, 0.0);
    for (std::size_t a = 0; a < scope.owners.reserve.size(); ++a) {
        if (scope.mine(scope.owners.reserve, a)) {
            const auto missing = scope.schedule.reserve_short_mw.row(a);
            std::copy(missing.begin(), missing.end(),
                      sums.begin() + static_cast<std::ptrdiff_t>(a * hours));
        }
    }
    for (std::size_t k = 0; k < scope.owners.sharing.size(); ++k) {
        if (scope.mine(scope.owners.sharing, k)) {
            const auto moved = scope.schedule.reserve_shared_mw.row(k);
            for (std::size_t t = 0; t < hours; ++t) {
                sums[at(sharing.to_reserve[k]) * hours + t] += moved[t];
                sums[at(sharing.from_reserve[k]) * hours + t] -= moved[t];
            }
        }
    }
    sum_in_order(comm, sums);
    return sums;
}

/// Load with what flexible loads use, and available wind and PV, of every region.
struct Drivers {
    ByRegion load, renewable;

    explicit Drivers(const Scope& scope)
        : load(region_count(scope.system), scope.schedule.span.size()), renewable(load) {
        const grid::System& s = scope.system;
        for (std::size_t i = 0; i < s.loads.bus.size(); ++i) {
            const auto row = load.row(s.buses.region[at(s.loads.bus[i])]);
            for (int t = 0; t < scope.hours(); ++t) {
                row[at(t)] += scope.load_mw(i, t);
            }
        }
        const grid::FlexibleLoads& flexible = s.flexible_loads;
        for (std::size_t i = 0; i < flexible.bus.size(); ++i) {
            const auto row = load.row(s.buses.region[at(flexible.bus[i])]);
            for (int t = 0; t < scope.hours(); ++t) {
                row[at(t)] +=
                    flexible.demand_mw[i] * scope.profile(flexible.demand_profile[i], t, 1.0) /
                        flexible.efficiency_draw[i] +
                    flexible.own_load_mw[i] * scope.profile(flexible.own_load_profile[i], t, 1.0);
            }
        }
        for (std::size_t i = 0; i < s.renewables.bus.size(); ++i) {
            if (s.renewables.technology[i] != "wind" && s.renewables.technology[i] != "pv") {
                continue;
            }
            const auto row = renewable.row(s.buses.region[at(s.renewables.bus[i])]);
            for (int t = 0; t < scope.hours(); ++t) {
                row[at(t)] += scope.available_mw(i, t);
            }
        }
    }
    /// RE-0
    [[nodiscard]] double required_mw(const Scope& scope, std::size_t a, int t) const {
        const grid::Reserves& table = scope.system.reserves;
        return table.load_pu[a] * load.value(table.region[a], t) +
               table.renewable_pu[a] * renewable.value(table.region[a], t) +
               table.fixed_mw[a] * scope.profile(table.fixed_profile[a], t, 1.0);
    }
};

/// The spinning up requirement of a non-spinning one's region, -1 where there is none.
int stands_on(const grid::Reserves& table, std::size_t a) {
    for (std::size_t b = 0; b < table.region.size(); ++b) {
        if (table.region[b] == table.region[a] && table.direction[b] == "up" &&
            table.kind[b] == "spinning") {
            return static_cast<int>(b);
        }
    }
    return -1;
}

void check_sharing(const Scope& scope, Findings& findings) {
    for (std::size_t k = 0; k < scope.owners.sharing.size(); ++k) {
        if (!scope.mine(scope.owners.sharing, k)) {
            continue;
        }
        const std::string name = name_of(scope.system.reserve_sharing, k);
        for (int t = 0; t < scope.hours(); ++t) {
            findings.at_most({"RE-3 sharing", name, t, "MW"},
                             scope.schedule.reserve_shared_mw.row(k)[at(t)],
                             scope.system.reserve_sharing.max_mw[k]);
        }
    }
}

} // namespace

void check_reserves(const Comm& comm, const Scope& scope, Findings& findings,
                    std::span<double> cost_cny) {
    const grid::Reserves& table = scope.system.reserves;
    const Held held(comm, scope);
    const std::vector<double> own = shared_and_missing_mw(comm, scope);
    const Drivers drivers(scope);
    const std::size_t hours = scope.schedule.span.size();
    check_sharing(scope, findings);
    for (std::size_t a = 0; a < cost_cny.size(); ++a) {
        if (!scope.mine(scope.owners.reserve, a)) {
            continue;
        }
        const std::string name = name_of(table, a);
        const int region = table.region[a];
        const bool at_rest = table.kind[a] == "non_spinning";
        const int below = at_rest ? stands_on(table, a) : -1;
        for (int t = 0; t < scope.hours(); ++t) {
            double required_mw = drivers.required_mw(scope, a, t);
            double there_mw = own[a * hours + at(t)];
            if (below >= 0) {
                required_mw += drivers.required_mw(scope, at(below), t);
                there_mw += own[at(below) * hours + at(t)];
            }
            there_mw += (table.direction[a] == "up" ? held.up : held.down).value(region, t);
            there_mw += at_rest ? held.non_spinning.value(region, t) : 0.0;
            findings.at_least(
                {at_rest ? "RE-2 non-spinning reserve" : "RE-1 spinning reserve", name, t, "MW"},
                there_mw, required_mw);
            cost_cny[a] +=
                table.shortfall_cny_per_mw[a] * scope.schedule.reserve_short_mw.row(a)[at(t)];
        }
    }
}

} // namespace longyang::verify
