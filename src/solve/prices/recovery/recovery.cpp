#include "solve/prices/recovery/recovery.hpp"

#include "base/error.hpp"
#include "solve/prices/blend_plans.hpp"
#include "solve/prices/heat/keep_heat.hpp"
#include "solve/prices/oracles/continuous_line.hpp"
#include "solve/prices/oracles/level_oracle.hpp"
#include "solve/prices/oracles/unit_cost.hpp"
#include "solve/prices/recovery/moves.hpp"
#include "solve/prices/recovery/rows.hpp"
#include "solve/prices/recovery/units.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <numeric>
#include <optional>
#include <random>
#include <set>
#include <utility>

namespace longyang::solve::prices {
namespace {

/// Of the way that values of energy and water go towards those of the newest answers.
constexpr double value_share = 0.1;

using recovery::Effect;
using recovery::FollowingPrices;
using recovery::SingleUnits;
using recovery::UnitPlace;

/// A line with levels, and where its contracts' amounts stand.
struct WholeLine {
    std::size_t block = 0;
    LevelPlanner planner;
    std::vector<std::size_t> amount; ///< block of each period's amount
    std::vector<int> period_begin;
    Effect effect;
    std::span<const OwnContract::Period> further; ///< of contracts that the planner does not know
};

/// What energy costs more in the hours of a period: one price before a turn, another from it on.
struct PeriodPrice {
    double before_cny_per_mwh = 0.0, after_cny_per_mwh = 0.0;
    int turn = 0;

    /// In hours [begin, end) of the period, of one MW in all of them.
    [[nodiscard]] double cny_per_mw(int begin, int end) const {
        const int split = std::clamp(turn, begin, std::max(begin, end));
        return before_cny_per_mwh * (split - begin) +
               after_cny_per_mwh * (std::max(begin, end) - split);
    }
};

/// Contracts that lines take over, as make_oracles has it.
struct Contracts {
    std::vector<char> handled;                        ///< rows
    std::vector<std::optional<OwnContract>> of_block; ///< of lines; amounts as numbers of blocks
    std::vector<std::vector<OwnContract::Period>> further; ///< of lines, what they do not take over
};

Contracts find_contracts(const lp::Coupling& coupling, std::span<const lp::OracleData> blocks) {
    Contracts found{std::vector<char>(coupling.rows.size(), 0), {}, {}};
    found.of_block.resize(blocks.size());
    found.further.resize(blocks.size());
    std::vector<lp::HourlyAmount> amounts;
    std::vector<std::size_t> place;
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        if (const auto* amount = std::get_if<lp::HourlyAmount>(&blocks[b])) {
            amounts.push_back(*amount);
            place.push_back(b);
        }
    }
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        const auto* line = std::get_if<lp::LevelLine>(&blocks[b]);
        if (line == nullptr) {
            continue;
        }
        found.of_block[b] = own_contract(coupling, *line, amounts);
        found.further[b] = further_periods(coupling, *line, amounts, found.of_block[b]);
        if (std::optional<OwnContract>& contract = found.of_block[b]) {
            for (OwnContract::Period& period : contract->periods) {
                found.handled[period.row] = 1;
                period.amount = place[period.amount];
            }
        }
    }
    return found;
}

/// Adds `sign` times the heat that a unit takes in its plan.
void add_heat_of(const lp::UnitGroup& group, const lp::UnitsPlan& plan, std::size_t unit,
                 double sign, std::vector<double>& heat_mwh) {
    for (std::size_t t = 0; t < heat_mwh.size(); ++t) {
        const std::size_t at = unit * heat_mwh.size() + t;
        if (plan.on[at] != 0) {
            const bool started = starts_in(group, plan.on.data() + at - t, t);
            heat_mwh[t] += sign * group.draw.amount(plan.p_mw[at], started);
        }
    }
}

