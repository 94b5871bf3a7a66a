#include "../results/example.hpp"
#include "base/comm.hpp"
#include "base/error.hpp"
#include "report/compare.hpp"
#include "results/write.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mpi.h>

#include <algorithm>
#include <cstdio>
#include <limits>
#include <utility>

namespace longyang::report {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Compare : public testing::Test {
protected:
    void TearDown() override {
        for (const std::string& path : {first, second}) {
            std::remove(path.c_str());
        }
    }
    [[nodiscard]] results::Content content(int hours = 24) const {
        return results::example::make_content(system, owners, 0, {0, hours});
    }
    Comparison compare(const results::Content& a, const results::Content& b) const {
        results::write_results(comm, first, system, owners, a);
        results::write_results(comm, second, system, owners, b);
        return compare_results(results::read_results(first), results::read_results(second));
    }

    const Comm comm{MPI_COMM_SELF};
    const grid::System system = results::example::make_system();
    const partition::Owners owners = results::example::make_owners(system, 1);
    const std::string first = "compare_a.h5", second = "compare_b.h5";
};

TEST_F(Compare, TimesRanksAndForecastDoNotCount) {
    results::Content b = content();
    b.header.ranks = 7;
    b.header.started = "2027-01-01T00:00:00Z";
    b.header.command_line = "longyang run elsewhere -o other.h5";
    b.header.options[1].second = "other.h5";
    b.stages[0].seconds = 99.0;
    b.stages.push_back({"report", 1.0});
    b.forecast.seconds = 1.0;
    b.columns.clear();
    const Comparison c = compare(content(), b);
    EXPECT_TRUE(c.identical);
    EXPECT_THAT(c.lines, IsEmpty());
}

TEST_F(Compare, AnotherVersionIsNoted) {
    results::Content b = content();
    b.header.git_hash = "fedcba";
    const Comparison c = compare(content(), b);
    EXPECT_TRUE(c.identical);
    EXPECT_THAT(c.lines, ElementsAre("note: git_hash: 'abcdef012345' against 'fedcba'"));
}

TEST_F(Compare, OptionsCount) {
    results::Content b = content();
    b.header.options[0].second = "0.01";
    const Comparison c = compare(content(), b);
    EXPECT_FALSE(c.identical);
    EXPECT_THAT(c.lines, ElementsAre("option_gap: '0.005' against '0.01'"));
}

TEST_F(Compare, SaysWhereAndByHowMuch) {
    results::Content b = content();
    b.schedule.hvdc_delivered_mw.row(0)[7] = 572.0;
    b.schedule.hvdc_delivered_mw.row(0)[17] = 574.5;
    b.certificate.cost_cny = 1.1e6;
    const Comparison c = compare(content(), b);
    EXPECT_FALSE(c.identical);
    EXPECT_THAT(c.lines, ElementsAre("certificate/cost_cny: 1000000 against 1100000 (by 1e+05)",
                                     "hvdc/delivered_mw: 2 of 24 differ, most at export, "
                                     "2030-01-01T17:00: 570 against 574.5 (by 4.5)"));
}

TEST_F(Compare, ThreeAxesAndDerivedSums) {
    results::Content b = content();
    b.schedule.storage_charge_mw.row(0)[12] = 61.0;
    const Comparison c = compare(content(), b);
    EXPECT_THAT(c.lines, Contains("balances/charge_mw: 1 of 96 differ, most at A, battery, "
                                  "2030-01-01T12:00: 60 against 61 (by 1)"));
}

TEST_F(Compare, ToleranceAndNaN) {
    results::Content a = content();
    a.section_flow_mw.row(0)[3] = std::numeric_limits<double>::quiet_NaN();
    results::Content b = a;
    b.certificate.cost_cny *= 1.0 + 0.5e-6;
    EXPECT_TRUE(compare(a, b).identical);
    b.certificate.cost_cny *= 1.0 + 2e-6;
    EXPECT_FALSE(compare(a, b).identical);
    const Comparison c = compare(a, content());
    EXPECT_THAT(c.lines, ElementsAre("sections/flow_mw: 1 of 24 differ, most at A-B, "
                                     "2030-01-01T03:00: no figure against 103"));
}

TEST_F(Compare, AFigureThatOnlyOneRunHas) {
    results::Content a = content(); // the engines differ in what they prove
    a.certificate.dual_infeasibility = std::numeric_limits<double>::quiet_NaN();
    results::Content b = content();
    b.certificate.dual_infeasibility = 0.0;
    EXPECT_THAT(compare(a, b).lines,
                ElementsAre("certificate/dual_infeasibility: no figure against 0"));
    EXPECT_THAT(compare(b, a).lines,
                ElementsAre("certificate/dual_infeasibility: 0 against no figure"));
}

TEST_F(Compare, OtherNumberOfLimits) {
    results::Content b = content();
    b.limits.pop_back();
    const Comparison c = compare(content(), b);
    EXPECT_FALSE(c.identical);
    EXPECT_THAT(c.lines, Contains("limits/item: 2 against 1"));
}

TEST_F(Compare, RowsBelongTogetherByName) {
    grid::System other = system; // the first two thermal clusters have changed places
    std::swap(other.thermal.name[0], other.thermal.name[1]);
    results::Content a = content();
    results::Content b = content();
    std::swap_ranges(b.schedule.thermal_p_mw.row(0).begin(), b.schedule.thermal_p_mw.row(0).end(),
                     b.schedule.thermal_p_mw.row(1).begin());
    ASSERT_NE(b.schedule.thermal_p_mw.row(0)[5], b.schedule.thermal_p_mw.row(1)[5]);
    b.schedule.thermal_p_mw.row(0)[5] += 4.0; // of the second one
    results::write_results(comm, first, system, owners, a);
    results::write_results(comm, second, other, owners, b);
    const Comparison c =
        compare_results(results::read_results(first), results::read_results(second));
    EXPECT_THAT(c.lines, Contains("note: thermal/name: the same names in another order"));
    EXPECT_THAT(c.lines, Contains(HasSubstr("thermal/p_mw: 1 of 72 differ, most at " +
                                            system.thermal.name[1] + ", 2030-01-01T05:00")));
}

TEST_F(Compare, NamesOfOneFileAloneAreTold) {
    grid::System other = system;
    other.storages.name[0] = "another";
    results::write_results(comm, first, system, owners, content());
    results::write_results(comm, second, other, owners, content());
    const Comparison c =
        compare_results(results::read_results(first), results::read_results(second));
    EXPECT_FALSE(c.identical);
    EXPECT_THAT(c.lines, Contains("storages/name: only in the first: " + system.storages.name[0]));
    EXPECT_THAT(c.lines, Contains("storages/name: only in the second: another"));
}

TEST_F(Compare, TolerancesAreNumbers) {
    results::write_results(comm, first, system, owners, content());
    const results::Stored stored = results::read_results(first);
    for (const double bad : {std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::infinity(), -1e-6}) {
        EXPECT_THROW(compare_results(stored, stored, bad, 1e-6), Error);
        EXPECT_THROW(compare_results(stored, stored, 1e-6, bad), Error);
    }
}

TEST_F(Compare, OtherSpan) {
    const Comparison c = compare(content(24), content(48));
    EXPECT_FALSE(c.identical);
    EXPECT_THAT(c.lines, Contains("span_hours: '24' against '48'"));
    EXPECT_THAT(c.lines, Contains("thermal/p_mw: 3 x 24 against 3 x 48"));
}

} // namespace
} // namespace longyang::report
