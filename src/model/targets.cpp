#include "model/targets.hpp"

#include "grid/cascades.hpp"
#include "grid/targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace longyang::model {
namespace {

std::size_t at(int place) {
    return static_cast<std::size_t>(place);
}

/// Targets that certificates of one kind meet over periods of one length.
struct Market {
    std::string kind, period;
    std::vector<int> targets;
};

std::vector<Market> markets_of(const grid::System& system) {
    const grid::Targets& table = system.targets;
    std::vector<Market> markets;
    for (std::size_t k = 0; k < table.kind.size(); ++k) {
        if (table.kind[k] == "clean_generation") {
            continue;
        }
        auto found = std::find_if(markets.begin(), markets.end(), [&](const Market& market) {
            return market.kind == table.kind[k] && market.period == table.period[k];
        });
        if (found == markets.end()) {
            found = markets.insert(found, {table.kind[k], table.period[k], {}});
        }
        found->targets.push_back(static_cast<int>(k));
    }
    return markets;
}

/// Writes rows of one pattern after another.
class TargetRows {
public:
    TargetRows(lp::Coupling& coupling, const Context& context)
        : coupling_(coupling), context_(context), table_(context.system.targets) {}

    void add_market(const Market& market);
    void add_generation_share(int target);
    void add_energy_limit(std::size_t number, const grid::EnergyLimit& limit);

private:
    /// PT-1, PT-2: what regions' plants give and what is missing, against `part` of what each
    /// target owes; the row is left out where nothing is owed.
    void add_balance(const std::string& tag, const std::string& name, const Market& market,
                     const std::vector<int>& targets, bool own_part_only);
    void give(int channel, double weight) {
        pattern_.channel.push_back(channel);
        pattern_.weight.push_back(weight);
    }
    void give_plants(int region, const std::string& kind, double weight, double weight_of_others);

