#include "solve/prices/oracles/level_oracle.hpp"

#include "base/error.hpp"
#include "solve/prices/oracles/continuous_line.hpp"
#include "solve/prices/oracles/energy_search.hpp"
#include "solve/prices/oracles/join_levels.hpp"
#include "solve/prices/oracles/level_search.hpp"
#include "solve/prices/oracles/line_levels.hpp"
#include "solve/prices/oracles/period_prices.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <tuple>
#include <utility>

namespace longyang::solve::prices {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

constexpr const char* no_plan = "no powers keep its limits, changes and contract";

/// A plan of the line: its powers by block.
struct Plan {
    double value = infinity; ///< cost - prices, of the problem that was solved
    std::vector<double> power_mw;
};

struct Line {
    lp::LevelLine data;
    std::optional<OwnContract> contract;
    std::size_t hours = 0;
    int searches = 0;
    LevelSearch search;                        ///< empty for a continuous line
    std::optional<EnergySearch> with_contract; ///< the contract is inside the dynamic programme
    PeriodPrices periods;                      ///< else
    std::vector<double> last_power_mw;         ///< by block, of the last answer

    Line(lp::LevelLine line, std::optional<OwnContract> own, int hours_, const LevelSettings& how)
        : data(std::move(line)), contract(std::move(own)), hours(static_cast<std::size_t>(hours_)),
          searches(how.searches) {
        if (data.step_mw > 0.0) {
            search = LevelSearch(data);
            if (contract && states_with_energy(data, *contract) <= how.most_states) {
                with_contract.emplace(data, *contract);
            }
        }
        if (contract && !with_contract) {
            periods = PeriodPrices(data, *contract);
        }
    }

    /// By hour, from powers by block.
    [[nodiscard]] lp::LinePlan plan_of(const std::vector<double>& power_by_block_mw) const {
        lp::LinePlan plan;
        for (std::size_t b = 0; b < power_by_block_mw.size(); ++b) {
            const auto held = static_cast<std::size_t>(data.hours(b));
            plan.power_mw.insert(plan.power_mw.end(), held, power_by_block_mw[b]);
            plan.delivered_mw.insert(plan.delivered_mw.end(), held,
                                     delivered_mw(data, power_by_block_mw[b]));
        }
        for (std::size_t k = 0; k < periods.price.size(); ++k) {
            plan.period_row.push_back(contract->periods[k].row);
        }
        plan.period_price_cny_per_mwh = periods.price;
        return plan;
    }

    /// The best plan where a MW held over block b costs cny_per_mw[b] more, and a level what
    /// of_level says (all blocks' levels; empty: nothing; a continuous line has none).
    [[nodiscard]] Plan best_plan(std::span<const double> cny_per_mw,
                                 std::span<const double> of_level = {}) {
        Plan plan;
        if (data.step_mw == 0.0) {
            plan.power_mw = continuous_plan(data, cny_per_mw);
            if (!plan.power_mw.empty()) {
                plan.value = 0.0;
                for (std::size_t b = 0; b < data.blocks(); ++b) {
                    plan.value +=
                        cny_per_mw[b] * plan.power_mw[b] + delivery_cost(data, b, plan.power_mw[b]);
                }
            }
            return plan;
        }
        const LineLevels& levels = search.levels();
        std::vector<double> cost(levels.first(data.blocks()));
        for (std::size_t b = 0; b < data.blocks(); ++b) {
            for (std::size_t k = levels.first(b); k < levels.first(b + 1); ++k) {
                const double p = levels.power_mw(b, k);
                cost[k] = cny_per_mw[b] * p + delivery_cost(data, b, p) +
                          (of_level.empty() ? 0.0 : of_level[k]);
            }
        }
        std::vector<std::int64_t> level(data.blocks());
        if (with_contract) {
            EnergySearch::Found found = with_contract->best(cost);
            plan.value = found.cost_cny;
            level = std::move(found.level);
        } else {
            plan.value = search.best(cost, level);
        }
        for (std::size_t b = 0; b < level.size() && plan.value < infinity; ++b) {
            plan.power_mw.push_back(
                levels.power_mw(b, levels.first(b) + static_cast<std::size_t>(level[b])));
        }
        return plan;
    }

