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

/// Rows or sections with some hours each, and the same with 0 in all others.
struct SomeHours {
    std::vector<std::int64_t> first{0};
    std::vector<std::int32_t> begin, end;
    std::vector<char> there; ///< items x hours

    SomeHours(std::size_t items, std::size_t hours, unsigned seed) : there(items * hours, 0) {
        const auto drawn = test::random_numbers(items * hours, 0.0, 1.0, seed);
        for (std::size_t i = 0; i < items; ++i) {
            // Some have all hours, some none, some a few.
            const double share = i % 3 == 0 ? 2.0 : i % 3 == 1 ? -1.0 : 0.3;
            for (std::size_t h = 0; h < hours; ++h) {
                there[i * hours + h] = drawn[i * hours + h] < share ? 1 : 0;
                const bool goes_on = h % HourSpans::piece != 0 && there[i * hours + h - 1] != 0;
                if (h % HourSpans::piece == 0 && h > 0) {
                    first.push_back(static_cast<std::int64_t>(begin.size()));
                }
                if (there[i * hours + h] != 0 && !goes_on) {
                    begin.push_back(static_cast<std::int32_t>(h));
                    end.push_back(static_cast<std::int32_t>(h));
                }
                if (there[i * hours + h] != 0) {
                    end.back() = static_cast<std::int32_t>(h + 1);
                }
            }
            first.push_back(static_cast<std::int64_t>(begin.size()));
        }
    }
    [[nodiscard]] HourSpans spans() const { return {first, begin, end}; }
};

TEST(SectionFlows, OfSomeHoursAreTheSameThere) {
    const std::vector<std::int64_t> first{0, 3, 4, 4, 8};
    const std::vector<std::int64_t> member{0, 1, 2, 4, 1, 2, 3, 4};
    const std::vector<double> sign{1.0, -2.0, 0.5, 1.0, 3.0, -1.0, 0.25, 2.0};
    for (const std::size_t hours : {1U, 256U, 600U}) {
        const SomeHours of_rows(5, hours, 3);
        auto flow = test::random_numbers(5 * hours, -500.0, 500.0, 7);
        std::vector<double> all(4 * hours);
        std::vector<double> out(4 * hours, std::nan(""));
        section_flows(5, hours, {first, member, sign}, flow, all);
        const SomeHours of_sections(4, hours, 4);
        section_flows_in(5, hours, {first, member, sign}, of_sections.spans(), flow, out);
        for (std::size_t i = 0; i < out.size(); ++i) {
            ASSERT_EQ(out[i], of_sections.there[i] != 0 ? all[i] : 0.0) << i;
        }
        for (std::size_t i = 0; i < flow.size(); ++i) {
            flow[i] = of_rows.there[i] != 0 ? flow[i] : 0.0;
        }
        section_flows(5, hours, {first, member, sign}, flow, all);
        section_flows_of_rows(5, hours, {first, member, sign}, of_rows.spans(), flow, out);
        EXPECT_EQ(out, all);
        EXPECT_THROW(section_flows_in(5, hours, {first, member, sign}, of_rows.spans(), flow, out),
                     std::invalid_argument);
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