/// A store that gives `given_mwh`, as far as it has it.
void follow(const lp::Store& store, std::span<const double> given_mwh, lp::StorePlan& plan) {
    double energy = store.energy_initial_mwh;
    for (std::size_t t = 0; t < given_mwh.size(); ++t) {
        energy = store.kept_per_h * energy + store.inflow(t) - store.drain(t);
        const double most = store.efficiency_discharge * (energy - store.energy_min(t));
        plan.discharge_mw[t] =
            std::clamp(given_mwh[t], 0.0, std::max(0.0, std::min(most, store.discharge_max(t))));
        energy -= plan.discharge_mw[t] / store.efficiency_discharge;
        plan.spill_mw[t] = std::clamp(energy - store.energy_max(t), 0.0, store.inflow(t));
        energy -= plan.spill_mw[t];
        plan.energy_mwh[t] = energy;
    }
}

} // namespace

struct Recovery::Parts {
    const lp::Coupling& coupling;
    std::span<const lp::OracleData> blocks;
    RecoverySettings settings;
    std::size_t hours;
    Contracts contracts;
    FollowingPrices rows;
    std::vector<WholeLine> lines;
    std::vector<UnitPlace> units;
    std::vector<Effect> unit_effect;              ///< per block; empty where it has no units
    std::optional<SingleUnits> single;            ///< while they are planned
    std::map<int, recovery::HeatRoom> heat_rooms; ///< by channel; others: all units
    std::mt19937_64 random;
    std::vector<lp::BlockPlan> plans;
    std::vector<double> besides;
    std::vector<double> asked;  ///< of units (PE-39); empty: nothing
    std::vector<double> relief; ///< of the last dispatch, as told
    std::vector<double> asking; ///< prices at which continuous blocks are asked
    long changed_hours = 0;

    Parts(const lp::Coupling& coupling_, std::span<const lp::OracleData> blocks_,
          const Movers& movers, const RecoverySettings& settings_);

    void make_lines();
    void set_sums();
    [[nodiscard]] std::map<int, recovery::HeatRoom> rooms() const;
    void stores_follow();
    void plan_unit(const UnitPlace& place, std::span<const char> free);
    void plan_units(std::span<const char> free);
    [[nodiscard]] std::vector<double> given() const;
    void plan_lines();
    double plan_line(WholeLine& line);
    [[nodiscard]] lp::LinePlan within_all(WholeLine& line, std::span<const double> cny) const;
    double note_shortfall(const WholeLine& line);
    void shuffle_units();
    void keep_contract(std::size_t block);
    void move_amount(std::size_t block, std::span<const double> channel_price);
    [[nodiscard]] bool has_levels(std::size_t block) const;
};

Recovery::Parts::Parts(const lp::Coupling& coupling_, std::span<const lp::OracleData> blocks_,
                       const Movers& movers, const RecoverySettings& settings_)
    : coupling(coupling_), blocks(blocks_), settings(settings_),
      hours(static_cast<std::size_t>(coupling_.hours)),
      contracts(find_contracts(coupling_, blocks_)),
      rows(coupling_, contracts.handled, blocks_, movers, settings_.scale_cny_per_unit),
      units(SingleUnits::list(blocks_)), unit_effect(blocks_.size()), random(settings_.seed) {
    for (const UnitPlace& place : units) {
        if (unit_effect[place.block].on.empty()) {
            unit_effect[place.block] = SingleUnits::effect(rows, *place.group);
        }
    }
    make_lines();
}

bool Recovery::Parts::has_levels(std::size_t block) const {
    const auto* line = std::get_if<lp::LevelLine>(&blocks[block]);
    return line != nullptr && line->step_mw > 0.0;
}

void Recovery::Parts::make_lines() {
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        if (!has_levels(b)) {
            continue;
        }
        const auto& data = std::get<lp::LevelLine>(blocks[b]);
        WholeLine line{
            b,
            LevelPlanner(data, contracts.of_block[b], coupling.hours),
            {},
            {},
            rows.effect_of({{{{data.injection, -1.0}, {data.power, 1.0}}, {}, {}, {}, {}, {}}}),
            contracts.further[b]};
        if (contracts.of_block[b]) {
            for (const OwnContract::Period& period : contracts.of_block[b]->periods) {
                line.amount.push_back(period.amount);
                line.period_begin.push_back(period.begin);
            }
        }
        lines.push_back(std::move(line));
    }
}

