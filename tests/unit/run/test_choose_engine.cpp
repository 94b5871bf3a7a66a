#include "run/choose_engine.hpp"

#include <gtest/gtest.h>

namespace longyang::run {
namespace {

grid::System plants_of(int thermal, int storages) {
    grid::System system;
    system.thermal.name.resize(static_cast<std::size_t>(thermal), "coal");
    system.storages.name.resize(static_cast<std::size_t>(storages), "battery");
    return system;
}

std::string choice(const RunOptions& options, const grid::System& system, int hours) {
    return chosen_engine(options, system, {0, hours});
}

RunOptions choose() {
    RunOptions options;
    options.engine = "choose";
    options.security = "off";
    return options;
}

TEST(ChooseEngine, BySizeOfTheSpan) {
    const grid::System system = plants_of(75, 50);
    EXPECT_EQ(plant_hours(system, {5, 24}), 3000);
    EXPECT_EQ(choice(choose(), system, 24), "highs");
    EXPECT_EQ(choice(choose(), system, 25), "prices");
}

TEST(ChooseEngine, ADayOfAThousandPlantsIsNotSoonRelaxed) {
    EXPECT_TRUE(soon_relaxed(plants_of(500, 0), {5, 24}));
    EXPECT_FALSE(soon_relaxed(plants_of(1000, 0), {5, 24}));
}

TEST(ChooseEngine, ManyHoursAreNoProgrammeHoweverFewThePlants) {
    EXPECT_EQ(choice(choose(), plants_of(2, 1), 48), "highs");
    EXPECT_EQ(choice(choose(), plants_of(2, 1), 49), "prices");
}

TEST(ChooseEngine, WhatTheOtherOptionsNeedComesFirst) {
    const grid::System small = plants_of(1, 1);
    const grid::System large = plants_of(1000, 0);
    RunOptions relaxed = choose();
    relaxed.relax = true;
    EXPECT_EQ(choice(relaxed, large, 24), "highs");
    RunOptions written = choose();
    written.write_mps = "out.mps";
    EXPECT_EQ(choice(written, large, 24), "highs");
    RunOptions warm = choose();
    warm.warm = {"year.h5"};
    EXPECT_EQ(choice(warm, small, 1), "prices");
    RunOptions secured = choose();
    secured.security = "n1";
    EXPECT_EQ(choice(secured, small, 1), "prices");
}

TEST(ChooseEngine, WhatIsAskedForIsTaken) {
    RunOptions options = choose();
    for (const char* engine : {"highs", "prices"}) {
        options.engine = engine;
        EXPECT_EQ(choice(options, plants_of(1, 0), 1), engine);
        EXPECT_EQ(choice(options, plants_of(1000, 0), 1), engine);
    }
}

} // namespace
} // namespace longyang::run
