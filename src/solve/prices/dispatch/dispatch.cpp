#include "solve/prices/dispatch/dispatch.hpp"

#include "base/error.hpp"
#include "solve/prices/blend_plans.hpp"
#include "solve/prices/dispatch/hour.hpp"
#include "solve/prices/dispatch/lines_and_amounts.hpp"
#include "solve/prices/dispatch/long_rows.hpp"
#include "solve/prices/dispatch/rivers.hpp"
#include "solve/prices/dispatch/stores.hpp"
#include "solve/prices/dispatch/units.hpp"
#include "solve/prices/heat/keep_heat.hpp"
#include "solve/prices/hour_rows.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace longyang::solve::prices {
namespace {

/// An amount is dear where it costs so many times what the dearest unit asks for a MWh: then a plan
/// is left rather than it be used.
constexpr double dear = 2.0;

using Walk = std::variant<std::monostate, UnitsWalk, StoreWalk, RiverWalk, LineWalk, AmountWalk>;

/// The target of a block. Throws Error (defect) where it has none of its kind.
template <class Plan>
const Plan& plan_of_kind(const lp::BlockPlan& target) {
    const auto* plan = std::get_if<Plan>(&target);
    if (plan == nullptr) {
        throw Error(Exit::defect, "a block has no target of its kind");
    }
    return *plan;
}

} // namespace

struct Dispatcher::Parts {
    const lp::Coupling& coupling;
    std::span<const lp::OracleData> blocks;
    std::size_t hours;
    HourRows hour_rows;
    double dearest_unit_cny = 0.0, dear_cny = 0.0;

    // Made anew for each run, as costs of breaches may change, and let go after it.
    std::optional<HourProgramme> programme;
    std::vector<Walk> walks;

    Parts(const lp::Coupling& coupling_, std::span<const lp::OracleData> blocks_);

    // The walk of a block, behind the others; none where the block has no compact data or is empty.
    void add_walk(const std::monostate& /*none*/) { walks.emplace_back(); }
    void add_walk(const std::vector<lp::UnitGroup>& groups);
    void add_walk(const lp::Store& store) {
        walks.emplace_back(std::in_place_type<StoreWalk>, store, hours, *programme);
    }
    void add_walk(const lp::River& river);
    void add_walk(const lp::LevelLine& line) {
        walks.emplace_back(std::in_place_type<LineWalk>, line, hours);
    }
    void add_walk(const lp::HourlyAmount& amount) {
        walks.emplace_back(std::in_place_type<AmountWalk>, amount, hours, hour_rows, *programme);
    }
    void make_walks(const DispatchSettings& settings);
    [[nodiscard]] std::vector<double> least_heat(int channel,
                                                 std::span<const lp::BlockPlan> targets) const;
    void begin(std::span<const lp::BlockPlan> targets, std::span<const double> price,
               const DispatchSettings& settings);
    void prepare(std::size_t t, bool loose, const DispatchSettings& settings,
                 std::span<const double> besides_cny);
    void solve(std::size_t t, const DispatchSettings& settings);
    [[nodiscard]] double dear_use_cny(std::size_t t) const;
    void note_relief(std::size_t t, double asked, Dispatch& found);
    void settle(std::size_t t, double asked, Dispatch& found);
    void walk(std::span<const lp::BlockPlan> targets, std::span<const double> row_price,
              const DispatchSettings& settings, Dispatch& found);
    void fill_long_rows(std::vector<double>& channel, Dispatch& found);
    void take_plans(std::span<const lp::BlockPlan> targets, const DispatchSettings& settings,
                    std::vector<double>& channel, Dispatch& found);
    void judge(std::span<const double> channel, Dispatch& found) const;
    [[nodiscard]] std::vector<double> planned_channels(std::span<const lp::BlockPlan> targets,
                                                       const DispatchSettings& settings) const;
};