    [[nodiscard]] double energy_mwh(const OwnContract::Period& period, const Plan& plan) const {
        double mwh = 0.0;
        for (std::size_t b = 0; b < data.blocks(); ++b) {
            if (data.block_begin[b] >= period.begin && data.block_begin[b + 1] <= period.end) {
                mwh += data.hours(b) * plan.power_mw[b];
            }
        }
        return mwh;
    }

    /// The plan and the dual value at the periods' present prices.
    [[nodiscard]] std::pair<Plan, double> at_prices(std::vector<double> cny_per_mw,
                                                    std::span<const double> of_level = {}) {
        const std::vector<double> earned = periods.earned_cny_per_mw();
        for (std::size_t b = 0; b < earned.size(); ++b) {
            cny_per_mw[b] -= earned[b];
        }
        Plan plan = best_plan(cny_per_mw, of_level);
        const double value = periods.value_cny() + plan.value;
        return {std::move(plan), value};
    }

    /// Least shortfall of a plan, as cost.
    [[nodiscard]] double shortfall_cny(const Plan& plan) const {
        double cny = 0.0;
        if (contract) {
            for (const OwnContract::Period& period : contract->periods) {
                cny += period.short_cny_per_mwh *
                       std::max(0.0, period.low_mwh - energy_mwh(period, plan));
            }
        }
        return cny;
    }

    Answer solve(std::span<const double> prices, std::span<double> given) {
        // Taken at the injection (place 0), given to the line's power (place 1).
        std::vector<double> cny_per_mw(data.blocks(), 0.0);
        double typical = 1.0;
        for (std::size_t b = 0; b < data.blocks(); ++b) {
            for (int t = data.block_begin[b]; t < data.block_begin[b + 1]; ++t) {
                const auto hour = static_cast<std::size_t>(t);
                cny_per_mw[b] += prices[hour] - prices[hours + hour];
                typical = std::max(typical, std::abs(prices[hour]));
            }
        }
        auto [plan, bound] = at_prices(cny_per_mw);
        if (!periods.price.empty()) {
            std::vector<double> best_price = periods.price;
            Plan latest = plan;
            for (int k = 0; k < searches && bound < infinity; ++k) {
                periods.move(periods.energy_mwh(latest.power_mw), std::min(typical, 1000.0));
                double value = 0.0;
                std::tie(latest, value) = at_prices(cny_per_mw);
                if (value > bound) {
                    bound = value;
                    plan = latest;
                    best_price = periods.price;
                }
            }
            periods.price = std::move(best_price);
        }
        if (!(bound < infinity)) {
            throw NoPlan(0, no_plan);
        }
        Answer answer{bound, shortfall_cny(plan)};
        for (std::size_t b = 0; b < data.blocks(); ++b) {
            answer.cost_cny += delivery_cost(data, b, plan.power_mw[b]);
            for (int t = data.block_begin[b]; t < data.block_begin[b + 1]; ++t) {
                given[static_cast<std::size_t>(t)] -= plan.power_mw[b];
                given[hours + static_cast<std::size_t>(t)] += plan.power_mw[b];
            }
        }
        last_power_mw = std::move(plan.power_mw);
        return answer;
    }
};

} // namespace

