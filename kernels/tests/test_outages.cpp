#include "kernels/outages.hpp"
#include "random_numbers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <tuple>
#include <vector>

namespace longyang::kernels {
namespace {

using test::random_numbers;

/// Random flows and outages of one to three terms; the first outages are doubled by later ones with
/// the same factors, so that there are ties.
struct Example {
    std::size_t rows, outages, sources, hours;
    std::vector<double> flow, amount, factor;
    std::vector<std::int64_t> first, source;

    Example(std::size_t rows_, std::size_t outages_, std::size_t hours_, unsigned seed)
        : rows(rows_), outages(outages_), sources(outages_ + 2), hours(hours_),
          flow(random_numbers(rows * hours, -100.0, 100.0, seed)),
          amount(random_numbers(sources * hours, -100.0, 100.0, seed + 1)) {
        first.push_back(0);
        for (std::size_t o = 0; o < outages; ++o) {
            const bool twin = o >= outages / 2 && o % 2 == 0;
            const std::size_t terms = 1 + (twin ? o / 2 : o) % 3;
            for (std::size_t k = 0; k < terms; ++k) {
                source.push_back(static_cast<std::int64_t>(((twin ? o / 2 : o) + 5 * k) % sources));
            }
            first.push_back(static_cast<std::int64_t>(source.size()));
        }
        // Mostly small, as LODF are, and some zeros.
        factor = random_numbers(rows * source.size(), -1.0, 1.0, seed + 2);
        for (double& f : factor) {
            f = std::abs(f) < 0.1 ? 0.0 : f * f * f;
        }
        for (std::size_t o = outages / 2; o < outages; ++o) {
            if (o % 2 == 0) {
                same_factors(o / 2, o);
            }
        }
    }

    void same_factors(std::size_t from, std::size_t to) {
        for (std::size_t row = 0; row < rows; ++row) {
            double* of_row = factor.data() + row * source.size();
            std::copy(of_row + first[from], of_row + first[from + 1], of_row + first[to]);
        }
    }

    [[nodiscard]] OutageFlows input() const {
        return {rows, hours, flow, amount, first, source, factor};
    }

    [[nodiscard]] double after(std::size_t row, std::size_t outage, std::size_t hour) const {
        double mw = flow[row * hours + hour];
        for (auto k = first[outage]; k < first[outage + 1]; ++k) {
            const auto term = static_cast<std::size_t>(k);
            mw += factor[row * source.size() + term] *
                  amount[static_cast<std::size_t>(source[term]) * hours + hour];
        }
        return mw;
    }
};

struct Size {
    std::size_t rows, outages, hours;
};

class Outages : public testing::TestWithParam<Size> {
protected:
    const Example example{GetParam().rows, GetParam().outages, GetParam().hours, 31};
};

// The twin: every triple, nothing left out.
TEST_P(Outages, WorstAgreesWithPlainLoop) {
    const auto [rows, outages, hours] = GetParam();
    std::vector<double> worst(rows * hours, std::nan(""));
    std::vector<std::int32_t> which(rows * hours, -7);
    worst_outages(example.input(), worst, which);
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t t = 0; t < hours; ++t) {
            double expected = example.flow[row * hours + t];
            int outage = -1;
            for (std::size_t o = 0; o < outages; ++o) {
                const double mw = example.after(row, o, t);
                if (std::abs(mw) > std::abs(expected) + 1e-6) {
                    expected = mw;
                    outage = static_cast<int>(o);
                }
            }
            ASSERT_NEAR(worst[row * hours + t], expected, 1e-11) << row << ' ' << t;
            ASSERT_EQ(which[row * hours + t], outage) << row << ' ' << t;
        }
    }
}

double rating_factor(const std::vector<double>& factor, std::size_t hours, std::size_t row,
                     std::size_t hour) {
    if (factor.empty()) {
        return 1.0;
    }
    return factor[factor.size() == hours ? hour : row * hours + hour];
}

constexpr double tie_mw = 1e-6;

double whole_ties(const OutageViolation& v) {
    return std::round(v.excess_mw() / tie_mw);
}

