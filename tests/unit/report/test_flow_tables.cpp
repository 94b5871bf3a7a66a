#include "report/flow_tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace longyang::report {
namespace {

using testing::HasSubstr;
using testing::Not;

class FlowTables : public ::testing::Test {
protected:
    FlowTables() {
        system.info.year = 2030;
        system.buses.name = {"a"};
        system.buses.v_min_pu = system.buses.v_max_pu = {1.0};
        system.branches.name = {"north", "south"};
        system.branches.rating_mw = {0.0, 0.0};
    }
    grid::System system;
};

TEST_F(FlowTables, LoadingOfARatedBranch) {
    system.branches.rating_mw[1] = 200.0;
    DcFlowFinding finding;
    finding.hours = {{0, 1, 50.0, 200.0}};
    EXPECT_THAT(dc_flow_summary(system, {24, 1}, finding, 5),
                HasSubstr("2030-01-02T00:00   south       50.0   200.0       25.0"));
}

TEST_F(FlowTables, WithoutRatingsThatIsSaid) {
    constexpr const char* words =
        "\nno branch has a rating (rating_mw of branches.csv), so that there is no loading\n";
    DcFlowFinding dc;
    dc.hours.resize(1);
    const std::string of_dc = dc_flow_summary(system, {24, 1}, dc, 5);
    EXPECT_THAT(of_dc, HasSubstr(words));
    EXPECT_THAT(of_dc, Not(HasSubstr("loading %")));
    AcFlowFinding ac;
    ac.hours.resize(1);
    const std::string of_ac = ac_flow_summary(system, {24, 1}, ac, 5);
    EXPECT_THAT(of_ac, HasSubstr(words));
    EXPECT_THAT(of_ac, Not(HasSubstr("loading %")));
    EXPECT_THAT(of_ac, HasSubstr("lowest"));
}

} // namespace
} // namespace longyang::report