    lp::Coupling& coupling_;
    const Context& context_;
    const grid::Targets& table_;
    lp::Pattern pattern_;
};

/// weight of energy that meets the kind, weight_of_others of all other plants'.
void TargetRows::give_plants(int region, const std::string& kind, double weight,
                             double weight_of_others) {
    const Channels& channels = context_.channels;
    for (std::size_t k = 0; k < channels.feeds.size(); ++k) {
        const Feed& feed = channels.feeds[k];
        if (feed.source == grid::Source::none ||
            context_.system.buses.region[at(feed.bus)] != region) {
            continue;
        }
        const double own = grid::meets(kind, feed.source) ? weight : weight_of_others;
        if (own != 0.0) {
            give(channels.feed(static_cast<int>(k)), own);
        }
    }
}

// PT-1  of a region: renewable energy + missing >= sum over its targets of (1 - b) a (consumption
//       or the line's energy)
// PT-2  of all regions of the market: renewable energy + missing >= sum of a (consumption or the
//       line's energy)
void TargetRows::add_balance(const std::string& tag, const std::string& name, const Market& market,
                             const std::vector<int>& targets, bool own_part_only) {
    const grid::System& system = context_.system;
    const auto owed_share = [&](int target) {
        const double own = own_part_only ? 1.0 - table_.bought_max_pu[at(target)] : 1.0;
        return own * table_.share[at(target)];
    };
    if (std::all_of(targets.begin(), targets.end(),
                    [&](int target) { return owed_share(target) == 0.0; })) {
        return;
    }
    pattern_ = {tag, name, {}, {}};
    std::set<int> regions;
    for (const int target : targets) {
        regions.insert(grid::region_of_target(system, target));
    }
    for (const int region : regions) {
        give_plants(region, market.kind, 1.0, 0.0);
    }
    for (const int target : targets) {
        give(context_.channels.target_short(target), 1.0);
        if (table_.hvdc[at(target)] >= 0) {
            give(context_.channels.hvdc_power(table_.hvdc[at(target)]), -owed_share(target));
        }
    }
    const int number = static_cast<int>(coupling_.patterns.size());
    coupling_.patterns.push_back(pattern_);
    for (const grid::Period& period : grid::periods_in(context_.span, market.period)) {
        double owed_mwh = 0.0;
        for (const int target : targets) {
            if (table_.hvdc[at(target)] < 0) {
                owed_mwh +=
                    owed_share(target) *
                    grid::consumption_mwh(system, table_.region[at(target)], context_.span, period);
            }
        }
        coupling_.rows.push_back({number, period.begin, period.end, owed_mwh, lp::infinity});
    }
}

void TargetRows::add_market(const Market& market) {
    const grid::System& system = context_.system;
    std::set<int> regions;
    for (const int target : market.targets) {
        regions.insert(grid::region_of_target(system, target));
    }
    for (const int region : regions) {
        std::vector<int> own;
        std::copy_if(market.targets.begin(), market.targets.end(), std::back_inserter(own),
                     [&](int target) { return grid::region_of_target(system, target) == region; });
        add_balance("PT-1",
                    fmt::format("{} quota of {} by {}", market.kind,
                                system.regions.name[at(region)], market.period),
                    market, own, true);
    }
    if (std::any_of(market.targets.begin(), market.targets.end(),
                    [&](int target) { return table_.bought_max_pu[at(target)] > 0.0; })) {
        add_balance("PT-2", fmt::format("{} certificates by {}", market.kind, market.period),
                    market, market.targets, false);
    }
}

// PT-3  (1 - a) sum of energy without emissions - a sum of the other plants' + missing >= 0
void TargetRows::add_generation_share(int target) {
    const double share = table_.share[at(target)];
    pattern_ = {"PT-3", fmt::format("clean generation {}", table_.name[at(target)]), {}, {}};
    give_plants(table_.region[at(target)], table_.kind[at(target)], 1.0 - share, -share);
    give(context_.channels.target_short(target), 1.0);
    const int number = static_cast<int>(coupling_.patterns.size());
    coupling_.patterns.push_back(pattern_);
    for (const grid::Period& period : grid::periods_in(context_.span, table_.period[at(target)])) {
        coupling_.rows.push_back({number, period.begin, period.end, 0.0, lp::infinity});
    }
}

// TH-16  sum of the plants' energy in a period <= E; of a part of a period, its share by hours
void TargetRows::add_energy_limit(std::size_t number, const grid::EnergyLimit& limit) {
    pattern_ = {"TH-16", fmt::format("energy limit {}", limit.name), {}, {}};
    const Channels& channels = context_.channels;
    for (std::size_t k = 0; k < channels.feeds.size(); ++k) {
        if (channels.feeds[k].limit == static_cast<int>(number)) {
            give(channels.feed(static_cast<int>(k)), 1.0);
        }
    }
    const int pattern = static_cast<int>(coupling_.patterns.size());
    coupling_.patterns.push_back(pattern_);
    for (const grid::Period& period : grid::periods_in(context_.span, limit.period)) {
        const double part = static_cast<double>(period.end - period.begin) / period.whole_h;
        coupling_.rows.push_back(
            {pattern, period.begin, period.end, -lp::infinity, part * limit.energy_mwh});
    }
}

/// PT-0: by how much hydro energy of a region can lie below 0 in a period, as water was lifted
/// whose units have not given it back yet, MWh.
double most_lifted_mwh(const grid::System& system, int region, const grid::Period& period) {
    const grid::Pumps& pumps = system.pumps;
    double mw = 0.0;
    for (std::size_t k = 0; k < pumps.bus.size(); ++k) {
        if (system.buses.region[at(pumps.bus[k])] == region) {
            mw += grid::returned_mw_per_m3_per_s(system, k) * pumps.p_max_mw[k] /
                  pumps.mw_per_m3_per_s[k];
        }
    }
    return mw * (period.end - period.begin);
}

/// Most that can be missing to a target in a period, whatever happens, MWh.
double most_missing_mwh(const Context& context, int target, const grid::Period& period) {
    const grid::System& system = context.system;
    const grid::Targets& table = system.targets;
    const double share = table.share[at(target)];
    if (table.hard[at(target)] == "yes") {
        return 0.0;
    }
    const double lifted_mwh = table.kind[at(target)] == "non_hydro"
                                  ? 0.0
                                  : most_lifted_mwh(system, table.region[at(target)], period);
    if (table.hvdc[at(target)] >= 0) {
        return share * system.hvdc.p_max_mw[at(table.hvdc[at(target)])] *
                   (period.end - period.begin) +
               lifted_mwh;
    }
    if (table.kind[at(target)] != "clean_generation") {
        return share *
                   grid::consumption_mwh(system, table.region[at(target)], context.span, period) +
               lifted_mwh;
    }
    double largest_mw = 0.0;
    for (std::size_t i = 0; i < system.thermal.bus.size(); ++i) {
        if (system.buses.region[at(system.thermal.bus[i])] == table.region[at(target)]) {
            largest_mw += system.thermal.units[i] * system.thermal.p_max_mw[i];
        }
    }
    return share * largest_mw * (period.end - period.begin) + (1.0 - share) * lifted_mwh;
}

} // namespace

void build_target(const Context& context, int item, lp::Block& block) {
    const grid::Targets& table = context.system.targets;
    const int family = block.family("target_short");
    for (const grid::Period& period : grid::periods_in(context.span, table.period[at(item)])) {
        const int missing =
            block.add_column(family, period.begin, 0.0, most_missing_mwh(context, item, period),
                             table.shortfall_cny_per_mwh[at(item)]);
        block.add_port(context.channels.target_short(item), period.begin, missing, 1.0);
    }
}

void read_target(const Context& context, int item, const lp::Block& /*block*/,
                 std::span<const double> values, grid::Schedule& schedule) {
    const std::vector<grid::TargetPeriod> periods =
        grid::target_periods(context.system, context.span);
    std::size_t column = 0;
    for (std::size_t k = 0; k < periods.size(); ++k) {
        if (periods[k].target == item) {
            schedule.target_short_mwh[k] = values[column++];
        }
    }
}

void add_targets(lp::Coupling& coupling, const Context& context) {
    TargetRows rows(coupling, context);
    for (const Market& market : markets_of(context.system)) {
        rows.add_market(market);
    }
    for (std::size_t k = 0; k < context.system.targets.kind.size(); ++k) {
        if (context.system.targets.kind[k] == "clean_generation") {
            rows.add_generation_share(static_cast<int>(k));
        }
    }
    const std::vector<grid::EnergyLimit> limits = grid::energy_limits(context.system);
    for (std::size_t k = 0; k < limits.size(); ++k) {
        rows.add_energy_limit(k, limits[k]);
    }
}

} // namespace longyang::model
