#include "caseio/imports/hourly.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace longyang::caseio::imports {
namespace {

constexpr double largest_profile = 100.0; // of the column of loads
constexpr double least_price = 1.0, largest_price = 1e6;

bool proportional(const Series& p, const Series& q) {
    const double ratio = q.mean() / p.mean();
    for (std::size_t t = 0; t < p.value.size(); ++t) {
        if (!(std::abs(q.value[t] - ratio * p.value[t]) <= 1e-6 * std::abs(q.mean()))) {
            return false;
        }
    }
    return true;
}

} // namespace

double Series::least() const {
    return *std::min_element(value.begin(), value.end());
}
double Series::most() const {
    return *std::max_element(value.begin(), value.end());
}
double Series::mean() const {
    return std::accumulate(value.begin(), value.end(), 0.0) / static_cast<double>(value.size());
}

std::vector<double> Series::over(double scale) const {
    std::vector<double> shares;
    for (const double v : value) {
        shares.push_back(scale == 0.0 ? 0.0 : v / scale);
    }
    return shares;
}

void HourlyLoads::demand(const std::string& name, const std::string& bus, Series p_mw,
                         const Series& q_mvar, double price) {
    Series given = p_mw;
    for (std::size_t t = 0; t < p_mw.value.size(); ++t) {
        given.value[t] = std::max(-p_mw.value[t], 0.0);
        p_mw.value[t] = std::max(p_mw.value[t], 0.0);
    }
    if (given.most() > 0.0) {
        notes_.add("negative demand: a plant that gives it, and may be curtailed", name);
        tables_
            .table("renewables", {"name", "bus", "technology", "capacity_mw", "profile",
                                  "variable_om_cny_per_mwh", "curtailment_cny_per_mwh"})
            .rows.push_back({name, bus, "import", cell(given.most()),
                             profiles_.add("given_" + name, given.over(given.most())), "0", "0"});
    }
    if (p_mw.most() == 0.0 && q_mvar.most() == 0.0 && q_mvar.least() == 0.0) {
        return;
    }
    if (!q_mvar.constant() && !proportional(p_mw, q_mvar)) {
        notes_.add("reactive demand that does not follow the active one: its mean does", name);
    }
    // A mean that is small against the most would leave the profile's range.
    const bool by_most = p_mw.constant() || p_mw.mean() * largest_profile < p_mw.most();
    const double scale = by_most ? p_mw.most() : p_mw.mean();
    const double mvar = p_mw.mean() == 0.0 ? q_mvar.mean() : q_mvar.mean() * scale / p_mw.mean();
    tables_
        .table("loads",
               {"name", "bus", "mean_mw", "mean_mvar", "profile", "value_of_lost_load_cny_per_mwh"})
        .rows.push_back({name, bus, cell(scale), cell(mvar),
                         p_mw.constant() ? "" : profiles_.add("load_" + name, p_mw.over(scale)),
                         cell(price)});
}

double HourlyLoads::priced(const std::string& name, const std::string& bus, const Series& p_mw,
                           const Series& price) {
    const std::size_t hours = p_mw.value.size();
    if (p_mw.least() < 0.0) {
        notes_.add("priced loads below 0: 0", name);
    }
    double worth = 0.0;
    std::map<double, Series> by_price;
    for (std::size_t t = 0; t < hours; ++t) {
        if (p_mw.value[t] <= 0.0) {
            continue;
        }
        if (price.value[t] < least_price || price.value[t] > largest_price) {
            notes_.add(fmt::format("hours of priced loads with a price below {} or above {}, left "
                                   "out",
                                   least_price, largest_price),
                       fmt::format("{} {}", name, t));
            continue;
        }
        Series& part = by_price.try_emplace(price.value[t], Series{std::vector<double>(hours, 0.0)})
                           .first->second;
        part.value[t] = p_mw.value[t];
        worth += price.value[t] * p_mw.value[t];
    }
    const Series none{std::vector<double>(hours, 0.0)};
    for (const auto& [cost, part] : by_price) {
        demand(by_price.size() == 1 ? name : fmt::format("{}_{}", name, cost), bus, part, none,
               cost);
    }
    if (!by_price.empty()) {
        notes_.add("loads with a price: what they leave undrawn costs that price, one row of loads "
                   "for each",
                   name);
    }
    return worth;
}

CsvTable& thermal_of(Tables& tables) {
    return tables.table("thermal", {"name",
                                    "bus",
                                    "fuel",
                                    "technology",
                                    "units",
                                    "p_min_mw",
                                    "p_max_mw",
                                    "min_up_h",
                                    "min_down_h",
                                    "ramp_up_mw_per_h",
                                    "ramp_down_mw_per_h",
                                    "start_ramp_mw",
                                    "stop_ramp_mw",
                                    "spinning_up_mw",
                                    "must_run_units",
                                    "must_run_profile",
                                    "p_min_profile",
                                    "p_max_profile",
                                    "forced_outage_rate",
                                    "initial_units_on",
                                    "initial_h",
                                    "initial_p_mw"});
}

void add_must_take(Tables& tables, SpanProfiles& profiles, const MustTake& plant, double p_max_mw,
                   const Series& least_mw, const Series& most_mw) {
    const std::string ramp = cell(largest_ramp_mw);
    thermal_of(tables).rows.push_back({plant.name,
                                       plant.bus,
                                       plant.fuel,
                                       plant.technology,
                                       "1",
                                       "0",
                                       cell(p_max_mw),
                                       "1",
                                       "1",
                                       ramp,
                                       ramp,
                                       ramp,
                                       ramp,
                                       "0",
                                       "1",
                                       "",
                                       profiles.add("p_min_" + plant.name, least_mw.over(p_max_mw)),
                                       profiles.add("p_max_" + plant.name, most_mw.over(p_max_mw)),
                                       "0",
                                       "-1",
                                       "8760",
                                       "0"});
}

} // namespace longyang::caseio::imports