Oracle level_oracle(lp::LevelLine line, std::optional<OwnContract> contract, int hours,
                    const LevelSettings& settings) {
    const auto own = std::make_shared<Line>(std::move(line), std::move(contract), hours, settings);
    const lp::LevelLine& data = own->data;
    Oracle oracle;
    oracle.channels = {data.injection, data.power};
    Reach reach{{0, 1}, {-1.0, 1.0}, {}, own->contract ? 0.0 : 1.0};
    for (std::size_t b = 0; b < data.blocks(); ++b) {
        reach.units.insert(reach.units.end(), static_cast<std::size_t>(data.hours(b)),
                           data.high_mw[b] - data.low_mw[b]);
    }
    oracle.reach = {std::move(reach)};
    oracle.solve = [own](std::span<const double> prices, std::span<double> given) {
        return own->solve(prices, given);
    };
    oracle.plan = [own](std::size_t) -> lp::BlockPlan { return own->plan_of(own->last_power_mw); };
    oracle.keep = [own] { return [own, periods = own->periods] { own->periods = periods; }; };
    return oracle;
}

struct LevelPlanner::Parts : Line {
    using Line::Line;

    /// Where the period's energy lies: -1 below its limits, 1 above, 0 between.
    [[nodiscard]] int side(std::size_t k, const Plan& plan) const {
        const OwnContract::Period& period = contract->periods[k];
        const double mwh = energy_mwh(period, plan);
        const double tolerance_mwh = 1e-6 * (1.0 + std::abs(period.high_mwh));
        return mwh < period.low_mwh - tolerance_mwh    ? -1
               : mwh > period.high_mwh + tolerance_mwh ? 1
                                                       : 0;
    }

    /// A plan with what each block costs.
    [[nodiscard]] LevelWay way(const Plan& plan, std::span<const double> cny) const {
        LevelWay way{plan.power_mw, {}};
        const LineLevels& levels = search.levels();
        for (std::size_t b = 0; b < data.blocks(); ++b) {
            const double level = (plan.power_mw[b] - data.low_mw[b]) / data.step_mw;
            way.cny.push_back(cny[static_cast<std::size_t>(levels.first_level[b]) +
                                  static_cast<std::size_t>(std::lround(level))] +
                              delivery_cost(data, b, plan.power_mw[b]));
        }
        return way;
    }
    [[nodiscard]] Plan within_contract(std::span<const double> cny);
};

/// The search for the lowest price, of one sign, that brings a period's energy within its limits.
struct PriceBracket {
    int side = 0; ///< where the energy lies without a price
    double last = 0.0, most = infinity;
    double outside = 0.0;     ///< the largest price known to leave it there
    double inside = infinity; ///< the smallest one known not to

    /// The next price to try; one that is known where the search is at its end. Begins around the
    /// price of the last time, doubles where that is not enough, then halves.
    [[nodiscard]] double next() const {
        constexpr double first_cny = 10.0;
        constexpr double width_cny = 0.2;
        constexpr double around = 0.02;
        if (side == 0) {
            return 0.0;
        }
        if (inside == infinity) {
            const double up =
                outside == 0.0 ? std::max(first_cny, (1.0 + around) * last) : 2.0 * outside;
            return std::min(up, most);
        }
        if (outside == 0.0 && last > first_cny && inside > last) {
            return (1.0 - around) * last;
        }
        return inside - outside > width_cny ? 0.5 * (inside + outside) : inside;
    }
    [[nodiscard]] bool done() const {
        const double price = next();
        return side == 0 || price == inside || price == outside;
    }
    [[nodiscard]] double best() const { return inside < infinity ? inside : outside; }
    /// Where the period's energy may lie beyond its limits again.
    [[nodiscard]] double beyond() const { return inside < infinity ? outside : best(); }
    void note(double price, int found) { (found == side ? outside : inside) = price; }
};

