// PT-0 to PT-3, by docs/theory/targets.md, and TH-16, by docs/theory/thermal.md.
#include "grid/calendar.hpp"
#include "grid/cascades.hpp"
#include "verify/checks.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace longyang::verify {
namespace {

/// Hours of the span that belong to one month or year, and the hours of the whole.
struct Stretch {
    int begin = 0, end = 0, whole_h = 0;
};

std::vector<Stretch> stretches_of(const Scope& scope, const std::string& period) {
    std::vector<Stretch> stretches;
    int running = -1;
    for (int t = 0; t < scope.hours(); ++t) {
        const int year = scope.hour_of_year(t) / grid::hours_per_year;
        const int month = grid::month_of_hour(scope.hour_of_year(t) % grid::hours_per_year);
        const bool by_month = period == "month";
        const int number = by_month ? year * 12 + month : year;
        if (number != running) {
            const int whole_h =
                by_month ? grid::month_begin_hour[at(month)] - grid::month_begin_hour[at(month - 1)]
                         : grid::hours_per_year;
            stretches.push_back({t, t, whole_h});
            running = number;
        }
        stretches.back().end = t + 1;
    }
    return stretches;
}

/// MW of all plants of all ranks by region and hour, and of lines and limited plants.
struct Output {
    std::size_t hours;
    std::vector<double> water, other_renewable, other_clean, emitting; ///< regions x hours
    std::vector<double> line;                                          ///< lines x hours
    std::map<std::string, std::vector<double>> limited;                ///< by name of the limit

    Output(const Comm& comm, const Scope& scope);
    [[nodiscard]] double mwh(const std::vector<double>& of, int row, const Stretch& when) const {
        double sum = 0.0;
        for (int t = when.begin; t < when.end; ++t) {
            sum += of[at(row) * hours + at(t)];
        }
        return sum;
    }
};

Output::Output(const Comm& comm, const Scope& scope)
    : hours(scope.schedule.span.size()), water(scope.system.regions.line.size() * hours, 0.0),
      other_renewable(water), other_clean(water), emitting(water),
      line(scope.system.hvdc.bus.size() * hours, 0.0) {
    const grid::System& s = scope.system;
    const auto add = [&](std::vector<double>& into, std::size_t row, std::span<const double> mw) {
        const auto first = into.begin() + static_cast<std::ptrdiff_t>(row * hours);
        std::transform(mw.begin(), mw.end(), first, first, std::plus<>());
    };
    const auto region = [&](int bus) { return at(s.buses.region[at(bus)]); };
    for (std::size_t i = 0; i < s.thermal.bus.size(); ++i) {
        if (scope.mine(scope.owners.thermal, i)) {
            const std::string& kind = s.thermal.technology[i];
            const bool grown = kind == "biomass" || kind == "geothermal" || kind == "csp";
            const bool emits = s.fuels.co2_t_per_gj[at(s.thermal.fuel[i])] != 0.0;
            add(grown   ? other_renewable
                : emits ? emitting
                        : other_clean,
                region(s.thermal.bus[i]), scope.schedule.thermal_p_mw.row(i));
        }
    }
    for (std::size_t i = 0; i < s.renewables.bus.size(); ++i) {
        if (scope.mine(scope.owners.renewable, i)) {
            add(s.renewables.technology[i] == "run_of_river" ? water : other_renewable,
                region(s.renewables.bus[i]), scope.schedule.renewable_p_mw.row(i));
        }
    }
    for (std::size_t i = 0; i < s.hydro.bus.size(); ++i) {
        if (scope.mine(scope.owners.hydro, i)) {
            add(water, region(s.hydro.bus[i]), scope.schedule.hydro_p_mw.row(i));
        }
    }
    for (std::size_t k = 0; k < s.pumps.bus.size(); ++k) {
        if (scope.mine(scope.owners.pump, k)) {
            const auto flow = scope.schedule.pump_flow_m3_per_s.row(k);
            std::vector<double> back(flow.begin(), flow.end());
            for (double& mw : back) {
                mw *= -grid::returned_mw_per_m3_per_s(s, k);
            }
            add(water, region(s.pumps.bus[k]), back);
        }
    }
    for (std::size_t i = 0; i < s.storages.bus.size(); ++i) {
        if (scope.mine(scope.owners.storage, i) && s.storages.inflow_mw[i] > 0.0 &&
            s.storages.charge_max_mw[i] == 0.0 && !gives_heat(s, i)) {
            add(other_renewable, region(s.storages.bus[i]),
                scope.schedule.storage_discharge_mw.row(i));
        }
    }
    for (std::size_t i = 0; i < s.hvdc.bus.size(); ++i) {
        if (scope.mine(scope.owners.hvdc, i)) {
            add(line, i, scope.schedule.hvdc_p_mw.row(i));
        }
    }
    const grid::EnergyLimits& limits = s.energy_limits;
    for (std::size_t k = 0; k < limits.plant.size(); ++k) {
        const auto plant = at(limits.plant[k]);
        auto& sum = limited[limits.shared[k].empty() ? s.thermal.name[plant] : limits.shared[k]];
        sum.resize(hours, 0.0);
        if (scope.mine(scope.owners.thermal, plant)) {
            add(sum, 0, scope.schedule.thermal_p_mw.row(plant));
        }
    }
    for (auto* sums : {&water, &other_renewable, &other_clean, &emitting, &line}) {
        sum_in_order(comm, *sums);
    }
    for (auto& [name, sum] : limited) {
        sum_in_order(comm, sum);
    }
}

/// PT-0: what a region's loads, and the demand of its flexible loads, ask for.
double asked_mwh(const Scope& scope, int region, const Stretch& when) {
    const grid::System& s = scope.system;
    const grid::FlexibleLoads& f = s.flexible_loads;
    double sum = 0.0;
    for (int t = when.begin; t < when.end; ++t) {
        for (std::size_t i = 0; i < s.loads.bus.size(); ++i) {
            sum += s.buses.region[at(s.loads.bus[i])] == region ? scope.load_mw(i, t) : 0.0;
        }
        for (std::size_t i = 0; i < f.bus.size(); ++i) {
            if (s.buses.region[at(f.bus[i])] == region) {
                sum += f.demand_mw[i] * scope.profile(f.demand_profile[i], t, 1.0) /
                           f.efficiency_draw[i] +
                       f.own_load_mw[i] * scope.profile(f.own_load_profile[i], t, 1.0);
            }
        }
    }
    return sum;
}

/// The targets of a case, checked on one rank.
class TargetCheck {
public:
    TargetCheck(const Scope& scope, const Output& output, Findings& findings)
        : scope_(scope), output_(output), findings_(findings), table_(scope.system.targets) {}