std::vector<double> Recovery::Parts::given() const {
    std::vector<double> channel = besides;
    channel.resize(coupling.channels.size() * hours, 0.0);
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        give_plan(blocks[b], plans[b], hours, channel);
    }
    return channel;
}

void Recovery::Parts::set_sums() {
    std::vector<double> channel = given();
    for (std::size_t k = 0; k < asked.size(); ++k) {
        channel[k] -= asked[k];
    }
    rows.set_sums(channel);
    asking = rows.between(settings.asking_share);
}

/// PE-53  The best plan by what levels cost that carries no more than the planner's contract and
/// all further ones allow, where prices find one: of a further period that carries too much all
/// hours cost more, then its first ones.
lp::LinePlan Recovery::Parts::within_all(WholeLine& line, std::span<const double> cny) const {
    lp::LinePlan plan = line.planner.best(cny);
    const auto carries_too_much = [&](const OwnContract::Period& period) {
        const auto first = plan.power_mw.begin();
        const double mwh = std::accumulate(first + period.begin, first + period.end, 0.0);
        return mwh > period.high_mwh + 1e-9 * (1.0 + std::abs(period.high_mwh));
    };
    const auto& data = std::get<lp::LevelLine>(blocks[line.block]);
    std::vector<PeriodPrice> price(line.further.size());
    const auto plan_anew = [&] {
        std::vector<double> all_cny(cny.begin(), cny.end());
        std::size_t place = 0;
        for (std::size_t b = 0; b < line.planner.blocks(); ++b) {
            double per_mw = 0.0;
            for (std::size_t k = 0; k < price.size(); ++k) {
                per_mw +=
                    price[k].cny_per_mw(std::max(data.block_begin[b], line.further[k].begin),
                                        std::min(data.block_begin[b + 1], line.further[k].end));
            }
            for (std::size_t level = 0; level < line.planner.levels(b); ++level) {
                all_cny[place++] += per_mw * line.planner.power_mw(b, level);
            }
        }
        plan = line.planner.best(all_cny);
        return std::none_of(line.further.begin(), line.further.end(), carries_too_much);
    };
    constexpr double first_price = 0.1;
    constexpr double most_price = 1e6;
    for (bool raised = true; raised;) {
        raised = false;
        for (std::size_t k = 0; k < price.size(); ++k) {
            double& cny_per_mwh = price[k].before_cny_per_mwh;
            if (cny_per_mwh < most_price && carries_too_much(line.further[k])) {
                cny_per_mwh = std::max(first_price, 2.0 * cny_per_mwh);
                price[k].turn = line.further[k].end;
                raised = true;
            }
        }
        if (raised) {
            (void)plan_anew();
        }
    }
    lp::LinePlan kept = plan;
    constexpr int halvings = 6;
    for (std::size_t k = 0; k < price.size(); ++k) {
        PeriodPrice& own = price[k];
        if (own.before_cny_per_mwh == 0.0) {
            continue;
        }
        const auto try_price = [&](PeriodPrice next) {
            std::swap(own, next);
            if (plan_anew()) {
                kept = plan;
                return true;
            }
            own = next;
            return false;
        };
        own.after_cny_per_mwh =
            own.before_cny_per_mwh > first_price ? 0.5 * own.before_cny_per_mwh : 0.0;
        for (int half = 0; half < halvings; ++half) {
            const double middle = 0.5 * (own.before_cny_per_mwh + own.after_cny_per_mwh);
            if (!try_price({middle, own.after_cny_per_mwh, own.turn})) {
                own.after_cny_per_mwh = middle;
            }
        }
        int most = line.further[k].begin; // turns up to here carry too much
        while (own.turn - most > 1) {
            const int turn = most + (own.turn - most) / 2;
            if (!try_price({own.before_cny_per_mwh, own.after_cny_per_mwh, turn})) {
                most = turn;
            }
        }
    }
    return kept;
}

