// HY-1 to HY-9 and the cost of water, by docs/theory/hydro.md.
#include "grid/cascades.hpp"
#include "verify/checks.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace longyang::verify {
namespace {

using grid::hm3_per_m3s_h;

/// Rows of a table by the row of another that they refer to.
std::vector<std::vector<std::size_t>> group(const std::vector<int>& reference, std::size_t count) {
    std::vector<std::vector<std::size_t>> groups(count);
    for (std::size_t k = 0; k < reference.size(); ++k) {
        if (reference[k] >= 0) {
            groups[at(reference[k])].push_back(k);
        }
    }
    return groups;
}

/// The waters of this rank's reservoirs.
struct Waters {
    const Scope& scope;
    std::vector<std::vector<std::size_t>> stations; ///< by reservoir
    std::vector<std::vector<std::size_t>> above;    ///< reservoirs that flow into each
    std::vector<std::vector<std::size_t>> lifted_from, lifted_to; ///< pumps by reservoir
    int longest_h = 0;                                            ///< travel time
    grid::HourTable earlier_m3_per_s; ///< release in the longest_h hours before

    explicit Waters(const Scope& scope_)
        : scope(scope_), stations(group(scope_.system.hydro.reservoir, count())),
          above(group(scope_.system.reservoirs.downstream, count())),
          lifted_from(group(scope_.system.pumps.reservoir_from, count())),
          lifted_to(group(scope_.system.pumps.reservoir_to, count())) {
        for (const int travel_h : table().travel_h) {
            longest_h = std::max(longest_h, travel_h);
        }
        earlier_m3_per_s = grid::reference_release_m3_per_s(
            scope.system, scope.hour_of_year(-longest_h), longest_h);
    }

    [[nodiscard]] const grid::Reservoirs& table() const { return scope.system.reservoirs; }
    [[nodiscard]] std::size_t count() const { return table().downstream.size(); }

    /// Of turbines and spill; before the span that of the reference.
    [[nodiscard]] double release_m3_per_s(std::size_t r, int t) const {
        if (t < 0) {
            return earlier_m3_per_s.row(r)[at(longest_h + t)];
        }
        double release = scope.schedule.reservoir_spill_m3_per_s.row(r)[at(t)];
        for (const std::size_t k : stations[r]) {
            release += scope.schedule.hydro_flow_m3_per_s.row(k)[at(t)];
        }
        return release;
    }
    /// Of pumps.
    [[nodiscard]] double lifted_m3_per_s(const std::vector<std::size_t>& pumps, int t) const {
        double flow = 0.0;
        for (const std::size_t k : pumps) {
            flow += scope.schedule.pump_flow_m3_per_s.row(k)[at(t)];
        }
        return flow;
    }
    /// At the end of hour t; at t = -1 the reference at the span's start.
    [[nodiscard]] double storage_hm3(std::size_t r, int t) const {
        return t < 0 ? reference_hm3(r, 0) : scope.schedule.reservoir_storage_hm3.row(r)[at(t)];
    }
    /// Reference storage at the start of hour t.
    [[nodiscard]] double reference_hm3(std::size_t r, int t) const {
        return grid::reference_storage_hm3(scope.system, static_cast<int>(r),
                                           scope.hour_of_year(t));
    }
    /// HY-2, at the end of hour t.
    [[nodiscard]] double least_hm3(std::size_t r, int t) const {
        const double low = table().storage_min_hm3[r];
        const double share = scope.profile(table().storage_min_profile[r], t, 0.0);
        return std::min(low + share * (table().storage_max_hm3[r] - low), reference_hm3(r, t + 1));
    }
    [[nodiscard]] double most_hm3(std::size_t r, int t) const {
        const double low = table().storage_min_hm3[r];
        const double share = scope.profile(table().storage_max_profile[r], t, 1.0);
        return std::max(low + share * (table().storage_max_hm3[r] - low), reference_hm3(r, t + 1));
    }
};

/// HY-1
void check_balance(const Waters& w, std::size_t r, const std::string& name, Findings& findings) {
    double capacity = 0.0; // of the turbines, m3/s
    for (const std::size_t k : w.stations[r]) {
        capacity += w.scope.system.hydro.flow_max_m3_per_s[k];
    }
    for (int t = 0; t < w.scope.hours(); ++t) {
        double arriving = grid::natural_inflow_m3_per_s(w.scope.system, static_cast<int>(r),
                                                        w.scope.hour_of_year(t));
        for (const std::size_t up : w.above[r]) {
            arriving += w.release_m3_per_s(up, t - w.table().travel_h[up]);
        }
        arriving += w.lifted_m3_per_s(w.lifted_to[r], t);
        const double leaving = w.release_m3_per_s(r, t) + w.lifted_m3_per_s(w.lifted_from[r], t);
        // Compared as the water of the hour, which a reservoir of thousands of hm3 would hide.
        findings.equal({"HY-1 water balance", name, t, "m3/s"},
                       (w.storage_hm3(r, t) - w.storage_hm3(r, t - 1)) / hm3_per_m3s_h,
                       arriving - leaving, std::max({arriving, leaving, capacity}));
    }
}

/// HY-2 to HY-5
void check_reservoir(const Waters& w, std::size_t r, const std::string& name, Findings& findings) {
    const grid::Reservoirs& table = w.table();
    const int hours = w.scope.hours();
    for (int t = 0; t < hours; ++t) {
        findings.at_least({"HY-2 least storage", name, t, "hm3"}, w.storage_hm3(r, t),
                          w.least_hm3(r, t));
        findings.at_most({"HY-2 largest storage", name, t, "hm3"}, w.storage_hm3(r, t),
                         w.most_hm3(r, t));
        const double release = w.release_m3_per_s(r, t);
        findings.at_least({"HY-3 least release", name, t, "m3/s"},
                          release + w.scope.schedule.reservoir_release_short_m3_per_s.row(r)[at(t)],
                          table.release_min_m3_per_s[r] *
                              w.scope.profile(table.release_min_profile[r], t, 1.0));
        findings.at_most({"HY-4 largest release", name, t, "m3/s"}, release,
                         table.release_max_m3_per_s[r] *
                             w.scope.profile(table.release_max_profile[r], t, 1.0));
    }
    if (hours > 0) {
        findings.at_least({"HY-5 end of the span", name, -1, "hm3"},
                          w.storage_hm3(r, hours - 1) +
                              w.scope.schedule.reservoir_terminal_short_hm3[r],
                          w.reference_hm3(r, hours));
    }
}

/// Output per flow of a station by its reservoir's storage.
struct Head {
    struct Segment {
        double from_hm3, mw_per_m3_per_s;
    };
    std::vector<Segment> segments; ///< ascending; one without a curve