    /// Numbers the schedule's figures of what is missing.
    void read_missing(std::span<double> cost_cny);
    void check_generation_shares();
    void check_quotas();
    void check_energy_limits();

private:
    [[nodiscard]] double owed_mwh(std::size_t target, const Stretch& when) const {
        const double of = table_.hvdc[target] >= 0
                              ? output_.mwh(output_.line, table_.hvdc[target], when)
                              : asked_mwh(scope_, table_.region[target], when);
        return table_.share[target] * of;
    }
    [[nodiscard]] double green_mwh(int region, const std::string& kind, const Stretch& when) const {
        return output_.mwh(output_.other_renewable, region, when) +
               (kind == "renewable" ? output_.mwh(output_.water, region, when) : 0.0);
    }
    void check_quota(const std::string& kind, const std::string& period, std::size_t number,
                     const Stretch& when);

    const Scope& scope_;
    const Output& output_;
    Findings& findings_;
    const grid::Targets& table_;
    std::vector<std::vector<double>> missing_; ///< per target and period
};

void TargetCheck::read_missing(std::span<double> cost_cny) {
    std::size_t next = 0;
    missing_.resize(table_.kind.size());
    for (std::size_t k = 0; k < table_.kind.size(); ++k) {
        for (const Stretch& when : stretches_of(scope_, table_.period[k])) {
            const bool there = next < scope_.schedule.target_short_mwh.size();
            const double mwh = there ? scope_.schedule.target_short_mwh[next++] : 0.0;
            missing_[k].push_back(mwh);
            const Place place{"PT missing", table_.name[k], when.begin, "MWh"};
            findings_.equal(place, there ? 1.0 : 0.0, 1.0);
            findings_.at_least(place, mwh, 0.0, 1.0);
            if (table_.hard[k] == "yes") {
                findings_.at_most(place, mwh, 0.0, 1.0);
            }
            cost_cny[k] += table_.shortfall_cny_per_mwh[k] * mwh;
        }
    }
}

void TargetCheck::check_generation_shares() {
    for (std::size_t k = 0; k < table_.kind.size(); ++k) {
        if (table_.kind[k] != "clean_generation") {
            continue;
        }
        const std::vector<Stretch> stretches = stretches_of(scope_, table_.period[k]);
        for (std::size_t p = 0; p < stretches.size(); ++p) {
            const double clean = green_mwh(table_.region[k], "renewable", stretches[p]) +
                                 output_.mwh(output_.other_clean, table_.region[k], stretches[p]);
            const double all =
                clean + output_.mwh(output_.emitting, table_.region[k], stretches[p]);
            findings_.at_least({"PT-3 clean share", table_.name[k], stretches[p].begin, "MWh"},
                               clean + missing_[k][p], table_.share[k] * all);
        }
    }
}

/// One period of a market: each region by itself where it owes what it may not buy, then all
/// together where something may be bought.
void TargetCheck::check_quota(const std::string& kind, const std::string& period,
                              std::size_t number, const Stretch& when) {
    struct Own {
        double there_mwh = 0.0, owed_mwh = 0.0; // without certificates
        bool asked = false;
    };
    std::map<int, Own> own; // by region
    double there = 0.0;
    double owed = 0.0;
    bool shared = false;
    bool bought = false;
    for (std::size_t k = 0; k < table_.kind.size(); ++k) {
        if (table_.kind[k] != kind || table_.period[k] != period) {
            continue;
        }
        const int region = table_.region[k];
        if (!own.contains(region)) {
            own[region].there_mwh = green_mwh(region, kind, when);
            there += own[region].there_mwh;
        }
        const double of_target = owed_mwh(k, when);
        const double unbought = 1.0 - table_.bought_max_pu[k];
        own[region].there_mwh += missing_[k][number];
        own[region].owed_mwh += unbought * of_target;
        own[region].asked = own[region].asked || unbought * table_.share[k] > 0.0;
        shared = shared || table_.share[k] > 0.0;
        bought = bought || table_.bought_max_pu[k] > 0.0;
        there += missing_[k][number];
        owed += of_target;
    }
    for (const auto& [region, sums] : own) {
        if (sums.asked) {
            findings_.at_least(
                {"PT-1 quota", scope_.system.regions.name[at(region)], when.begin, "MWh"},
                sums.there_mwh, sums.owed_mwh);
        }
    }
    if (shared && bought) {
        findings_.at_least({"PT-2 certificates", kind, when.begin, "MWh"}, there, owed);
    }
}

void TargetCheck::check_quotas() {
    for (const std::string kind : {"renewable", "non_hydro"}) {
        for (const std::string period : {"month", "year"}) {
            bool any = false;
            for (std::size_t k = 0; k < table_.kind.size(); ++k) {
                any = any || (table_.kind[k] == kind && table_.period[k] == period);
            }
            const std::vector<Stretch> stretches = stretches_of(scope_, period);
            for (std::size_t p = 0; any && p < stretches.size(); ++p) {
                check_quota(kind, period, p, stretches[p]);
            }
        }
    }
}

void TargetCheck::check_energy_limits() {
    const grid::EnergyLimits& limits = scope_.system.energy_limits;
    for (std::size_t k = 0; k < limits.plant.size(); ++k) {
        const std::string& name = limits.shared[k].empty()
                                      ? scope_.system.thermal.name[at(limits.plant[k])]
                                      : limits.shared[k];
        for (const Stretch& when : stretches_of(scope_, limits.period[k])) {
            const double allowed_mwh =
                1000.0 * limits.energy_gwh[k] * (when.end - when.begin) / when.whole_h;
            findings_.at_most({"TH-16 energy limit", name, when.begin, "MWh"},
                              output_.mwh(output_.limited.at(name), 0, when), allowed_mwh);
        }
    }
}

} // namespace

void check_targets(const Comm& comm, const Scope& scope, Findings& findings,
                   std::span<double> cost_cny) {
    if (scope.system.targets.kind.empty() && scope.system.energy_limits.plant.empty()) {
        return;
    }
    const Output output(comm, scope);
    if (!comm.root()) {
        return; // rank 0 owns targets
    }
    TargetCheck check(scope, output, findings);
    check.read_missing(cost_cny);
    check.check_generation_shares();
    check.check_quotas();
    check.check_energy_limits();
}

} // namespace longyang::verify