// PE-53, all periods at once.
Plan LevelPlanner::Parts::within_contract(std::span<const double> cny) {
    const std::vector<double> none(data.blocks(), 0.0);
    std::vector<PriceBracket> brackets(periods.price.size());
    for (std::size_t k = 0; k < brackets.size(); ++k) {
        brackets[k].last = std::abs(periods.price[k]);
        periods.price[k] = 0.0;
    }
    Plan plan = at_prices(none, cny).first;
    if (!(plan.value < infinity) || brackets.empty()) {
        return plan;
    }
    for (std::size_t k = 0; k < brackets.size(); ++k) {
        brackets[k].side = side(k, plan);
        // Less than the least may be paid for.
        brackets[k].most = brackets[k].side < 0 ? contract->periods[k].short_cny_per_mwh : infinity;
    }
    const auto set_prices = [&](auto price_of) {
        for (std::size_t k = 0; k < brackets.size(); ++k) {
            periods.price[k] = -brackets[k].side * price_of(brackets[k]);
        }
    };
    const auto done = [](const PriceBracket& bracket) { return bracket.done(); };
    constexpr int rounds = 24;
    for (int round = 0; round < rounds && !std::all_of(brackets.begin(), brackets.end(), done);
         ++round) {
        set_prices([](const PriceBracket& bracket) { return bracket.next(); });
        plan = at_prices(none, cny).first;
        for (std::size_t k = 0; k < brackets.size(); ++k) {
            if (!brackets[k].done()) {
                brackets[k].note(std::abs(periods.price[k]), side(k, plan));
            }
        }
    }
    set_prices([](const PriceBracket& bracket) { return bracket.best(); });
    plan = at_prices(none, cny).first;
    // Ramps and changes tie a period's ends to its neighbours, whose prices have moved since its
    // own was found: one that carries too much now pays more, in steps that grow.
    double step_cny = 0.1;
    for (int round = 0; round < rounds && plan.value < infinity; ++round, step_cny *= 2.0) {
        bool too_much = false;
        for (std::size_t k = 0; k < brackets.size(); ++k) {
            const bool above = side(k, plan) > 0;
            periods.price[k] -= above ? step_cny : 0.0;
            too_much = too_much || above;
        }
        if (!too_much) {
            break;
        }
        plan = at_prices(none, cny).first;
    }
    if (plan.value < infinity) {
        const std::vector<double> found_cny = periods.price;
        set_prices([](const PriceBracket& bracket) { return bracket.beyond(); });
        const Plan beyond = at_prices(none, cny).first;
        plan.power_mw = join_levels(data, *contract, way(plan, cny), way(beyond, cny));
        periods.price = found_cny;
    }
    return plan;
}

LevelPlanner::LevelPlanner(lp::LevelLine line, std::optional<OwnContract> contract, int hours,
                           const LevelSettings& settings)
    : parts_(std::make_unique<Parts>(std::move(line), std::move(contract), hours, settings)) {
    if (parts_->data.step_mw == 0.0) {
        throw Error(Exit::defect, "levels of a line that has none");
    }
}
LevelPlanner::~LevelPlanner() = default;
LevelPlanner::LevelPlanner(LevelPlanner&&) noexcept = default;
LevelPlanner& LevelPlanner::operator=(LevelPlanner&&) noexcept = default;

std::size_t LevelPlanner::blocks() const {
    return parts_->data.blocks();
}

std::size_t LevelPlanner::levels(std::size_t block) const {
    const auto& first = parts_->search.levels().first_level;
    return static_cast<std::size_t>(first[block + 1] - first[block]);
}

double LevelPlanner::power_mw(std::size_t block, std::size_t level) const {
    return parts_->data.low_mw[block] + static_cast<double>(level) * parts_->data.step_mw;
}

lp::LinePlan LevelPlanner::best(std::span<const double> cny) {
    const Plan plan = parts_->within_contract(cny);
    if (!(plan.value < infinity)) {
        throw NoPlan(0, no_plan);
    }
    return parts_->plan_of(plan.power_mw);
}

std::vector<double> LevelPlanner::missing_mwh(const lp::LinePlan& plan) const {
    std::vector<double> missing;
    if (parts_->contract) {
        for (const OwnContract::Period& period : parts_->contract->periods) {
            const auto first = plan.power_mw.begin();
            missing.push_back(
                std::max(0.0, period.low_mwh -
                                  std::accumulate(first + period.begin, first + period.end, 0.0)));
        }
    }
    return missing;
}

} // namespace longyang::solve::prices