    Head(const grid::System& system, std::size_t station) {
        const grid::HeadCurves& table = system.head_curves;
        for (std::size_t k = 0; k < table.station.size(); ++k) {
            if (table.station[k] == static_cast<int>(station)) {
                segments.push_back({table.storage_from_hm3[k], table.mw_per_m3_per_s[k]});
            }
        }
        if (segments.empty()) {
            segments.push_back({0.0, system.hydro.mw_per_m3_per_s[station]});
        }
        std::sort(segments.begin(), segments.end(),
                  [](const Segment& a, const Segment& b) { return a.from_hm3 < b.from_hm3; });
    }

    /// Outputs per flow that may be in force at a storage: one, or two on a border.
    [[nodiscard]] std::vector<double> in_force(double storage_hm3, double slack_hm3) const {
        std::vector<double> found;
        for (std::size_t m = 0; m < segments.size(); ++m) {
            const bool above = m == 0 || storage_hm3 >= segments[m].from_hm3 - slack_hm3;
            const bool below =
                m + 1 == segments.size() || storage_hm3 <= segments[m + 1].from_hm3 + slack_hm3;
            if (above && below) {
                found.push_back(segments[m].mw_per_m3_per_s);
            }
        }
        return found;
    }
    [[nodiscard]] std::vector<double> all() const {
        std::vector<double> found;
        for (const Segment& s : segments) {
            found.push_back(s.mw_per_m3_per_s);
        }
        return found;
    }
    [[nodiscard]] double least() const {
        const auto values = all();
        return *std::min_element(values.begin(), values.end());
    }
};

/// HY-6, HY-7: the output is that of a segment in force, or in a relaxed run of a mixture of
/// segments.
void check_output(const Waters& w, std::size_t k, const std::string& name, const Head& head,
                  Findings& findings) {
    const grid::HydroStations& table = w.scope.system.hydro;
    const std::size_t r = at(table.reservoir[k]);
    const bool whole = w.scope.settings.whole_units;
    const double slack_hm3 =
        w.scope.settings.tolerance * std::max(1.0, w.table().storage_max_hm3[r]);
    const char* rule = head.segments.size() == 1 ? "HY-6 output" : "HY-7 output by head";
    for (int t = 0; t < w.scope.hours(); ++t) {
        const double p_mw = w.scope.schedule.hydro_p_mw.row(k)[at(t)];
        const double flow = w.scope.schedule.hydro_flow_m3_per_s.row(k)[at(t)];
        const auto factors = whole ? head.in_force(w.storage_hm3(r, t - 1), slack_hm3) : head.all();
        if (factors.empty()) { // a storage that is not a number, which is a breach of its own
            continue;
        }
        const auto [low, high] = std::minmax_element(factors.begin(), factors.end());
        const Place place{rule, name, t, "MW"};
        if (whole) {
            const double near =
                std::abs(p_mw - *low * flow) < std::abs(p_mw - *high * flow) ? *low : *high;
            findings.equal(place, p_mw, near * flow);
        } else {
            findings.at_least(place, p_mw, *low * flow);
            findings.at_most(place, p_mw, *high * flow);
        }
        const double up_mw = w.scope.schedule.hydro_up_mw.row(k)[at(t)];
        const double down_mw = w.scope.schedule.hydro_down_mw.row(k)[at(t)];
        const Place capacity{"HY-8 capacity", name, t, "MW"};
        findings.at_most(capacity, p_mw + up_mw, table.p_max_mw[k]);
        findings.at_most(capacity, p_mw + up_mw, *high * table.flow_max_m3_per_s[k]);
        findings.at_least({"HY-8 downward reserve", name, t, "MW"}, p_mw - down_mw, 0.0,
                          table.p_max_mw[k]);
        findings.at_most({"HY-8 flow", name, t, "m3/s"}, flow, table.flow_max_m3_per_s[k]);
    }
}

/// HY-8: the water behind the upward reserve of a reservoir's stations, in m3/s of the hour.
void check_reserve_water(const Waters& w, std::size_t r, const std::string& name,
                         Findings& findings) {
    for (int t = 0; t < w.scope.hours(); ++t) {
        double needed = 0.0;
        double scale = 0.0;
        for (const std::size_t k : w.stations[r]) {
            const double up_mw = w.scope.schedule.hydro_up_mw.row(k)[at(t)];
            const double least = Head(w.scope.system, k).least();
            if (least > 0.0) {
                needed += up_mw / least;
            } else {
                findings.at_most(
                    {"HY-8 reserve without head", name_of(w.scope.system.hydro, k), t, "MW"}, up_mw,
                    0.0);
            }
            scale = std::max(scale, w.scope.system.hydro.flow_max_m3_per_s[k]);
        }
        findings.at_most({"HY-8 water for reserve", name, t, "m3/s"}, needed,
                         (w.storage_hm3(r, t) - w.least_hm3(r, t)) / hm3_per_m3s_h +
                             w.scope.schedule.reservoir_spill_m3_per_s.row(r)[at(t)],
                         scale);
    }
}

} // namespace

