#include "kernels/strength.hpp"
#include "random_numbers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
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

/// A random connected network with machines at some nodes that come and go, and questions.
struct Example {
    std::size_t nodes, hours, machines;
    Matrix lines; ///< susceptance matrix without machines
    std::vector<std::int64_t> machine_node;
    std::vector<double> unit_pu, connected, reference, z_reference;

    std::vector<std::int64_t> target, infeed_target, group_first, group_infeed;
    std::vector<std::int64_t> sum_target, sum_group, weight_of, weight_at;
    std::vector<double> infeed_mw;
    std::vector<double> z, sum, weight;

    Example(std::size_t nodes_, std::size_t hours_, unsigned seed)
        : nodes(nodes_), hours(hours_), machines((nodes + 1) / 2), lines(nodes * nodes, 0.0) {
        const auto draw = random_numbers(16 * nodes + machines, 0.0, 1.0, seed);
        for (std::size_t i = 1; i < nodes; ++i) {
            add_line(i, static_cast<std::size_t>(draw[i] * static_cast<double>(i)),
                     1.0 + 20.0 * draw[nodes + i]);
            add_line(i, static_cast<std::size_t>(draw[2 * nodes + i] * static_cast<double>(nodes)),
                     1.0 + 20.0 * draw[3 * nodes + i]);
        }
        for (std::size_t k = 0; k < machines; ++k) {
            machine_node.push_back(static_cast<std::int64_t>((2 * k + seed) % nodes));
            unit_pu.push_back(0.1 + draw[4 * nodes + k]);
        }
        std::sort(machine_node.begin(), machine_node.end());
        machine_node.erase(std::unique(machine_node.begin(), machine_node.end()),
                           machine_node.end());
        machines = machine_node.size();
        draw_machines(seed);
        ask(seed);
    }

    void add_line(std::size_t a, std::size_t b, double susceptance) {
        if (a == b) {
            return;
        }
        lines[a * nodes + a] += susceptance;
        lines[b * nodes + b] += susceptance;
        lines[a * nodes + b] -= susceptance;
        lines[b * nodes + a] -= susceptance;
    }

    /// Whole units; one node's never change, one has none most of the time, the rest move slowly.
    void draw_machines(unsigned seed) {
        const auto draw = random_numbers(machines * hours, 0.0, 1.0, seed + 1);
        connected.assign(machines * hours, 0.0);
        for (std::size_t k = 0; k < machines; ++k) {
            double units = 3.0;
            for (std::size_t h = 0; h < hours; ++h) {
                const double d = draw[k * hours + h];
                units = k == 0 ? 3.0 : d < 0.1 ? 0.0 : d < 0.4 ? std::floor(d * 12.0) : units;
                connected[k * hours + h] = units * unit_pu[k];
            }
            const auto row = std::span(connected).subspan(k * hours, hours);
            reference.push_back(*std::max_element(row.begin(), row.end()) + (k % 2 == 0 ? 0.0 : 1));
        }
        z_reference = dense_inverse(state([&](std::size_t k) { return reference[k]; }), nodes);
    }

