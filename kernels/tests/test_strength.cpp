#include "kernels/strength.hpp"
#include "random_numbers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

namespace longyang::kernels {
namespace {

using test::random_numbers;
using Matrix = std::vector<double>; // row-major, square

/// Gauss-Jordan with pivots: the plain twin, with nothing in common with the kernel.
Matrix dense_inverse(Matrix a, std::size_t n) {
    Matrix inverse(n * n, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
        inverse[i * n + i] = 1.0;
    }
    for (std::size_t k = 0; k < n; ++k) {
        std::size_t best = k;
        for (std::size_t i = k; i < n; ++i) {
            best = std::abs(a[i * n + k]) > std::abs(a[best * n + k]) ? i : best;
        }
        for (std::size_t j = 0; j < n; ++j) {
            std::swap(a[k * n + j], a[best * n + j]);
            std::swap(inverse[k * n + j], inverse[best * n + j]);
        }
        const double pivot = a[k * n + k];
        for (std::size_t j = 0; j < n; ++j) {
            a[k * n + j] /= pivot;
            inverse[k * n + j] /= pivot;
        }
        for (std::size_t i = 0; i < n; ++i) {
            const double factor = i == k ? 0.0 : a[i * n + k];
            for (std::size_t j = 0; j < n && factor != 0.0; ++j) {
                a[i * n + j] -= factor * a[k * n + j];
                inverse[i * n + j] -= factor * inverse[k * n + j];
            }
        }
    }
    return inverse;
}

/// A random network of some islands with machines at some nodes that come and go, and questions.
struct Example {
    std::size_t nodes, hours, machines;
    std::vector<int> from, to, machine_node;
    std::vector<double> line_pu, machine_pu, connected;

    std::vector<std::int64_t> target, infeed_target, group_first, group_infeed;
    std::vector<std::int64_t> sum_target, sum_group, weight_of, weight_at;
    std::vector<double> infeed_mw;
    std::vector<double> z, sum, weight;

    Example(std::size_t nodes_, std::size_t hours_, unsigned seed, std::size_t islands = 1)
        : nodes(nodes_), hours(hours_), machines((nodes + 1) / 2 + islands) {
        const auto draw = random_numbers(4 * nodes + machines, 0.0, 1.0, seed);
        // Node i is in island i % islands; to an earlier node of it, then to any.
        const auto pick = [&](std::size_t i, double d, std::size_t below) {
            const std::size_t first = i % islands;
            const std::size_t count = (below - first + islands - 1) / islands;
            return first + islands * static_cast<std::size_t>(d * static_cast<double>(count));
        };
        for (std::size_t i = islands; i < nodes; ++i) {
            add_line(i, pick(i, draw[i], i), 1.0 + 20.0 * draw[nodes + i]);
            add_line(i, pick(i, draw[2 * nodes + i], nodes), 1.0 + 20.0 * draw[3 * nodes + i]);
        }
        // The first row of each island never changes; some nodes have two rows.
        for (std::size_t k = 0; k < machines; ++k) {
            machine_node.push_back(static_cast<int>(k < islands ? k : (2 * k + seed) % nodes));
            machine_pu.push_back(0.1 + draw[4 * nodes + k]);
        }
        draw_machines(seed, islands);
        ask(seed);
    }

    void add_line(std::size_t a, std::size_t b, double susceptance) {
        from.push_back(static_cast<int>(a));
        to.push_back(static_cast<int>(b));
        line_pu.push_back(susceptance);
    }

    /// Whole units that move slowly.
    void draw_machines(unsigned seed, std::size_t islands) {
        const auto draw = random_numbers(machines * hours, 0.0, 1.0, seed + 1);
        connected.assign(machines * hours, 0.0);
        for (std::size_t k = 0; k < machines; ++k) {
            double units = 3.0;
            for (std::size_t h = 0; h < hours; ++h) {
                const double d = draw[k * hours + h];
                units = k < islands ? 3.0 : d < 0.1 ? 0.0 : d < 0.4 ? std::floor(d * 12.0) : units;
                connected[k * hours + h] = units;
            }
        }
    }