OutageCheck plain_check(const Example& e, const OutageRatings& ratings,
                        const OutageSearch& search) {
    const std::vector<double> factors(ratings.factor.begin(), ratings.factor.end());
    OutageCheck check;
    check.by_hour.resize(e.hours);
    check.found_by_hour.resize(e.hours);
    check.found_by_outage.resize(e.outages);
    check.excess_by_outage_mw.resize(e.outages);
    for (std::size_t t = 0; t < e.hours; ++t) {
        std::vector<OutageViolation> of_hour;
        for (std::size_t row = 0; row < e.rows; ++row) {
            const double rating = ratings.rating_mw[row] * rating_factor(factors, e.hours, row, t);
            for (std::size_t k = 0; k <= e.outages; ++k) { // the intact network first
                const std::size_t o = k - 1;
                const double mw = k == 0 ? e.flow[row * e.hours + t] : e.after(row, o, t);
                const double over = std::abs(mw) - rating;
                WorstOfHour& worst = check.by_hour[t];
                if (std::isfinite(rating) &&
                    (worst.row < 0 || std::abs(mw) > worst.loading * rating + tie_mw)) {
                    worst = {std::abs(mw) / rating, mw, static_cast<std::int64_t>(row),
                             k == 0 ? -1 : static_cast<std::int64_t>(o)};
                }
                const double rise = std::abs(mw) - std::abs(e.flow[row * e.hours + t]);
                if (k > 0 && std::min(over, rise) > search.tolerance_mw) {
                    ++check.found;
                    ++check.found_by_hour[t];
                    ++check.found_by_outage[o];
                    check.excess_by_outage_mw[o] = std::max(check.excess_by_outage_mw[o], over);
                    of_hour.push_back({static_cast<std::int64_t>(row), static_cast<std::int64_t>(o),
                                       static_cast<std::int64_t>(t), mw,
                                       mw < 0.0 ? -rating : rating});
                }
            }
        }
        std::stable_sort(of_hour.begin(), of_hour.end(), [](const auto& a, const auto& b) {
            return whole_ties(a) > whole_ties(b);
        });
        if (search.max_per_hour > 0 && of_hour.size() > search.max_per_hour) {
            of_hour.resize(search.max_per_hour);
        }
        check.worst_first.insert(check.worst_first.end(), of_hour.begin(), of_hour.end());
    }
    return check;
}

/// Twins of an outage have the same excess, so the last place of an hour may go to either: lists
/// are compared by hour and excess, and each entry with the flow it claims.
void expect_same_list(const Example& e, const std::vector<OutageViolation>& found,
                      const std::vector<OutageViolation>& expected) {
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 1; i < found.size(); ++i) {
        ASSERT_GE(whole_ties(found[i - 1]), whole_ties(found[i]));
    }
    std::vector<std::tuple<std::int64_t, double>> a, b;
    for (const auto& v : found) {
        ASSERT_NEAR(v.flow_mw,
                    e.after(static_cast<std::size_t>(v.row), static_cast<std::size_t>(v.outage),
                            static_cast<std::size_t>(v.hour)),
                    1e-11);
        a.emplace_back(v.hour, -v.excess_mw());
    }
    for (const auto& v : expected) {
        b.emplace_back(v.hour, -v.excess_mw());
    }
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    for (std::size_t i = 0; i < a.size(); ++i) {
        ASSERT_EQ(std::get<0>(a[i]), std::get<0>(b[i]));
        ASSERT_NEAR(std::get<1>(a[i]), std::get<1>(b[i]), 1e-10);
    }
}

TEST_P(Outages, CheckAgreesWithPlainLoop) {
    const auto [rows, outages, hours] = GetParam();
    for (const double lowest : {60.0, 130.0, 260.0}) { // most, some, no violations
        auto rating = random_numbers(rows, lowest, 1.2 * lowest, 41);
        rating[rows / 2] = std::numeric_limits<double>::infinity();
        for (const std::size_t factors : {std::size_t{0}, hours, rows * hours}) {
            const auto factor = random_numbers(factors, 0.8, 1.2, 42);
            const OutageRatings ratings{rating, factor};
            for (const OutageSearch search : {OutageSearch{0.0, 0}, OutageSearch{3.0, 4}}) {
                const OutageCheck found = check_outages(example.input(), ratings, search);
                const OutageCheck expected = plain_check(example, ratings, search);
                EXPECT_EQ(found.found, expected.found);
                EXPECT_EQ(found.found_by_hour, expected.found_by_hour);
                EXPECT_EQ(found.found_by_outage, expected.found_by_outage);
                for (std::size_t o = 0; o < outages; ++o) {
                    ASSERT_NEAR(found.excess_by_outage_mw[o], expected.excess_by_outage_mw[o],
                                1e-11);
                }
                for (std::size_t t = 0; t < hours; ++t) {
                    ASSERT_NEAR(found.by_hour[t].loading, expected.by_hour[t].loading, 1e-13);
                    ASSERT_EQ(found.by_hour[t].row, expected.by_hour[t].row);
                    ASSERT_EQ(found.by_hour[t].outage, expected.by_hour[t].outage);
                    ASSERT_NEAR(found.by_hour[t].flow_mw, expected.by_hour[t].flow_mw, 1e-11);
                }
                expect_same_list(example, found.worst_first, expected.worst_first);
            }
        }
    }
}

// Around the edges of a group (32 hours), of a look (4 outages) and of the sorted head (64).
INSTANTIATE_TEST_SUITE_P(Sizes, Outages,
                         testing::Values(Size{1, 1, 1}, Size{2, 4, 31}, Size{3, 5, 32},
                                         Size{7, 63, 33}, Size{5, 64, 64}, Size{4, 65, 65},
                                         Size{20, 150, 100}));