    template <class Susceptance>
    [[nodiscard]] Matrix state(Susceptance susceptance) const {
        Matrix b = lines;
        for (std::size_t k = 0; k < machines; ++k) {
            const auto i = static_cast<std::size_t>(machine_node[k]);
            b[i * nodes + i] += susceptance(k);
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
        short_circuit_strength({nodes, hours, z_reference, machine_node, reference, connected},
                               {target, infeed_target, infeed_mw, group_first, group_infeed,
                                sum_target, sum_group, weight_of, weight_at},
                               {z, sum, weight});
    }

    /// Every answer of an hour from its own inverse.
    void compare(std::size_t h) const {
        const Matrix inverse =
            dense_inverse(state([&](std::size_t k) { return connected[k * hours + h]; }), nodes);
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

// Two machines on a line. Susceptances 5 and 2, line 10 (reactance 0.1):
//     B = [[15, -10], [-10, 12]], det = 80, Z = [[12, 10], [10, 15]] / 80,
// so Z_00 = 0.15, Z_01 = 0.125, Z_11 = 0.1875. Infeeds of 4 and 6 MW weigh at node 0 as
// 4 + 0.125 / 0.15 * 6 = 9 and at node 1 as 6 + 0.125 / 0.1875 * 4 = 8.6667.
// With the second machine gone, node 0 sees 1/5 = 0.2, node 1 that behind the line 0.3, and
// Z_01 = 0.2: 4 + 6 = 10 and 6 + 0.2 / 0.3 * 4 = 8.6667.
TEST(Strength, TwoMachinesByHand) {
    const std::vector<double> z = {0.15, 0.125, 0.125, 0.1875};
    const std::vector<std::int64_t> nodes = {0, 1};
    const std::vector<double> reference = {5.0, 2.0};
    const std::vector<double> connected = {5.0, 5.0, 2.0, 0.0}; // by machine: two hours each
    const std::vector<double> mw = {4.0, 4.0, 6.0, 6.0};
    const std::vector<std::int64_t> first = {0, 2};
    const std::vector<std::int64_t> zero = {0, 0};
    std::vector<double> own(4);
    std::vector<double> sum(4);
    std::vector<double> weight(2);
    const std::vector<std::int64_t> of = {1};
    const std::vector<std::int64_t> at = {0};
    short_circuit_strength({2, 2, z, nodes, reference, connected},
                           {nodes, nodes, mw, first, nodes, nodes, zero, of, at},
                           {own, sum, weight});
    const std::vector<double> own_expected = {0.15, 0.2, 0.1875, 0.3};
    const std::vector<double> sum_expected = {9.0, 10.0, 26.0 / 3.0, 26.0 / 3.0};
    for (std::size_t k = 0; k < 4; ++k) {
        EXPECT_NEAR(own[k], own_expected[k], 1e-14);
        EXPECT_NEAR(sum[k], sum_expected[k], 1e-12);
    }
    EXPECT_NEAR(weight[0], 0.125 / 0.15, 1e-14);
    EXPECT_NEAR(weight[1], 1.0, 1e-14);
}

TEST(Strength, EveryHourIsThatOfItsOwnInverse) {
    unsigned seed = 1;
    for (const std::size_t nodes : {1U, 2U, 3U, 9U, 24U}) {
        for (const std::size_t hours : {1U, 8U, 9U, 31U, 150U}) {
            Example example(nodes, hours, ++seed);
            example.run();
            for (std::size_t h = 0; h < hours; ++h) {
                example.compare(h);
            }
        }
    }
}

TEST(Strength, HoursWithTheSameMachinesAreAlike) {
    Example example(12, 40, 7);
    for (std::size_t k = 0; k < example.machines; ++k) {
        std::fill_n(example.connected.begin() + static_cast<std::ptrdiff_t>(k * 40), 40,
                    example.reference[k] * 0.5);
    }
    example.run();
    for (std::size_t h = 0; h < 40; ++h) {
        example.compare(h);
        EXPECT_EQ(example.z[h], example.z[0]);
    }
}

TEST(Strength, AnIslandWithoutMachinesHasNoStrength) {
    Example example(6, 3, 4);
    for (std::size_t k = 0; k < example.machines; ++k) {
        example.connected[k * 3 + 1] = 0.0;
    }
    example.run();
    example.compare(0);
    example.compare(2);
    for (std::size_t i = 0; i < example.target.size(); ++i) {
        EXPECT_GT(example.z[i * 3 + 1], 1e6 * example.z[i * 3]);
    }
}

TEST(Strength, WrongInputIsTold) {
    Example example(5, 4, 3);
    example.connected[0] = example.reference[0] + 1.0;
    EXPECT_THROW(example.run(), std::invalid_argument);
    Example of_nowhere(5, 4, 3);
    of_nowhere.weight_at[0] = 99;
    EXPECT_THROW(of_nowhere.run(), std::invalid_argument);
    Example short_of(5, 4, 3);
    short_of.infeed_mw.pop_back();
    EXPECT_THROW(short_of.run(), std::invalid_argument);
}

} // namespace
} // namespace longyang::kernels