    /// Susceptance matrix of an hour.
    [[nodiscard]] Matrix state(std::size_t h) const {
        Matrix b(nodes * nodes, 0.0);
        for (std::size_t l = 0; l < from.size(); ++l) {
            const auto i = static_cast<std::size_t>(from[l]);
            const auto j = static_cast<std::size_t>(to[l]);
            b[i * nodes + i] += line_pu[l];
            b[j * nodes + j] += line_pu[l];
            b[i * nodes + j] -= line_pu[l];
            b[j * nodes + i] -= line_pu[l];
        }
        for (std::size_t k = 0; k < machines; ++k) {
            const auto i = static_cast<std::size_t>(machine_node[k]);
            b[i * nodes + i] += machine_pu[k] * connected[k * hours + h];
        }
        return b;
    }

    void ask(unsigned seed) {
        for (std::size_t i = 0; i < nodes; i += 1 + seed % 2) {
            target.push_back(static_cast<std::int64_t>(nodes - 1 - i));
        }
        const auto targets = static_cast<std::int64_t>(target.size());
        for (std::int64_t k = 0; k < 2 * targets; ++k) {
            infeed_target.push_back((3 * k) % targets);
        }
        infeed_mw = random_numbers(infeed_target.size() * hours, 0.0, 100.0, seed + 2);
        group_first = {0};
        for (std::int64_t g = 0; g < 3; ++g) {
            for (std::int64_t k = g; k < 2 * targets; k += g + 1) {
                group_infeed.push_back(k);
            }
            group_first.push_back(static_cast<std::int64_t>(group_infeed.size()));
        }
        for (std::int64_t s = 0; s < 2 * targets; ++s) {
            sum_target.push_back(s % targets);
            sum_group.push_back(s % 3);
            weight_of.push_back((s * 5 + 1) % targets);
            weight_at.push_back((s * 3) % targets);
        }
        z.assign(target.size() * hours, -1.0);
        sum.assign(sum_target.size() * hours, -1.0);
        weight.assign(weight_of.size() * hours, -1.0);
    }

    void run() {
        short_circuit_strength(
            {nodes, hours, from, to, line_pu, machine_node, machine_pu, connected},
            {target, infeed_target, infeed_mw, group_first, group_infeed, sum_target, sum_group,
             weight_of, weight_at},
            {z, sum, weight});
    }

