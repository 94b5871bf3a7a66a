// The dual simplex method in boxes: every answer is proven by weak duality, on programmes that
// change from one to the next as hours of a dispatch do.

#include "solve/prices/dispatch/boxed_simplex.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <random>
#include <vector>

namespace longyang::solve::prices {
namespace {

constexpr std::size_t channels = 6;

/// A programme whose rows can always be kept at a price.
class Changing {
public:
    explicit Changing(unsigned seed) : random_(seed), simplex_(channels) {
        for (int j = 0; j < 30; ++j) {
            add_column({{whole(0, 5), number(-1.0, 1.0)}, {whole(0, 5), 1.0}});
        }
        for (int r = 0; r < 8; ++r) {
            add_row();
        }
    }

    void next_hour() {
        if (chance(0.3)) {
            add_row();
        }
        if (chance(0.2)) {
            simplex_.change(whole(0, 7), whole(0, 29), number(-2.0, 2.0));
        }
        if (chance(0.1) && simplex_.rows() > 9) {
            take_out(static_cast<std::size_t>(whole(8, static_cast<int>(simplex_.rows()) - 1)));
        }
        for (std::size_t j = 0; j < 30; ++j) {
            cost_[j] = whole(-3, 5); // many alike
            lower_[j] = chance(0.5) ? 0.0 : number(-5.0, 0.0);
            upper_[j] = chance(0.3) ? lower_[j] : lower_[j] + number(0.0, 10.0);
        }
        for (std::size_t r = 0; r < row_lower_.size(); ++r) {
            row_lower_[r] = number(-20.0, 20.0);
            row_upper_[r] = chance(0.4) ? row_lower_[r] : row_lower_[r] + number(0.0, 20.0);
            if (chance(0.2)) {
                row_lower_[r] = -1e7;
                row_upper_[r] = 1e7;
            }
        }
    }

    void expect_optimal() {
        ASSERT_TRUE(simplex_.solve({cost_, lower_, upper_, row_lower_, row_upper_}));
        std::vector<double> sum(row_lower_.size(), 0.0);
        double cost = 0.0;
        double bound = 0.0;
        for (std::size_t j = 0; j < cost_.size(); ++j) {
            const double x = simplex_.value()[j];
            EXPECT_GE(x, lower_[j] - 1e-7);
            EXPECT_LE(x, upper_[j] + 1e-7);
            cost += cost_[j] * x;
            double rest = cost_[j];
            for (const BoxedSimplex::Entry& entry : simplex_.column(j)) {
                const auto row = static_cast<std::size_t>(entry.at);
                sum[row] += entry.value * x;
                rest -= entry.value * simplex_.row_dual()[row];
            }
            bound += std::min(rest * lower_[j], rest * upper_[j]);
        }
        for (std::size_t r = 0; r < sum.size(); ++r) {
            EXPECT_GE(sum[r], row_lower_[r] - 1e-6);
            EXPECT_LE(sum[r], row_upper_[r] + 1e-6);
            const double dual = simplex_.row_dual()[r];
            bound += std::max(0.0, dual) * row_lower_[r] + std::min(0.0, dual) * row_upper_[r];
        }
        EXPECT_NEAR(cost, bound, 1e-6 * (1.0 + std::abs(cost)));
    }

private:
    int whole(int low, int high) { return std::uniform_int_distribution(low, high)(random_); }
    double number(double low, double high) {
        return std::uniform_real_distribution(low, high)(random_);
    }
    bool chance(double share) { return number(0.0, 1.0) < share; }

    int add_column(std::vector<BoxedSimplex::Entry> gives) {
        cost_.push_back(0.0);
        lower_.push_back(0.0);
        upper_.push_back(0.0);
        return simplex_.add_column(std::move(gives));
    }

    void add_row() {
        std::vector<BoxedSimplex::Entry> weights;
        for (int c = 0; c < static_cast<int>(channels); ++c) {
            if (chance(0.6)) {
                weights.push_back({c, number(-1.0, 1.0)});
            }
        }
        const int row = simplex_.add_row(std::move(weights));
        for (const double value : {1.0, -1.0}) {
            const int column = add_column({});
            simplex_.change(row, column, value);
            cost_.back() = 1000.0;
            upper_.back() = 1e7;
        }
        row_lower_.push_back(0.0);
        row_upper_.push_back(0.0);
    }

    void take_out(std::size_t row) {
        std::vector<int> row_gone(simplex_.rows(), 0);
        std::vector<int> column_gone(simplex_.columns(), 0);
        row_gone[row] = 1;
        column_gone[30 + 2 * row] = column_gone[31 + 2 * row] = 1;
        simplex_.take_out(row_gone, column_gone);
        const auto erase = [](std::vector<double>& list, std::size_t first, std::size_t count) {
            const auto at = list.begin() + static_cast<std::ptrdiff_t>(first);
            list.erase(at, at + static_cast<std::ptrdiff_t>(count));
        };
        for (std::vector<double>* list : {&cost_, &lower_, &upper_}) {
            erase(*list, 30 + 2 * row, 2);
        }
        erase(row_lower_, row, 1);
        erase(row_upper_, row, 1);
    }

