#include "kernels/stores.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>
#include <vector>

namespace longyang::kernels {
namespace {

/// Stores of one shape with their memory.
struct Made {
    std::size_t stores, hours, lots;
    std::vector<double> start, kept, end_target, end_price, low, high, base, hold;
    std::vector<double> lot_value, lot_amount, lot_centre, lot_curvature;

    Made(std::size_t stores_, std::size_t hours_, std::size_t lots_)
        : stores(stores_), hours(hours_), lots(lots_), start(stores), kept(stores, 1.0),
          end_target(stores), end_price(stores), low(stores * hours), high(stores * hours),
          base(stores * hours), hold(stores * hours), lot_value(stores * hours * lots),
          lot_amount(stores * hours * lots) {}

    [[nodiscard]] Stores view() const {
        return {stores, hours, lots, start,     kept,       end_target, end_price,    low,
                high,   base,  hold, lot_value, lot_amount, lot_centre, lot_curvature};
    }
};

struct Planned {
    std::vector<double> value, taken, content, bound, breach;
};

Planned plan(const Made& made, double breach_price = 1e6) {
    const std::size_t hours = made.stores * made.hours;
    Planned p{std::vector<double>(hours), std::vector<double>(hours * made.lots),
              std::vector<double>(hours), std::vector<double>(made.stores),
              std::vector<double>(made.stores)};
    plan_stores(made.view(), breach_price, {p.value, p.taken, p.content, p.bound, p.breach});
    return p;
}

/// Cost of what a plan takes; checks that it keeps to the rules.
double checked_cost(const Made& made, const Planned& p, std::size_t i) {
    double cost = 0.0;
    double x = made.start[i];
    for (std::size_t t = 0; t < made.hours; ++t) {
        const std::size_t at = i * made.hours + t;
        x = made.kept[i] * x + made.base[at];
        for (std::size_t k = 0; k < made.lots; ++k) {
            const std::size_t lot = (i * made.lots + k) * made.hours + t;
            const double y = p.taken[lot];
            EXPECT_GE(y, -1e-9);
            EXPECT_LE(y, made.lot_amount[lot] + 1e-9);
            x += y;
            cost += made.lot_value[lot] * y;
            if (!made.lot_curvature.empty()) {
                const double off = y - made.lot_centre[lot];
                cost += 0.5 * made.lot_curvature[i * made.lots + k] * off * off;
            }
        }
        EXPECT_NEAR(x, p.content[at], 1e-7 * (1.0 + std::abs(x)));
        EXPECT_GE(x, made.low[at] - 1e-7);
        EXPECT_LE(x, made.high[at] + 1e-7);
        cost += made.hold[at] * x;
    }
    const double missing = std::max(0.0, made.end_target[i] - x);
    if (std::isinf(made.end_price[i])) {
        EXPECT_LE(missing, 1e-7);
        return cost;
    }
    return cost + made.end_price[i] * missing;
}

/// Least cost of whole contents by trying all of them in every hour; infinity where there is none.
/// Exact where all amounts are whole and nothing is lost: then some best plan is whole.
double cost_by_grid(const Made& made, std::size_t i) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    constexpr int size = 400;
    std::vector<double> best(size, infinity);
    best[static_cast<std::size_t>(made.start[i])] = 0.0;
    for (std::size_t t = 0; t < made.hours; ++t) {
        const std::size_t at = i * made.hours + t;
        // Cheapest way to add 0, 1, 2, ... in this hour.
        std::vector<double> units;
        for (std::size_t k = 0; k < made.lots; ++k) {
            const std::size_t lot = (i * made.lots + k) * made.hours + t;
            units.insert(units.end(), static_cast<std::size_t>(made.lot_amount[lot]),
                         made.lot_value[lot]);
        }
        std::sort(units.begin(), units.end());
        std::vector<double> next(size, infinity);
        for (int from = 0; from < size; ++from) {
            double cost = best[static_cast<std::size_t>(from)];
            for (std::size_t n = 0; cost < infinity && n <= units.size(); ++n) {
                const int to = from + static_cast<int>(made.base[at]) + static_cast<int>(n);
                if (to >= made.low[at] && to <= made.high[at]) {
                    double& there = next[static_cast<std::size_t>(to)];
                    there = std::min(there, cost + made.hold[at] * to);
                }
                cost += n < units.size() ? units[n] : 0.0;
            }
        }
        best = next;
    }
    double least = infinity;
    for (int x = 0; x < size; ++x) {
        const double missing = std::max(0.0, made.end_target[i] - x);
        if (missing > 0.0 && std::isinf(made.end_price[i])) {
            continue;
        }
        const double end = missing > 0.0 ? made.end_price[i] * missing : 0.0;
        least = std::min(least, best[static_cast<std::size_t>(x)] + end);
    }
    return least;
}

/// Random stores with whole numbers; many values are alike, so that ties abound.
Made whole_stores(std::size_t stores, std::size_t hours, std::size_t lots, unsigned seed) {
    std::mt19937_64 generator(seed);
    const auto whole = [&](int from, int to) {
        return static_cast<double>(std::uniform_int_distribution<int>(from, to)(generator));
    };
    Made made(stores, hours, lots);
    for (std::size_t i = 0; i < stores; ++i) {
        const double room = whole(0, 30);
        made.start[i] = whole(0, static_cast<int>(room));
        made.end_target[i] = whole(0, static_cast<int>(room));
        const double kind = whole(0, 2);
        made.end_price[i] = kind == 0.0   ? 0.0
                            : kind == 1.0 ? whole(1, 20)
                                          : std::numeric_limits<double>::infinity();
        const bool with_hold = whole(0, 1) > 0.0;
        for (std::size_t t = 0; t < hours; ++t) {
            const std::size_t at = i * hours + t;
            made.low[at] = whole(0, 5) > 0.0 ? 0.0 : whole(0, static_cast<int>(room / 3));
            made.high[at] = whole(0, 5) > 0.0 ? room : whole(static_cast<int>(room / 2), 30);
            made.base[at] = whole(-6, 2);
            made.hold[at] = with_hold ? whole(-3, 3) : 0.0;
            for (std::size_t k = 0; k < lots; ++k) {
                const std::size_t lot = (i * lots + k) * hours + t;
                made.lot_value[lot] = whole(-5, 15);
                made.lot_amount[lot] = whole(0, 6);
            }
        }
    }
    return made;
}

// Three hours, one lot each hour at 5, 1 and 9; one unit leaves each hour; room for 2. Filled in
// hour 1: the first unit costs 5 or comes from the start.
TEST(Stores, ByHand) {
    Made made(1, 3, 1);
    made.start = {0.0};
    made.high = {2.0, 2.0, 2.0};
    made.base = {-1.0, -1.0, -1.0};
    made.lot_value = {5.0, 1.0, 9.0};
    made.lot_amount = {3.0, 3.0, 3.0};
    const Planned p = plan(made);
    EXPECT_DOUBLE_EQ(p.bound[0], 5.0 + 1.0 * 2.0);
    EXPECT_EQ(p.taken, (std::vector<double>{1.0, 2.0, 0.0}));
    EXPECT_EQ(p.content, (std::vector<double>{0.0, 1.0, 0.0}));
    EXPECT_DOUBLE_EQ(p.value[0], 5.0);
    EXPECT_DOUBLE_EQ(p.value[1], 1.0);
    EXPECT_EQ(p.breach[0], 0.0);
}

TEST(Stores, AsCheapAsTheGridFinds) {
    int planned = 0;
    int impossible = 0;
    for (unsigned seed = 1; seed <= 60; ++seed) {
        const Made made = whole_stores(20, 4 + seed % 20, 1 + seed % 4, seed);
        const Planned p = plan(made);
        for (std::size_t i = 0; i < made.stores; ++i) {
            const double expected = cost_by_grid(made, i);
            if (std::isinf(expected)) {
                EXPECT_GT(p.breach[i], 0.5);
                ++impossible;
                continue;
            }
            ++planned;
            EXPECT_EQ(p.breach[i], 0.0) << "seed " << seed << " store " << i;
            EXPECT_NEAR(p.bound[i], expected, 1e-9 * (1.0 + std::abs(expected)))
                << "seed " << seed << " store " << i;
            EXPECT_NEAR(checked_cost(made, p, i), expected, 1e-6)
                << "seed " << seed << " store " << i;
        }
    }
    EXPECT_GT(planned, 500);
    EXPECT_GT(impossible, 100);
}

/// The same with losses and broken numbers: a plan whose cost is its bound is the best one.
TEST(Stores, LossesAndLongSpans) {
    std::mt19937_64 generator(11);
    std::uniform_real_distribution<double> share(0.0, 1.0);
    int planned = 0;
    for (unsigned seed = 1; seed <= 40; ++seed) {
        Made made = whole_stores(10, seed < 36 ? 72 : 2000, 3, 100 + seed);
        for (std::size_t i = 0; i < made.stores; ++i) {
            made.kept[i] = i == 0 ? 0.6 : 1.0 - 0.02 * share(generator) * (i % 2 == 0 ? 1.0 : 0.0);
        }
        for (double& base : made.base) {
            base = -3.0 * share(generator);
        }
        for (double& value : made.lot_value) {
            value += share(generator);
        }
        for (double& amount : made.lot_amount) {
            amount *= 1.0 + share(generator);
        }
        const Planned p = plan(made);
        for (std::size_t i = 0; i < made.stores; ++i) {
            if (p.breach[i] > 0.0) {
                continue;
            }
            ++planned;
            EXPECT_NEAR(checked_cost(made, p, i), p.bound[i], 1e-7 * (1.0 + std::abs(p.bound[i])))
                << "seed " << seed << " store " << i;
        }
    }
    EXPECT_GT(planned, 100);
}

/// A store so large that thousands of steps wait in its list.
TEST(Stores, LargeStore) {
    for (unsigned seed = 1; seed <= 4; ++seed) {
        Made made = whole_stores(1, 4000, 3, 500 + seed);
        made.start = {3000.0};
        made.end_target = {3000.0};
        made.end_price = {std::numeric_limits<double>::infinity()};
        std::fill(made.low.begin(), made.low.end(), 0.0);
        std::fill(made.high.begin(), made.high.end(), seed % 2 == 0 ? 1e5 : 6000.0);
        std::fill(made.base.begin(), made.base.end(), -8.0);
        for (std::size_t lot = 0; lot < made.lot_value.size(); ++lot) {
            const double angle = static_cast<double>(lot % 4000) / 400.0;
            made.lot_value[lot] += 10.0 * std::sin(angle);
            made.lot_amount[lot] += 1.0;
        }
        const Planned p = plan(made);
        EXPECT_EQ(p.breach[0], 0.0);
        EXPECT_NEAR(checked_cost(made, p, 0), p.bound[0], 1e-7 * std::abs(p.bound[0]));
    }
}

/// With curvature the best plan meets the conditions of optimality: in the interior of a lot its
/// marginal cost is the content's value; and the bound stays one of the plan without curvature.
TEST(Stores, CurvatureKeepsToAnEarlierPlan) {
    int planned = 0;
    for (unsigned seed = 1; seed <= 30; ++seed) {
        Made made = whole_stores(10, 48, 3, 200 + seed);
        const Planned exact = plan(made);
        made.lot_centre.assign(made.lot_value.size(), 1.0);
        made.lot_curvature.assign(made.stores * made.lots, 0.5 + seed);
        const Planned p = plan(made);
        for (std::size_t i = 0; i < made.stores; ++i) {
            EXPECT_EQ(p.breach[i] > 0.0, exact.breach[i] > 0.0);
            if (p.breach[i] > 0.0) {
                continue;
            }
            ++planned;
            (void)checked_cost(made, p, i);
            EXPECT_LE(p.bound[i], exact.bound[i] + 1e-7 * (1.0 + std::abs(exact.bound[i])));
            for (std::size_t t = 0; t < made.hours; ++t) {
                const double worth = p.value[i * made.hours + t];
                for (std::size_t k = 0; k < made.lots; ++k) {
                    const std::size_t lot = (i * made.lots + k) * made.hours + t;
                    const double y = p.taken[lot];
                    const double marginal = made.lot_value[lot] + (0.5 + seed) * (y - 1.0);
                    EXPECT_TRUE(marginal <= worth + 1e-6 * (1.0 + std::abs(worth)) || y < 1e-6);
                    EXPECT_TRUE(marginal >= worth - 1e-6 * (1.0 + std::abs(worth)) ||
                                y > made.lot_amount[lot] - 1e-6);
                }
            }
        }
    }
    EXPECT_GT(planned, 50);
}

/// Any values give a valid bound.
TEST(Stores, BoundHoldsAtAnyValues) {
    std::mt19937_64 generator(5);
    std::normal_distribution<double> noise(0.0, 4.0);
    int checked = 0;
    for (unsigned seed = 1; seed <= 40; ++seed) {
        const Made made = whole_stores(20, 12, 2, 300 + seed);
        const Planned p = plan(made);
        std::vector<double> value = p.value;
        for (double& v : value) {
            v += noise(generator);
        }
        std::vector<double> bound(made.stores);
        store_bounds(made.view(), value, bound);
        for (std::size_t i = 0; i < made.stores; ++i) {
            if (p.breach[i] == 0.0) {
                EXPECT_LT(bound[i], p.bound[i] + 1e-9 * (1.0 + std::abs(p.bound[i])));
                ++checked;
            }
        }
    }
    EXPECT_GT(checked, 200);
}

TEST(Stores, RefuseWrongSizes) {
    Made made(2, 3, 1);
    made.base.pop_back();
    EXPECT_THROW((void)plan(made), std::invalid_argument);
    Made lossy(1, 3, 1);
    lossy.kept = {0.0};
    EXPECT_THROW((void)plan(lossy), std::invalid_argument);
}

} // namespace
} // namespace longyang::kernels
