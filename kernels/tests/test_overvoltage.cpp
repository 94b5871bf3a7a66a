#include "kernels/overvoltage.hpp"
#include "random_numbers.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <stdexcept>
#include <vector>

namespace longyang::kernels {
namespace {

using test::random_numbers;

/// Phasors of the source E behind jX, the converter's bus and its filters: E from the state before
/// (1 pu at the bus), then the bus voltage with the filters alone, by a 2 x 2 solve of the nodes'
/// admittances.
double by_phasors(const ConverterBlock& b, double p_mw) {
    using Complex = std::complex<double>;
    const Complex y(0.0, -b.strength_mva); // MVA at 1 pu: the reactance 1/S
    const double demand = b.q_demand_mvar_per_mw * p_mw;
    const double filters = std::min(demand, b.filter_mvar);
    const Complex drawn = std::conj(Complex(p_mw, demand - filters)); // current at 1 pu
    const Complex source = 1.0 + drawn / y;
    // (y + j filters) V = y E
    return std::abs(y * source / (y + Complex(0.0, filters)));
}

// 8 GW at a bus of 30 GVA with 4000 Mvar of filters: sqrt(1 + (8/30)^2) = 1.034945,
// 1 - 4/30 = 0.866667, so 1.194167. Without filters nothing but the first factor is left.
TEST(Overvoltage, ByHand) {
    EXPECT_NEAR(voltage_after_block_pu({30000, 0.5, 4000}, 8000), 1.194167, 1e-6);
    EXPECT_NEAR(voltage_after_block_pu({30000, 0.0, 0}, 8000), 1.034945, 1e-6);
    EXPECT_EQ(voltage_after_block_pu({30000, 0.5, 4000}, 0), 1.0);
    // At 1.30 pu and 0.5 Mvar/MW the short-circuit ratio has to be 2.753.
    EXPECT_NEAR(27530.0 / power_for_voltage_mw({27530, 0.5, 1e9}, 1.3), 2.753, 0.001);
    // Without filters p = S sqrt(U^2 - 1).
    EXPECT_NEAR(power_for_voltage_mw({10000, 0.0, 0.0}, 1.3), 10000 * std::sqrt(0.69), 1e-9);
}

TEST(Overvoltage, IsThatOfThePhasors) {
    const auto draw = random_numbers(4 * 200, 0.0, 1.0, 9);
    for (std::size_t k = 0; k < 200; ++k) {
        const double* d = draw.data() + 4 * k;
        const ConverterBlock b{8000.0 + 40000.0 * d[0], 0.7 * d[1], 4000.0 * d[2]};
        const double p = 9000.0 * d[3];
        ASSERT_GT(b.strength_mva, b.filter_mvar);
        EXPECT_NEAR(voltage_after_block_pu(b, p), by_phasors(b, p), 1e-12);
    }
}

TEST(Overvoltage, TheInverseIsExact) {
    const auto draw = random_numbers(4 * 200, 0.0, 1.0, 10);
    int all_on = 0;
    for (std::size_t k = 0; k < 200; ++k) {
        const double* d = draw.data() + 4 * k;
        const ConverterBlock b{2000.0 + 40000.0 * d[0], 0.7 * d[1], 6000.0 * d[2]};
        const double limit = 1.05 + 0.5 * d[3];
        const double p = power_for_voltage_mw(b, limit);
        EXPECT_NEAR(voltage_after_block_pu(b, p), limit, 1e-11);
        EXPECT_LT(voltage_after_block_pu(b, 0.999 * p), limit);
        EXPECT_GT(voltage_after_block_pu(b, 1.001 * p), limit);
        all_on += b.q_demand_mvar_per_mw * p > b.filter_mvar ? 1 : 0;
    }
    EXPECT_GT(all_on, 20);
    EXPECT_LT(all_on, 180);
}

TEST(Overvoltage, NoNetworkNoPower) {
    EXPECT_EQ(power_for_voltage_mw({0, 0.5, 1000}, 1.3), 0.0);
    EXPECT_TRUE(std::isinf(voltage_after_block_pu({1000, 0.5, 4000}, 8000)));
    EXPECT_EQ(power_for_voltage_mw({1000, 0.5, 4000}, 1.0), 0.0);
}

TEST(Overvoltage, AllLinesAndHours) {
    const std::vector<double> strength = {30000, 20000, 15000, 0};
    const std::vector<double> p = {8000, 4000, -3000, 10};
    const std::vector<double> limit = {1.3, 1.2, 1.3, 1.3};
    const std::vector<double> demand = {0.5, 0.0};
    const std::vector<double> filter = {4000, 0.0};
    std::vector<double> voltage(4);
    std::vector<double> power(4);
    overvoltages({2, 2, strength, p, limit, demand, filter}, voltage, power);
    for (std::size_t i = 0; i < 4; ++i) {
        const ConverterBlock b{strength[i], demand[i / 2], filter[i / 2]};
        // A card may join a product and a sum that the host rounds one after the other.
        EXPECT_DOUBLE_EQ(voltage[i], voltage_after_block_pu(b, std::abs(p[i])));
        EXPECT_DOUBLE_EQ(power[i], power_for_voltage_mw(b, limit[i]));
    }
    EXPECT_THROW(overvoltages({2, 2, strength, p, limit, demand, {}}, voltage, power),
                 std::invalid_argument);
}

} // namespace
} // namespace longyang::kernels