double Recovery::Parts::plan_line(WholeLine& line) {
    const auto& data = std::get<lp::LevelLine>(blocks[line.block]);
    auto& plan = std::get<lp::LinePlan>(plans[line.block]);
    std::vector<double> cny;
    for (std::size_t b = 0; b < line.planner.blocks(); ++b) {
        for (std::size_t k = 0; k < line.planner.levels(b); ++k) {
            double cost_cny = 0.0;
            for (int t = data.block_begin[b]; t < data.block_begin[b + 1]; ++t) {
                const auto hour = static_cast<std::size_t>(t);
                cost_cny += rows.cost_of_more(line.effect, hour,
                                              line.planner.power_mw(b, k) - plan.power_mw[hour]);
            }
            cny.push_back(cost_cny);
        }
    }
    lp::LinePlan next = within_all(line, cny);
    for (std::size_t t = 0; t < hours; ++t) {
        const double more_mw = next.power_mw[t] - plan.power_mw[t];
        if (std::abs(more_mw) > 1e-9) {
            ++changed_hours;
            rows.add(line.effect, t, {more_mw, 0.0, 0.0, 0.0, 0.0, 0.0});
            rows.follow(t, 3);
        }
    }
    plan = std::move(next);
    rows.follow_long_rows();
    return note_shortfall(line);
}

/// What is asked of units raises the prices that lines see, too. A contract that this leaves short
/// is planned again without it: whether it pays to leave it short is no matter of what is asked.
void Recovery::Parts::plan_lines() {
    std::vector<WholeLine*> left_short;
    for (WholeLine& line : lines) {
        if (plan_line(line) > 0.0) {
            left_short.push_back(&line);
        }
    }
    if (asked.empty() || left_short.empty()) {
        return;
    }
    rows.set_sums(given());
    for (WholeLine* line : left_short) {
        plan_line(*line);
    }
    set_sums();
}

/// Gives what its contract's periods miss, MWh.
double Recovery::Parts::note_shortfall(const WholeLine& line) {
    const std::vector<double> missing_mwh =
        line.planner.missing_mwh(std::get<lp::LinePlan>(plans[line.block]));
    for (const std::size_t block : line.amount) {
        plans[block] = lp::AmountPlan{std::vector<double>(hours, 0.0), {}};
    }
    for (std::size_t k = 0; k < missing_mwh.size(); ++k) {
        std::get<lp::AmountPlan>(plans[line.amount[k]])
            .amount[static_cast<std::size_t>(line.period_begin[k])] = missing_mwh[k];
    }
    return std::accumulate(missing_mwh.begin(), missing_mwh.end(), 0.0);
}

/// Of a line without levels, whose power comes from averages of plans.
void Recovery::Parts::keep_contract(std::size_t block) {
    const auto* line = std::get_if<lp::LevelLine>(&blocks[block]);
    if (line == nullptr || has_levels(block)) {
        return;
    }
    std::vector<OwnContract::Period> periods = contracts.further[block];
    if (const std::optional<OwnContract>& own = contracts.of_block[block]) {
        periods.insert(periods.end(), own->periods.begin(), own->periods.end());
    }
    if (!periods.empty()) {
        auto& plan = std::get<lp::LinePlan>(plans[block]);
        carry_no_more(*line, periods, plan.power_mw);
        std::transform(plan.power_mw.begin(), plan.power_mw.end(), plan.delivered_mw.begin(),
                       [&](double mw) { return delivered_mw(*line, mw); });
    }
}

/// Heat stores of which units take, with what all of them take.
std::map<int, recovery::HeatRoom> Recovery::Parts::rooms() const {
    std::map<int, recovery::HeatRoom> found;
    for (const lp::OracleData& block : blocks) {
        if (const auto* store = std::get_if<lp::Store>(&block)) {
            found[store->injection].store = store;
        }
    }
    std::set<int> drawn_on;
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        const auto* groups = std::get_if<std::vector<lp::UnitGroup>>(&blocks[b]);
        const auto room = groups == nullptr || groups->empty()
                              ? found.end()
                              : found.find(groups->front().draw.channel);
        if (room == found.end()) {
            continue;
        }
        drawn_on.insert(room->first);
        room->second.others_mwh.resize(hours, 0.0);
        std::size_t unit = 0;
        for (const lp::UnitGroup& group : *groups) {
            for (int k = 0; k < group.units; ++k) {
                add_heat_of(group, std::get<lp::UnitsPlan>(plans[b]), unit++, 1.0,
                            room->second.others_mwh);
            }
        }
    }
    std::erase_if(found, [&](const auto& room) { return !drawn_on.contains(room.first); });
    return found;
}