void check_reservoirs(const Scope& scope, Findings& findings, std::span<double> cost_cny) {
    const Waters waters(scope);
    for (std::size_t r = 0; r < cost_cny.size(); ++r) {
        if (!scope.mine(scope.owners.reservoir, r)) {
            continue;
        }
        const std::string name = name_of(scope.system.reservoirs, r);
        check_balance(waters, r, name, findings);
        check_reservoir(waters, r, name, findings);
        check_reserve_water(waters, r, name, findings);
        double short_hm3 = 0.0;
        for (const double missing : scope.schedule.reservoir_release_short_m3_per_s.row(r)) {
            short_hm3 += hm3_per_m3s_h * missing;
        }
        cost_cny[r] = short_hm3 * waters.table().release_shortfall_cny_per_hm3[r] +
                      scope.schedule.reservoir_terminal_short_hm3[r] *
                          waters.table().terminal_shortfall_cny_per_hm3[r];
    }
}

void check_hydro(const Scope& scope, Findings& findings, std::span<double> cost_cny) {
    const Waters waters(scope);
    for (std::size_t k = 0; k < cost_cny.size(); ++k) {
        if (!scope.mine(scope.owners.hydro, k)) {
            continue;
        }
        check_output(waters, k, name_of(scope.system.hydro, k), Head(scope.system, k), findings);
        for (const double p_mw : scope.schedule.hydro_p_mw.row(k)) {
            cost_cny[k] += p_mw * scope.system.hydro.variable_om_cny_per_mwh[k];
        }
    }
}

/// HY-9
void check_pumps(const Scope& scope, Findings& findings, std::span<double> cost_cny) {
    const grid::Pumps& table = scope.system.pumps;
    for (std::size_t k = 0; k < cost_cny.size(); ++k) {
        if (!scope.mine(scope.owners.pump, k)) {
            continue;
        }
        const std::string name = name_of(table, k);
        for (int t = 0; t < scope.hours(); ++t) {
            const double p_mw = scope.schedule.pump_p_mw.row(k)[at(t)];
            const double flow = scope.schedule.pump_flow_m3_per_s.row(k)[at(t)];
            findings.equal({"HY-9 pump", name, t, "MW"}, p_mw, table.mw_per_m3_per_s[k] * flow,
                           table.p_max_mw[k]);
            findings.at_most({"HY-9 pump", name, t, "MW"}, p_mw, table.p_max_mw[k]);
            cost_cny[k] += p_mw * table.variable_om_cny_per_mwh[k];
        }
    }
}

} // namespace longyang::verify