Dispatcher::Parts::Parts(const lp::Coupling& coupling_, std::span<const lp::OracleData> blocks_)
    : coupling(coupling_), blocks(blocks_), hours(static_cast<std::size_t>(coupling_.hours)),
      hour_rows(coupling_) {}

void Dispatcher::Parts::add_walk(const std::vector<lp::UnitGroup>& groups) {
    if (groups.empty()) {
        walks.emplace_back();
        return;
    }
    walks.emplace_back(std::in_place_type<UnitsWalk>, groups, hours, *programme);
    dearest_unit_cny =
        std::max(dearest_unit_cny, std::get<UnitsWalk>(walks.back()).dearest_cny_per_mwh());
}

void Dispatcher::Parts::add_walk(const lp::River& river) {
    if (river.reservoirs.empty()) {
        walks.emplace_back();
        return;
    }
    walks.emplace_back(std::in_place_type<RiverWalk>, river, hours, *programme);
}

void Dispatcher::Parts::make_walks(const DispatchSettings& settings) {
    programme.emplace(coupling, settings.breach_cny_per_unit);
    walks.clear();
    walks.reserve(blocks.size());
    dearest_unit_cny = 0.0;
    for (const lp::OracleData& block : blocks) {
        std::visit([&](const auto& data) { add_walk(data); }, block);
    }
    dear_cny = dearest_unit_cny > 0.0 ? dear * dearest_unit_cny : lp::infinity;
    programme->build();
}

/// What units take from a channel at the least, as they are on; empty: none does.
std::vector<double> Dispatcher::Parts::least_heat(int channel,
                                                  std::span<const lp::BlockPlan> targets) const {
    std::vector<double> heat_mwh;
    for (std::size_t k = 0; k < blocks.size(); ++k) {
        const auto* groups = std::get_if<std::vector<lp::UnitGroup>>(&blocks[k]);
        if (groups != nullptr && !groups->empty() && groups->front().draw.channel == channel) {
            heat_mwh.resize(hours, 0.0);
            add_heat(*groups, plan_of_kind<lp::UnitsPlan>(targets[k]), false, heat_mwh);
        }
    }
    return heat_mwh;
}

void Dispatcher::Parts::begin(std::span<const lp::BlockPlan> targets, std::span<const double> price,
                              const DispatchSettings& settings) {
    for (std::size_t k = 0; k < walks.size(); ++k) {
        if (auto* units = std::get_if<UnitsWalk>(&walks[k])) {
            units->begin(plan_of_kind<lp::UnitsPlan>(targets[k]));
        } else if (auto* store = std::get_if<StoreWalk>(&walks[k])) {
            store->begin(plan_of_kind<lp::StorePlan>(targets[k]), price,
                         settings.storage_premium_cny_per_mwh,
                         least_heat(std::get<lp::Store>(blocks[k]).injection, targets));
        } else if (auto* river = std::get_if<RiverWalk>(&walks[k])) {
            river->begin(plan_of_kind<lp::RiverPlan>(targets[k]), price,
                         settings.river_premium_cny_per_mwh);
        } else if (auto* line = std::get_if<LineWalk>(&walks[k])) {
            line->begin(plan_of_kind<lp::LinePlan>(targets[k]));
        } else if (auto* amount = std::get_if<AmountWalk>(&walks[k])) {
            amount->begin();
        }
    }
}

void Dispatcher::Parts::prepare(std::size_t t, bool loose, const DispatchSettings& settings,
                                std::span<const double> besides_cny) {
    programme->begin(static_cast<int>(t), besides_cny);
    if (!settings.besides.empty()) {
        for (std::size_t c = 0; c < coupling.channels.size(); ++c) {
            programme->give(static_cast<int>(c), settings.besides[c * hours + t]);
        }
    }
    for (Walk& walk : walks) {
        std::visit(
            [&](auto& own) {
                if constexpr (!std::is_same_v<std::decay_t<decltype(own)>, std::monostate>) {
                    own.prepare(t, loose, *programme);
                }
            },
            walk);
    }
}

