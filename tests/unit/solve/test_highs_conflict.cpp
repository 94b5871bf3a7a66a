#include "programmes.hpp"
#include "solve/highs/engine.hpp"

#include <gmock/gmock.h>

namespace longyang::solve::highs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> named(const std::vector<int>& numbers,
                               const std::vector<std::string>& names) {
    std::vector<std::string> found;
    found.reserve(numbers.size());
    for (const int number : numbers) {
        found.push_back(names[static_cast<std::size_t>(number)]);
    }
    return found;
}

TEST(HighsConflict, TheBalanceThatCannotHold) {
    Programme programme = two_plants();
    programme.blocks[2].add_port(0, 1, -1, -200.0); // 240 MW in hour 1, 150 MW of plants
    Engine engine(programme.flat());
    ASSERT_EQ(engine.solve_relaxed({}).status, Status::infeasible);
    const Engine::Conflict conflict = engine.find_conflict(10.0);
    EXPECT_THAT(named(conflict.rows, lp::row_names(programme.blocks, programme.coupling)),
                ElementsAre("NW-1.island_1.1"));
    EXPECT_THAT(named(conflict.columns, lp::column_names(programme.blocks)),
                ElementsAre("cheap.p.1", "dear.p.1"));
}

TEST(HighsConflict, RowsThatFightAmongMany) {
    Programme programme = two_plants();
    // The cheap plant must give 95 MWh over both hours, but may give 45 MW in each; and rows that
    // harm nobody.
    lp::Block& cheap = programme.blocks[0];
    for (int hour = 0; hour < 2; ++hour) {
        cheap.add_row(cheap.family("CAP"), hour, -lp::infinity, 45.0, {{hour, 1.0}});
        cheap.add_row(cheap.family("EASY"), hour, -lp::infinity, 500.0, {{hour, 1.0}});
    }
    programme.coupling.rows.push_back({1, 0, 2, 95.0, lp::infinity});
    programme.blocks[2].add_port(0, 1, -1, -40.0); // so that the balance of hour 1 is no hindrance
    Engine engine(programme.flat());
    const Engine::Conflict conflict = engine.find_conflict(10.0);
    EXPECT_THAT(named(conflict.rows, lp::row_names(programme.blocks, programme.coupling)),
                ElementsAre("cheap.CAP.0", "cheap.CAP.1", "CT-1.cheap.0-2"));
    EXPECT_THAT(conflict.columns, IsEmpty());
}

TEST(HighsConflict, ARowThatWasAddedLater) {
    Programme programme = two_plants();
    Engine engine(programme.flat());
    ASSERT_EQ(engine.solve_relaxed({}).status, Status::optimal);
    programme.coupling.rows.push_back({1, 0, 2, 130.0, 140.0});
    engine.add_rows(lp::flatten_rows(programme.blocks, programme.coupling, 2, 3));
    ASSERT_EQ(engine.solve_relaxed({}).status, Status::infeasible);
    const Engine::Conflict conflict = engine.find_conflict(10.0);
    EXPECT_THAT(conflict.rows, ElementsAre(2));
    EXPECT_THAT(conflict.columns, ElementsAre(0, 1)); // 50 MW each
}

TEST(HighsConflict, ARowWithoutColumns) {
    Programme programme = two_plants();
    lp::Block& block = programme.blocks[1];
    block.add_row(block.family("NONE"), 0, 1.0, 2.0, {});
    Engine engine(programme.flat());
    ASSERT_EQ(engine.solve_relaxed({}).status, Status::infeasible);
    const Engine::Conflict conflict = engine.find_conflict(10.0);
    EXPECT_THAT(named(conflict.rows, lp::row_names(programme.blocks, programme.coupling)),
                ElementsAre("dear.NONE.0"));
    EXPECT_THAT(conflict.columns, IsEmpty());
}

TEST(HighsConflict, NoneWhereTheRelaxedProgrammeHolds) {
    Programme programme = two_plants();
    Engine feasible(programme.flat());
    EXPECT_THAT(feasible.find_conflict(10.0).rows, IsEmpty());
    // 2 x = 1 has no whole solution.
    lp::Block odd;
    odd.name = "odd";
    odd.add_column(odd.family("x"), -1, 0.0, 5.0, 1.0, true);
    odd.add_row(odd.family("r"), -1, 1.0, 1.0, {{0, 2.0}});
    programme = {};
    programme.blocks = {odd};
    Engine engine(programme.flat());
    EXPECT_EQ(engine.solve_integer({}, {}).status, Status::infeasible);
    const Engine::Conflict conflict = engine.find_conflict(10.0);
    EXPECT_THAT(conflict.rows, IsEmpty());
    EXPECT_THAT(conflict.columns, IsEmpty());
}

} // namespace
} // namespace longyang::solve::highs