/// Heat stores give what units take, as far as they have it.
void Recovery::Parts::stores_follow() {
    heat_rooms = rooms();
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        const auto* store = std::get_if<lp::Store>(&blocks[b]);
        const auto room = store == nullptr ? heat_rooms.end() : heat_rooms.find(store->injection);
        if (room != heat_rooms.end()) {
            follow(*store, room->second.others_mwh, std::get<lp::StorePlan>(plans[b]));
        }
    }
}

void Recovery::Parts::plan_unit(const UnitPlace& place, std::span<const char> free) {
    auto& plan = std::get<lp::UnitsPlan>(plans[place.block]);
    const Effect& effect = unit_effect[place.block];
    const auto room = heat_rooms.find(place.group->draw.channel);
    if (room == heat_rooms.end()) {
        changed_hours += single->plan_anew(place, effect, rows, plan, nullptr, free);
        return;
    }
    const std::size_t number = place.team() ? static_cast<std::size_t>(place.group->units) : 1;
    const auto add_own_heat = [&](double sign) {
        for (std::size_t k = 0; k < number; ++k) {
            add_heat_of(*place.group, plan, place.unit + k, sign, room->second.others_mwh);
        }
    };
    add_own_heat(-1.0);
    changed_hours += place.team()
                         ? single->plan_team_anew(place, effect, rows, plan, room->second)
                         : single->plan_anew(place, effect, rows, plan, &room->second, free);
    add_own_heat(1.0);
}

/// All of them in random order; in hours that are not free each stays as it is.
void Recovery::Parts::plan_units(std::span<const char> free) {
    shuffle_units();
    heat_rooms = rooms();
    single.emplace(hours);
    for (const UnitPlace& place : units) {
        // A team's plan is one of all its hours.
        if (free.empty() || !place.team()) {
            plan_unit(place, free);
        }
    }
    single.reset();
}

/// The standard leaves open how std::shuffle draws.
void Recovery::Parts::shuffle_units() {
    for (std::size_t k = units.size(); k > 1; --k) {
        std::swap(units[k - 1], units[random() % k]);
    }
}

// PE-54  x += (price - cost) x range / scale, within limits; reserve held likewise at no cost.
void Recovery::Parts::move_amount(std::size_t block, std::span<const double> channel_price) {
    const auto& data = std::get<lp::HourlyAmount>(blocks[block]);
    auto& plan = std::get<lp::AmountPlan>(plans[block]);
    for (std::size_t t = 0; t < hours; ++t) {
        double earned = 0.0;
        for (std::size_t k = 0; k < data.channel.size(); ++k) {
            earned += data.weight[k] *
                      channel_price[static_cast<std::size_t>(data.channel[k]) * hours + t];
        }
        double reserve_cny = 0.0;
        for (const int channel : data.down) {
            reserve_cny += channel_price[static_cast<std::size_t>(channel) * hours + t];
        }
        const double cny = data.cny_per_unit[t];
        const double per_cny = (data.high[t] - data.low[t]) / settings.scale_cny_per_unit;
        double& x = plan.amount[t];
        x = std::clamp(x + (earned + std::max(0.0, reserve_cny) - cny) * per_cny, data.low[t],
                       data.high[t]);
        if (!plan.down.empty()) {
            plan.down[t] = std::clamp(plan.down[t] + reserve_cny * per_cny, 0.0, x);
        }
    }
}

Recovery::Recovery(const lp::Coupling& coupling, std::span<const lp::OracleData> blocks,
                   const Movers& movers, const RecoverySettings& settings)
    : parts_(std::make_unique<Parts>(coupling, blocks, movers, settings)) {}
Recovery::~Recovery() = default;
Recovery::Recovery(Recovery&&) noexcept = default;
Recovery& Recovery::operator=(Recovery&&) noexcept = default;