// One row, 100 MW. Outage 0 brings 60 % of 200 MW; outage 1 takes 250 away; hour 1 the other way
// round.
TEST(OutagesByHand, WorstAndViolations) {
    const std::vector<double> flow{100.0, -100.0};
    const std::vector<double> amount{200.0, 200.0, -250.0, 250.0};
    const std::vector<std::int64_t> first{0, 1, 2};
    const std::vector<std::int64_t> source{0, 1};
    const std::vector<double> factor{0.6, 1.0};
    const OutageFlows input{1, 2, flow, amount, first, source, factor};
    std::vector<double> worst(2);
    std::vector<std::int32_t> which(2);
    worst_outages(input, worst, which);
    EXPECT_EQ(worst, (std::vector<double>{220.0, 150.0}));
    EXPECT_EQ(which, (std::vector<std::int32_t>{0, 1}));

    const std::vector<double> rating{140.0};
    const OutageCheck check = check_outages(input, {rating, {}}, {});
    EXPECT_EQ(check.found, 3); // 220 and -150 in hour 0, 150 in hour 1
    ASSERT_EQ(check.worst_first.size(), 3U);
    EXPECT_EQ(check.worst_first[0].flow_mw, 220.0);
    EXPECT_EQ(check.worst_first[0].excess_mw(), 80.0);
    EXPECT_EQ(check.worst_first[1].flow_mw, -150.0);
    EXPECT_EQ(check.worst_first[1].limit_mw, -140.0);
    EXPECT_EQ(check.worst_first[2].hour, 1);
    EXPECT_EQ(check.excess_by_outage_mw, (std::vector<double>{80.0, 10.0}));
    EXPECT_DOUBLE_EQ(check.by_hour[0].loading, 220.0 / 140.0);
    EXPECT_EQ(check.by_hour[1].outage, 1);
}

// Outage 1 leads to the same flow as outage 0 but for a few units in the last place, and outage 2
// to that of the intact network: the first one is named, as on ranks that come with other last
// bits.
TEST(OutagesByHand, LastBitsDoNotChoose) {
    const std::vector<double> flow{100.0, 220.0 - 1e-11};
    const std::vector<double> amount{120.0, 120.0 + 1e-11, 1e-12};
    const std::vector<std::int64_t> first{0, 1, 2, 3};
    const std::vector<std::int64_t> source{0, 1, 2};
    const std::vector<double> factor{1.0, 1.0, 1.0, 0.0, 0.0, 1.0};
    const OutageFlows input{2, 1, flow, amount, first, source, factor};
    std::vector<double> worst(2);
    std::vector<std::int32_t> which(2);
    worst_outages(input, worst, which);
    EXPECT_EQ(which, (std::vector<std::int32_t>{0, -1}));
    const std::vector<double> rating{140.0, 140.0};
    const OutageCheck check = check_outages(input, {rating, {}}, {1e-3, 1});
    EXPECT_EQ(check.by_hour[0].row, 0);
    EXPECT_EQ(check.by_hour[0].outage, 0);
    EXPECT_EQ(check.found, 2);
    ASSERT_EQ(check.worst_first.size(), 1U);
    EXPECT_EQ(check.worst_first[0].outage, 0);
}

TEST(OutagesByHand, WithoutOutagesOrRatings) {
    const std::vector<double> flow{1.0, -3.0};
    const std::vector<double> rating{std::numeric_limits<double>::infinity()};
    std::vector<double> worst(2);
    std::vector<std::int32_t> which(2);
    worst_outages({1, 2, flow, {}, {}, {}, {}}, worst, which);
    EXPECT_EQ(worst, flow);
    EXPECT_EQ(which, (std::vector<std::int32_t>{-1, -1}));
    const OutageCheck check = check_outages({1, 2, flow, {}, {}, {}, {}}, {rating, {}}, {});
    EXPECT_EQ(check.found, 0);
    EXPECT_EQ(check.by_hour[1].row, -1);
}

TEST(OutagesByHand, WrongSizesAreRefused) {
    const std::vector<double> two(2, 1.0);
    const std::vector<std::int64_t> first{0, 1};
    const std::vector<std::int64_t> source{0};
    const std::vector<double> one{1.0};
    std::vector<std::int32_t> which(2);
    std::vector<double> worst(2);
    const OutageFlows good{1, 2, two, two, first, source, one};
    EXPECT_NO_THROW(worst_outages(good, worst, which));
    OutageFlows bad = good;
    bad.flow_mw = one;
    EXPECT_THROW(worst_outages(bad, worst, which), std::invalid_argument);
    bad = good;
    bad.factor = two;
    EXPECT_THROW(worst_outages(bad, worst, which), std::invalid_argument);
    const std::vector<std::int64_t> beyond{1};
    bad = good;
    bad.source = beyond;
    EXPECT_THROW(worst_outages(bad, worst, which), std::invalid_argument);
    const std::vector<std::int64_t> short_first{0, 0};
    bad = good;
    bad.first = short_first;
    EXPECT_THROW(worst_outages(bad, worst, which), std::invalid_argument);
    EXPECT_THROW((void)check_outages(good, {two, {}}, {}), std::invalid_argument);
}

} // namespace
} // namespace longyang::kernels
