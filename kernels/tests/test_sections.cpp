#include "kernels/sections.hpp"
#include "random_numbers.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace longyang::kernels {
namespace {

TEST(SectionFlows, WorkedByHand) {
    // Two branches in three hours; a section of both, one of the second backwards, an empty one.
    const std::vector<double> flow{1.0, 2.0, 3.0, 10.0, 20.0, 30.0};
    const std::vector<std::int64_t> first{0, 2, 3, 3};
    const std::vector<std::int64_t> member{0, 1, 1};
    const std::vector<double> sign{1.0, 1.0, -1.0};
    std::vector<double> out(9, 99.0);
    section_flows(2, 3, {first, member, sign}, flow, out);
    EXPECT_EQ(out, (std::vector<double>{11.0, 22.0, 33.0, -10.0, -20.0, -30.0, 0.0, 0.0, 0.0}));
}

TEST(SectionFlows, AgreeWithPlainLoop) {
    for (const std::size_t hours : {1U, 255U, 256U, 257U, 1000U}) {
        const std::size_t rows = 40;
        const std::size_t sections = 9;
        const auto flow = test::random_numbers(rows * hours, -500.0, 500.0, 7);
        std::vector<std::int64_t> first{0};
        std::vector<std::int64_t> member;
        std::vector<double> sign;
        for (std::size_t s = 0; s < sections; ++s) {
            for (std::size_t k = 0; k < 2 * s; ++k) {
                member.push_back(static_cast<std::int64_t>((7 * s + 3 * k) % rows));
                sign.push_back(k % 2 == 0 ? 1.0 : -1.0);
            }
            first.push_back(static_cast<std::int64_t>(member.size()));
        }
        std::vector<double> out(sections * hours, std::nan(""));
        section_flows(rows, hours, {first, member, sign}, flow, out);
        for (std::size_t s = 0; s < sections; ++s) {
            for (std::size_t t = 0; t < hours; ++t) {
                double sum = 0.0;
                for (auto k = static_cast<std::size_t>(first[s]);
                     k < static_cast<std::size_t>(first[s + 1]); ++k) {
                    sum += sign[k] * flow[static_cast<std::size_t>(member[k]) * hours + t];
                }
                ASSERT_NEAR(out[s * hours + t], sum, 1e-10) << s << ' ' << t;
            }
        }
    }
}

TEST(SectionFlows, FaultySectionsAreRefused) {
    const std::vector<double> flow{1.0, 2.0};
    std::vector<double> out(1);
    const std::vector<std::int64_t> first{0, 1};
    const std::vector<double> sign{1.0};
    const std::vector<std::int64_t> beyond{2};
    const std::vector<std::int64_t> negative{-1};
    const std::vector<std::int64_t> good{1};
    const std::vector<std::int64_t> falling{0, 1, 0};
    EXPECT_NO_THROW(section_flows(2, 1, {first, good, sign}, flow, out));
    EXPECT_EQ(out[0], 2.0);
    EXPECT_THROW(section_flows(2, 1, {first, beyond, sign}, flow, out), std::invalid_argument);
    EXPECT_THROW(section_flows(2, 1, {first, negative, sign}, flow, out), std::invalid_argument);
    EXPECT_THROW(section_flows(2, 1, {falling, good, sign}, flow, out), std::invalid_argument);
    EXPECT_THROW(section_flows(2, 1, {{}, {}, {}}, flow, out), std::invalid_argument);
}

} // namespace
} // namespace longyang::kernels