/// With rows that may be broken and limits of the network as they are found.
void Dispatcher::Parts::solve(std::size_t t, const DispatchSettings& settings) {
    const auto solve_with_rows = [&] {
        do {
            programme->solve();
        } while (programme->add_broken());
    };
    solve_with_rows();
    for (int round = 0; settings.watch && round < settings.most_rounds; ++round) {
        const std::vector<HourLimit> limits =
            settings.watch(static_cast<int>(t), programme->channel());
        if (limits.empty() || !programme->add_limits(limits)) {
            return;
        }
        solve_with_rows();
    }
}

/// What is paid for dear amounts and broken rows.
double Dispatcher::Parts::dear_use_cny(std::size_t t) const {
    double sum = programme->slack_cny();
    for (const Walk& walk : walks) {
        if (const auto* amount = std::get_if<AmountWalk>(&walk)) {
            if (amount->by_the_hour(t) && amount->cost(t) >= dear_cny) {
                sum += amount->cost(t) * amount->now(*programme);
            }
        } else if (const auto* store = std::get_if<StoreWalk>(&walk)) {
            if (store->data().discharge_cny_per_mwh >= dear_cny) { // calls of interruptible loads
                sum += store->data().discharge_cny_per_mwh * store->discharged(*programme);
            }
        }
    }
    return sum;
}

void Dispatcher::Parts::note_relief(std::size_t t, double asked, Dispatch& found) {
    programme->add_missing(std::span(found.relief).subspan(t), hours);
    found.relief_cny += programme->slack_cny();
    for (const Walk& walk : walks) {
        if (const auto* store = std::get_if<StoreWalk>(&walk)) {
            if (store->data().discharge_cny_per_mwh >= dear_cny) {
                const double beyond_mw =
                    std::max(0.0, store->discharged(*programme) - store->planned_discharge(t));
                found.relief[static_cast<std::size_t>(store->data().injection) * hours + t] +=
                    asked * beyond_mw;
                found.relief_cny += store->data().discharge_cny_per_mwh * beyond_mw;
            }
            continue;
        }
        const auto* amount = std::get_if<AmountWalk>(&walk);
        if (amount == nullptr || !amount->by_the_hour(t) || amount->cost(t) < dear_cny) {
            continue;
        }
        const double used = amount->now(*programme);
        found.relief_cny += amount->cost(t) * used;
        for (std::size_t j = 0; used > 0.0 && j < amount->data().channel.size(); ++j) {
            found.relief[static_cast<std::size_t>(amount->data().channel[j]) * hours + t] +=
                asked * amount->data().weight[j] * used;
        }
    }
}

void Dispatcher::Parts::settle(std::size_t t, double asked, Dispatch& found) {
    note_relief(t, asked, found);
    for (std::size_t k = 0; k < walks.size(); ++k) {
        std::visit(
            [&](auto& own) {
                if constexpr (!std::is_same_v<std::decay_t<decltype(own)>, std::monostate>) {
                    const double cny = own.settle(t, *programme);
                    found.block_cny[k] += cny;
                    found.hour_cny[t] += cny;
                }
            },
            walks[k]);
    }
    programme->read_duals(found.row_dual);
    found.breach_cny += programme->breach_cny();
    const HourProgramme::Breach breach = programme->breach();
    if (breach.relative > 0.0) {
        ++found.broken_hours;
        if (breach.relative > found.largest_breach) {
            found.largest_breach = breach.relative;
            found.breach_row = breach.row;
            found.breach_hour = static_cast<int>(t);
        }
    }
}