    /// Every answer of an hour from its own inverse.
    void compare(std::size_t h) const {
        const Matrix inverse = dense_inverse(state(h), nodes);
        const auto at = [&](std::int64_t a, std::int64_t b) {
            return inverse[static_cast<std::size_t>(target[static_cast<std::size_t>(a)]) * nodes +
                           static_cast<std::size_t>(target[static_cast<std::size_t>(b)])];
        };
        for (std::size_t i = 0; i < target.size(); ++i) {
            const auto t = static_cast<std::int64_t>(i);
            ASSERT_NEAR(z[i * hours + h], at(t, t), 1e-10 * at(t, t)) << "hour " << h;
        }
        for (std::size_t s = 0; s < sum_target.size(); ++s) {
            double expected = 0.0;
            const auto g = static_cast<std::size_t>(sum_group[s]);
            for (std::int64_t n = group_first[g]; n < group_first[g + 1]; ++n) {
                const auto k = static_cast<std::size_t>(group_infeed[static_cast<std::size_t>(n)]);
                expected += at(sum_target[s], infeed_target[k]) / at(sum_target[s], sum_target[s]) *
                            infeed_mw[k * hours + h];
            }
            ASSERT_NEAR(sum[s * hours + h], expected, 1e-9 * expected) << "hour " << h;
        }
        for (std::size_t p = 0; p < weight_of.size(); ++p) {
            const double expected = at(weight_of[p], weight_at[p]) / at(weight_at[p], weight_at[p]);
            ASSERT_NEAR(weight[p * hours + h], expected, 1e-10) << "hour " << h;
        }
    }
};

// Two machines on a line. Susceptances 5 and 2 (two machines of 1), line 10 (two of 5):
//     B = [[15, -10], [-10, 12]], det = 80, Z = [[12, 10], [10, 15]] / 80,
// so Z_00 = 0.15, Z_01 = 0.125, Z_11 = 0.1875. Infeeds of 4 and 6 MW weigh at node 0 as
// 4 + 0.125 / 0.15 * 6 = 9 and at node 1 as 6 + 0.125 / 0.1875 * 4 = 8.6667.
// With the second machine gone, node 0 sees 1/5 = 0.2, node 1 that behind the line 0.3, and
// Z_01 = 0.2: 4 + 6 = 10 and 6 + 0.2 / 0.3 * 4 = 8.6667.
// Node 2 is an island of its own: a machine of 4 in hour 0, none in hour 1; 1 / 4, and 1 / 1e-10.
TEST(Strength, TwoMachinesByHand) {
    const std::vector<int> from = {0, 1};
    const std::vector<int> to = {1, 0};
    const std::vector<double> line_pu = {5.0, 5.0};
    const std::vector<int> machine_node = {0, 1, 2};
    const std::vector<double> machine_pu = {5.0, 1.0, 4.0};
    const std::vector<double> connected = {1.0, 1.0, 2.0, 0.0, 1.0, 0.0}; // two hours each
    const std::vector<std::int64_t> target = {0, 1, 2};
    const std::vector<std::int64_t> both = {0, 1};
    const std::vector<double> mw = {4.0, 4.0, 6.0, 6.0};
    const std::vector<std::int64_t> first = {0, 2};
    const std::vector<std::int64_t> zero = {0, 0, 0};
    std::vector<double> own(6);
    std::vector<double> sum(6);
    std::vector<double> weight(6);
    const std::vector<std::int64_t> of = {1, 2, 2};
    const std::vector<std::int64_t> at = {0, 0, 2};
    short_circuit_strength({3, 2, from, to, line_pu, machine_node, machine_pu, connected},
                           {target, both, mw, first, both, target, zero, of, at},
                           {own, sum, weight});
    const std::vector<double> own_expected = {0.15, 0.2, 0.1875, 0.3, 0.25, 1e10};
    const std::vector<double> sum_expected = {9.0, 10.0, 26.0 / 3.0, 26.0 / 3.0, 0.0, 0.0};
    const std::vector<double> weight_expected = {0.125 / 0.15, 1.0, 0.0, 0.0, 1.0, 1.0};
    for (std::size_t k = 0; k < 6; ++k) {
        EXPECT_NEAR(own[k], own_expected[k], 1e-14 * own_expected[k]);
        EXPECT_NEAR(sum[k], sum_expected[k], 1e-12);
        EXPECT_NEAR(weight[k], weight_expected[k], 1e-14);
    }
}

// A series capacitor: node 0 with a machine of 10, line 10 to node 1, capacitor -20 to node 2,
// which has a machine of 5. Between 0 and 2 lie 0.1 - 0.05 = 0.05, a susceptance of 20:
//     B = [[30, -20], [-20, 25]], det = 350, Z_00 = 25 / 350, Z_22 = 30 / 350, Z_02 = 20 / 350.
// Node 1 divides the voltage as (10 V_0 - 20 V_2) / -10 = 2 V_2 - V_0, and its own reactance is
// that of a current into it: -1 / 10 + 4 Z_22 - 4 Z_02 + Z_00 = (120 - 80 + 25) / 350 - 0.1.
TEST(Strength, SeriesCapacitorByHand) {
    const std::vector<int> from = {0, 1};
    const std::vector<int> to = {1, 2};
    const std::vector<double> line_pu = {10.0, -20.0};
    const std::vector<int> machine_node = {0, 2};
    const std::vector<double> machine_pu = {10.0, 5.0};
    const std::vector<double> connected = {1.0, 1.0};
    const std::vector<std::int64_t> target = {0, 1, 2};
    const std::vector<std::int64_t> of = {0, 1};
    const std::vector<std::int64_t> at = {2, 2};
    std::vector<double> own(3);
    std::vector<double> weight(2);
    short_circuit_strength({3, 1, from, to, line_pu, machine_node, machine_pu, connected},
                           {target, {}, {}, {}, {}, {}, {}, of, at}, {own, {}, weight});
    EXPECT_NEAR(own[0], 25.0 / 350.0, 1e-14);
    EXPECT_NEAR(own[1], 65.0 / 350.0 - 0.1, 1e-14);
    EXPECT_NEAR(own[2], 30.0 / 350.0, 1e-14);
    EXPECT_NEAR(weight[0], 20.0 / 30.0, 1e-14);
    EXPECT_NEAR(weight[1], 40.0 / 30.0, 1e-14);
}

TEST(Strength, EveryHourIsThatOfItsOwnInverse) {
    unsigned seed = 1;
    for (const std::size_t nodes : {1U, 2U, 3U, 9U, 24U, 60U}) {
        for (const std::size_t hours : {1U, 8U, 9U, 31U, 150U}) {
            Example example(nodes, hours, ++seed);
            example.run();
            for (std::size_t h = 0; h < hours; ++h) {
                example.compare(h);
            }
        }
    }
}

TEST(Strength, IslandsKnowNothingOfEachOther) {
    for (const unsigned seed : {1U, 2U, 3U}) {
        Example example(20, 17, seed, 3);
        example.run();
        for (std::size_t h = 0; h < 17; ++h) {
            example.compare(h);
        }
    }
}

TEST(Strength, HoursWithTheSameMachinesAreAlike) {
    Example example(12, 40, 7);
    for (std::size_t k = 0; k < example.machines; ++k) {
        std::fill_n(example.connected.begin() + static_cast<std::ptrdiff_t>(k * 40), 40,
                    static_cast<double>(1 + k % 3));
    }
    example.run();
    for (std::size_t h = 0; h < 40; ++h) {
        example.compare(h);
        EXPECT_EQ(example.z[h], example.z[0]);
    }
}

// All lines of the island are as nothing against 1 / 1e-10; every infeed weighs as it is.
TEST(Strength, AnIslandWithoutMachinesHasNoStrength) {
    Example example(6, 3, 4);
    for (std::size_t k = 0; k < example.machines; ++k) {
        example.connected[k * 3 + 1] = 0.0;
    }
    example.run();
    example.compare(0);
    example.compare(2);
    for (std::size_t i = 0; i < example.target.size(); ++i) {
        EXPECT_NEAR(example.z[i * 3 + 1], 1e10, 100.0);
    }
    for (std::size_t p = 0; p < example.weight_of.size(); ++p) {
        EXPECT_NEAR(example.weight[p * 3 + 1], 1.0, 1e-8);
    }
}

TEST(Strength, NoMachinesAndNoLines) {
    std::vector<double> own(2);
    const std::vector<std::int64_t> target = {1};
    short_circuit_strength({2, 2, {}, {}, {}, {}, {}, {}}, {target, {}, {}, {}, {}, {}, {}, {}, {}},
                           {own, {}, {}});
    EXPECT_NEAR(own[0], 1e10, 1e-4);
    EXPECT_EQ(own[1], own[0]);
}

TEST(Strength, WrongInputIsTold) {
    Example no_such_node(5, 4, 3);
    no_such_node.to[0] = 5;
    EXPECT_THROW(no_such_node.run(), std::invalid_argument);
    Example of_nowhere(5, 4, 3);
    of_nowhere.weight_at[0] = 99;
    EXPECT_THROW(of_nowhere.run(), std::invalid_argument);
    Example short_of(5, 4, 3);
    short_of.infeed_mw.pop_back();
    EXPECT_THROW(short_of.run(), std::invalid_argument);
    Example without_machines(5, 4, 3);
    without_machines.connected.pop_back();
    EXPECT_THROW(without_machines.run(), std::invalid_argument);
}

} // namespace
} // namespace longyang::kernels