    std::mt19937 random_;
    BoxedSimplex simplex_;
    std::vector<double> cost_, lower_, upper_, row_lower_, row_upper_;
};

TEST(BoxedSimplex, EveryAnswerIsProvenByItsDuals) {
    for (unsigned seed = 1; seed <= 40; ++seed) {
        Changing programme(seed);
        for (int hour = 0; hour < 60 && !HasFailure(); ++hour) {
            SCOPED_TRACE(testing::Message() << "seed " << seed << ", hour " << hour);
            programme.next_hour();
            programme.expect_optimal();
        }
    }
}

/// Areas with sun, loads that may be served below -80, a balance and sections: sun costs what rows
/// over several hours make of its areas, a sum of the sections' weights. Where no more is wanted
/// nearly all reduced costs are 0 but for rounding, and pivots go round in circles for thousands.
TEST(BoxedSimplex, TiesDoNotGoRoundInCircles) {
    constexpr std::size_t areas = 90, sections = 8;
    std::mt19937 random(4);
    const auto number = [&](double low, double high) {
        return std::uniform_real_distribution(low, high)(random);
    };
    BoxedSimplex simplex(areas);
    std::vector<double> cost, lower, upper;
    const auto add = [&](std::vector<BoxedSimplex::Entry> gives, double cny, double most) {
        (void)simplex.add_column(std::move(gives));
        cost.push_back(cny);
        lower.push_back(0.0);
        upper.push_back(most);
    };
    const auto add_row = [&](const std::vector<double>& weights) {
        std::vector<BoxedSimplex::Entry> entries;
        for (std::size_t a = 0; a < areas; ++a) {
            entries.push_back({static_cast<int>(a), weights[a]});
        }
        const int row = simplex.add_row(std::move(entries));
        for (const double sign : {1.0, -1.0}) {
            add({}, 50'000.0, 1e6);
            simplex.change(row, static_cast<int>(cost.size()) - 1, sign);
        }
    };
    for (std::size_t a = 0; a < areas; ++a) { // sun and load, of columns 2 a and 2 a + 1
        add({{static_cast<int>(a), 1.0}}, 0.0, 0.0);
        add({{static_cast<int>(a), -1.0}}, 0.0, 0.0);
    }
    add_row(std::vector<double>(areas, 1.0));
    std::vector<std::vector<double>> weight(sections, std::vector<double>(areas));
    for (std::vector<double>& own : weight) {
        const auto first = static_cast<std::size_t>(number(0.0, areas - 30.0));
        for (std::size_t a = 0; a < areas; ++a) {
            own[a] = a >= first && a < first + 30 ? number(0.3, 0.7) : number(-0.5, 0.0);
        }
        add_row(own);
    }
    for (int hour = 0; hour < 300; ++hour) {
        std::vector<double> price(sections, 0.0);
        for (double& cny : price) {
            cny = number(0.0, 1.0) < 0.2 ? number(-20.0, 20.0) : 0.0;
        }
        for (std::size_t a = 0; a < areas; ++a) {
            cost[2 * a] = -17.3;
            for (std::size_t s = 0; s < sections; ++s) {
                cost[2 * a] += price[s] * weight[s][a];
            }
            cost[2 * a + 1] = -cost[2 * a] - number(50.0, 100.0);
            upper[2 * a] = number(0.0, 1.0) < 0.2 ? 0.0 : number(0.0, 10.0);
            upper[2 * a + 1] = number(0.0, 1.0);
        }
        std::vector<double> row_lower{areas * number(0.1, 3.0)};
        std::vector<double> row_upper{row_lower[0]};
        for (std::size_t s = 0; s < sections; ++s) {
            row_lower.push_back(-10.0 - number(0.8, 4.0));
            row_upper.push_back(-5.0 + number(0.8, 4.0));
        }
        const long before = simplex.pivots();
        EXPECT_TRUE(simplex.solve({cost, lower, upper, row_lower, row_upper}));
        EXPECT_LT(simplex.pivots() - before, 1000) << "hour " << hour;
    }
}

TEST(BoxedSimplex, GivesUpWhereThereIsNoSolution) {
    BoxedSimplex simplex(1);
    (void)simplex.add_column({{0, 1.0}});
    (void)simplex.add_row({{0, 1.0}});
    const std::vector<double> zero{0.0};
    const std::vector<double> one{1.0};
    const std::vector<double> two{2.0};
    EXPECT_FALSE(simplex.solve({one, zero, one, two, two}));
    // And goes on from there.
    EXPECT_TRUE(simplex.solve({one, zero, two, one, two}));
    EXPECT_DOUBLE_EQ(simplex.value()[0], 1.0);
    EXPECT_DOUBLE_EQ(simplex.row_dual()[0], 1.0);
}

} // namespace
} // namespace longyang::solve::prices