void Recovery::begin(std::vector<lp::BlockPlan> plans, std::vector<double> row_price,
                     std::span<const double> besides) {
    Parts& p = *parts_;
    if (plans.size() != p.blocks.size() || row_price.size() != p.coupling.rows.size()) {
        throw Error(Exit::defect, "plans or prices that do not fit the programme");
    }
    p.plans = std::move(plans);
    p.besides.assign(besides.begin(), besides.end());
    p.asked.clear();
    p.relief.clear();
    for (const WholeLine& line : p.lines) {
        p.note_shortfall(line);
    }
    for (std::size_t b = 0; b < p.blocks.size(); ++b) {
        p.keep_contract(b);
    }
    p.rows.begin(row_price, p.given());
    p.asking = p.rows.between(p.settings.asking_share);
}

void Recovery::set_limits(std::span<const lp::CouplingRow> rows) {
    if (rows.size() != parts_->coupling.rows.size()) {
        throw Error(Exit::defect, "limits that do not fit the programme");
    }
    parts_->rows.set_limits(rows);
    parts_->set_sums();
}

void Recovery::sweep() {
    Parts& p = *parts_;
    p.changed_hours = 0;
    p.plan_lines();
    p.plan_units({});
    for (WholeLine& line : p.lines) {
        if (p.rows.breaks_fixed(line.effect)) {
            p.plan_line(line);
        }
    }
    p.changed_hours += keep_heat(p.blocks, p.plans, p.hours);
    p.stores_follow();
    // Sums anew, without the rounding of many small changes.
    p.set_sums();
}

void Recovery::sweep_units(std::span<const char> free) {
    Parts& p = *parts_;
    p.changed_hours = 0;
    p.plan_units(free);
    p.changed_hours += keep_heat(p.blocks, p.plans, p.hours);
    p.stores_follow();
    p.set_sums();
}

std::span<const double> Recovery::asking_prices() const {
    return parts_->asking;
}

void Recovery::blend(std::span<const lp::BlockPlan> answers) {
    Parts& p = *parts_;
    const std::vector<double> channel_price = lp::channel_prices(p.coupling, p.asking);
    recovery::Moves moves(p.coupling.channels.size(), p.hours);
    std::vector<char> of_line(p.blocks.size(), 0);
    for (const WholeLine& line : p.lines) {
        for (const std::size_t block : line.amount) {
            of_line[block] = 1;
        }
    }
    for (std::size_t b = 0; b < p.blocks.size(); ++b) {
        if (std::holds_alternative<lp::AmountPlan>(p.plans[b])) {
            if (of_line[b] == 0) {
                p.move_amount(b, channel_price);
            }
        } else if (!std::holds_alternative<lp::UnitsPlan>(p.plans[b]) && !p.has_levels(b)) {
            moves.move(p.blocks[b], answers[b], value_share, p.rows, p.plans[b]);
            p.keep_contract(b);
        }
    }
    p.stores_follow();
    p.set_sums();
    p.rows.move(p.settings.price_step);
    p.asking = p.rows.between(p.settings.asking_share);
}

void Recovery::ask_more(std::span<const double> channel) {
    Parts& p = *parts_;
    constexpr double stays = 0.7;
    p.asked.resize(channel.size(), 0.0);
    p.relief.resize(channel.size(), 0.0);
    for (std::size_t k = 0; k < channel.size(); ++k) {
        // What is still too much after less was asked for, or as dear as before after more was
        // asked for, is asked for twice as loudly.
        const bool louder = channel[k] < 0.0 ? p.asked[k] < 0.0
                                             : p.asked[k] > 0.0 && channel[k] > 0.0 &&
                                                   channel[k] >= stays * p.relief[k];
        p.asked[k] += louder ? p.asked[k] + channel[k] : channel[k];
        p.relief[k] = channel[k];
    }
    p.set_sums();
}

std::span<const double> Recovery::row_price() const {
    return parts_->rows.row_price();
}

std::span<const lp::BlockPlan> Recovery::targets() const {
    return parts_->plans;
}

Recovery::Residual Recovery::residual() const {
    const FollowingPrices::Breach breach = parts_->rows.breach();
    return {breach.balance_mw, breach.rows_cny, breach.relief_cny, parts_->changed_hours};
}

} // namespace longyang::solve::prices
