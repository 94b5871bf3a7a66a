#include "base/comm.hpp"
#include "caseio/check_case.hpp"
#include "model/blocks.hpp"
#include "model/coupling.hpp"
#include "run/conflict.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mpi.h>

#include <set>
#include <string>

namespace {

using namespace longyang;
using testing::HasSubstr;

TEST(Conflict, NamesHourPlantRuleAndLimits) {
    grid::System system;
    system.info.year = 2030;
    const model::Context context(system, {14 * 24, 24});
    std::vector<lp::Block> blocks(1);
    lp::Block& plant = blocks[0];
    plant.name = "thermal:datong_coal";
    const int on = plant.add_column(plant.family("thermal_on"), 3, 2.0, 4.0, 0.0, true);
    plant.add_row(plant.family("TH-7"), 3, 10.0, lp::infinity, {{on, 5.0}});
    lp::Coupling coupling;
    coupling.hours = 24;
    coupling.channels = {"injection:xining"};
    coupling.patterns = {{"NW-1", "balance of island 1", {0}, {1.0}}};
    coupling.rows = {{0, 3, 4, 0.0, 0.0}};
    const lp::FlatProgramme flat = lp::flatten(blocks, coupling);

    const std::string words =
        run::describe_conflict(context, blocks, coupling, flat, {{0, 1}, {0}});
    EXPECT_THAT(words, HasSubstr("hour 3 (2030-01-15T03:00): thermal:datong_coal, least output of "
                                 "running units (TH-7): >= 10"));
    EXPECT_THAT(words, HasSubstr("thermal:datong_coal, units on: from 2 to 4"));
    EXPECT_THAT(words, HasSubstr("balance of island 1, balance of injections (NW-1): = 0"));
}

TEST(Conflict, ManyPlantsOfOneKindShareALine) {
    grid::System system;
    const model::Context context(system, {0, 1});
    std::vector<lp::Block> blocks(7);
    solve::highs::Engine::Conflict conflict;
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        blocks[b].name = "load:town_" + std::to_string(b);
        blocks[b].order = static_cast<int>(b);
        blocks[b].add_column(blocks[b].family("load_shed"), 0, 0.0, 10.0, 1.0);
        conflict.columns.push_back(static_cast<int>(b));
    }
    const std::string words =
        run::describe_conflict(context, blocks, {}, lp::flatten(blocks, {}), conflict);
    EXPECT_THAT(words, HasSubstr("load:town_0, load shed, MW: from 0 to 10 (and 6 more of this "
                                 "kind)"));
    EXPECT_THAT(words, testing::Not(HasSubstr("town_1")));
}

// Every rule and quantity of the northwest's programme has words.
TEST(Conflict, AllFamiliesHaveWords) {
    const grid::System system =
        caseio::load_case(Comm(MPI_COMM_SELF),
                          std::string(LONGYANG_SOURCE_DIR) + "/cases/northwest/2030")
            .system;
    const model::Context context(system, {4000, 2});
    std::set<std::string> families;
    for (const model::BlockId id : model::list_blocks(system)) {
        lp::Block block;
        model::build_block(context, id, block);
        families.insert(block.families.begin(), block.families.end());
    }
    for (const lp::Pattern& pattern : model::make_coupling(context).patterns) {
        families.insert(pattern.tag);
    }
    EXPECT_GT(families.size(), 60U);
    for (const std::string& family : families) {
        EXPECT_NE(run::rule_words(family), family);
    }
}

TEST(Conflict, AnEmptyOneIsSaidSo) {
    grid::System system;
    const model::Context context(system, {0, 1});
    EXPECT_THAT(run::describe_conflict(context, {}, {}, {}, {}), HasSubstr("no small set"));
}

} // namespace