/// All hours, in their order.
void Dispatcher::Parts::walk(std::span<const lp::BlockPlan> targets,
                             std::span<const double> row_price, const DispatchSettings& settings,
                             Dispatch& found) {
    const std::vector<double> price = lp::channel_prices(coupling, row_price);
    LongRows long_rows(coupling, row_price);
    long_rows.begin(planned_channels(targets, settings), settings.storage_premium_cny_per_mwh);
    make_walks(settings);
    begin(targets, price, settings);
    std::vector<double> besides_cny(long_rows.empty() ? 0 : coupling.channels.size());
    for (std::size_t t = 0; t < hours; ++t) {
        std::fill(besides_cny.begin(), besides_cny.end(), 0.0);
        long_rows.add_prices(t, besides_cny);
        const std::vector<HourLimit> long_limits = long_rows.limits(t);
        prepare(t, false, settings, besides_cny);
        programme->add_limits(long_limits);
        solve(t, settings);
        if (dear_use_cny(t) > settings.storage_premium_cny_per_mwh) {
            prepare(t, true, settings, besides_cny);
            programme->add_limits(long_limits);
            solve(t, settings);
            ++found.loose_hours;
        }
        settle(t, settings.asked_of_relief, found);
        long_rows.settle(t, programme->channel());
    }
}

// PE-49  rows over several hours: what is missing to them is met by amounts in hours in which they
//        serve nothing else, the cheapest first
void Dispatcher::Parts::fill_long_rows(std::vector<double>& channel, Dispatch& found) {
    struct Offer {
        double cny = 0.0;
        std::size_t block = 0, t = 0;
        double weight = 0.0;
    };
    for (const lp::CouplingRow& row : coupling.rows) {
        if (row.end - row.begin <= 1) {
            continue;
        }
        double missing = row.lower - sum_of_row(coupling, row, channel);
        if (missing <= 0.0) {
            continue;
        }
        const lp::Pattern& pattern = coupling.patterns[static_cast<std::size_t>(row.pattern)];
        std::vector<Offer> offers;
        for (std::size_t k = 0; k < walks.size(); ++k) {
            const auto* amount = std::get_if<lp::HourlyAmount>(&blocks[k]);
            if (amount == nullptr) {
                continue;
            }
            double weight = 0.0;
            for (std::size_t i = 0; i < pattern.channel.size(); ++i) {
                for (std::size_t j = 0; j < amount->channel.size(); ++j) {
                    weight += pattern.channel[i] == amount->channel[j]
                                  ? pattern.weight[i] * amount->weight[j]
                                  : 0.0;
                }
            }
            for (int t = row.begin; weight > 0.0 && t < row.end; ++t) {
                const auto hour = static_cast<std::size_t>(t);
                if (amount->high[hour] > amount->low[hour] && !hour_rows.hold(*amount, hour)) {
                    offers.push_back({amount->cny_per_unit[hour] / weight, k, hour, weight});
                }
            }
        }
        std::stable_sort(offers.begin(), offers.end(),
                         [](const Offer& a, const Offer& b) { return a.cny < b.cny; });
        for (const Offer& offer : offers) {
            if (missing <= 0.0) {
                break;
            }
            const auto& amount = std::get<lp::HourlyAmount>(blocks[offer.block]);
            double& filled = std::get<lp::AmountPlan>(found.plans[offer.block]).amount[offer.t];
            const double added =
                std::clamp(missing / offer.weight, 0.0, amount.high[offer.t] - filled);
            filled += added;
            missing -= offer.weight * added;
            for (std::size_t j = 0; j < amount.channel.size(); ++j) {
                channel[static_cast<std::size_t>(amount.channel[j]) * hours + offer.t] +=
                    amount.weight[j] * added;
            }
            found.block_cny[offer.block] += amount.cny_per_unit[offer.t] * added;
        }
    }
}

void Dispatcher::Parts::take_plans(std::span<const lp::BlockPlan> targets,
                                   const DispatchSettings& settings, std::vector<double>& channel,
                                   Dispatch& found) {
    const auto plan_of = [&](std::size_t k) -> lp::BlockPlan {
        return std::visit(
            [&](auto& own) -> lp::BlockPlan {
                using Own = std::decay_t<decltype(own)>;
                if constexpr (std::is_same_v<Own, std::monostate>) {
                    return targets[k];
                } else {
                    return own.take_plan();
                }
            },
            walks[k]);
    };
    channel.assign(coupling.channels.size() * hours, 0.0);
    if (!settings.besides.empty()) {
        std::copy(settings.besides.begin(), settings.besides.end(), channel.begin());
    }
    for (std::size_t k = 0; k < walks.size(); ++k) {
        found.plans[k] = plan_of(k);
        if (!std::holds_alternative<std::monostate>(walks[k])) {
            give_plan(blocks[k], found.plans[k], hours, channel);
        }
    }
    fill_long_rows(channel, found);
    for (std::size_t k = 0; k < walks.size(); ++k) {
        if (const auto* amount = std::get_if<AmountWalk>(&walks[k])) {
            found.block_cny[k] += amount->data().constant_cny;
        }
    }
}

/// What targets give, channels x hours.
std::vector<double> Dispatcher::Parts::planned_channels(std::span<const lp::BlockPlan> targets,
                                                        const DispatchSettings& settings) const {
    std::vector<double> channel(settings.besides.begin(), settings.besides.end());
    channel.resize(coupling.channels.size() * hours, 0.0);
    for (std::size_t k = 0; k < blocks.size(); ++k) {
        give_plan(blocks[k], targets[k], hours, channel);
    }
    return channel;
}

/// Rows by the plans themselves.
void Dispatcher::Parts::judge(std::span<const double> channel, Dispatch& found) const {
    for (std::size_t r = 0; r < coupling.rows.size(); ++r) {
        const lp::CouplingRow& row = coupling.rows[r];
        if (!row.must_hold()) {
            continue;
        }
        const double breach =
            broken_share(sum_of_row(coupling, row, channel), row.lower, row.upper);
        if (breach > found.largest_breach) {
            found.largest_breach = breach;
            found.breach_row = static_cast<int>(r);
            found.breach_hour = row.begin;
        }
    }
}

Dispatcher::Dispatcher(const lp::Coupling& coupling, std::span<const lp::OracleData> blocks)
    : parts_(std::make_unique<Parts>(coupling, blocks)) {}
Dispatcher::~Dispatcher() = default;
Dispatcher::Dispatcher(Dispatcher&&) noexcept = default;
Dispatcher& Dispatcher::operator=(Dispatcher&&) noexcept = default;

// PE-40  hour by hour: least cost of running plants, with premiums for leaving the plan, so that
//        the rows of the hour hold
Dispatch Dispatcher::run(std::span<const lp::BlockPlan> targets, std::span<const double> row_price,
                         const DispatchSettings& settings) {
    Parts& p = *parts_;
    if (targets.size() != p.blocks.size() || row_price.size() != p.coupling.rows.size()) {
        throw Error(Exit::defect, "targets or prices that do not fit the programme");
    }
    Dispatch found;
    found.plans.resize(p.blocks.size());
    found.block_cny.assign(p.blocks.size(), 0.0);
    found.hour_cny.assign(p.hours, 0.0);
    found.relief.assign(p.coupling.channels.size() * p.hours, 0.0);
    found.row_dual.assign(p.coupling.rows.size(), 0.0);

    p.walk(targets, row_price, settings, found);
    std::vector<double> channel;
    p.take_plans(targets, settings, channel, found);
    p.judge(channel, found);
    for (const double cny : found.block_cny) {
        found.cost_cny += cny;
    }
    found.programmes = p.programme->programmes();
    found.pivots = p.programme->pivots();
    found.columns = p.programme->columns();
    found.rows = p.programme->rows();
    p.walks.clear();
    p.programme.reset();
    return found;
}

} // namespace longyang::solve::prices
