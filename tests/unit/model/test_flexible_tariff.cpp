// FL-7: what loads draw by a tariff.
#include "base/comm.hpp"
#include "grid/cascades.hpp"
#include "model/flexible_tariff.hpp"
#include "more_plants.hpp"
#include "partition/partition.hpp"
#include "random_flexible.hpp"
#include "small_system.hpp"
#include "verify/verify.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace {

using namespace longyang;
using namespace longyang::testing;

std::vector<double> draws(const grid::System& system, int hours) {
    return model::tariff_draw_mw(model::Context(system, {0, hours}), 0);
}

/// 10 MWh used an hour, up to 25 MW, a store of 30 MWh; 300 CNY/MWh times 1, 0.5, 1, 0.8, 1.
FlexibleRow heater(grid::System& system) {
    FlexibleRow row;
    row.draw_max_mw = 25;
    row.demand_mw = 10;
    row.energy_max_mwh = 30;
    row.tariff_cny_per_mwh = 300;
    row.tariff_profile = add_profile(system, {1, 0.5, 1, 0.8, 1});
    return row;
}

TEST(FlexibleTariff, DrawsWhereItsTariffIsCheapest) {
    grid::System system = one_bus();
    add_flexible_load(system, heater(system));
    // Hour 0 draws for itself, there is nothing before it. Hour 1, the cheapest, gives its 25 MW:
    // 10 for itself, 10 for hour 2, 5 for hour 3. Hour 3 draws the other 5, and 10 for hour 4.
    EXPECT_EQ(draws(system, 5), (std::vector<double>{10, 25, 0, 15, 0}));
}

TEST(FlexibleTariff, AFullStoreCarriesNoMore) {
    grid::System system = one_bus();
    FlexibleRow row = heater(system);
    row.energy_max_mwh = 12;
    add_flexible_load(system, row);
    // At the end of hour 1 the store holds 12: 10 for hour 2, 2 for hour 3. Hour 3 draws 8 and 10
    // for hour 4.
    EXPECT_EQ(draws(system, 5), (std::vector<double>{10, 22, 0, 18, 0}));
}

TEST(FlexibleTariff, StartsAndEndsOnWhatItsHoursHave) { // FL-5
    grid::System system = one_bus();
    FlexibleRow row = heater(system);
    row.energy_initial_mwh = 5;
    row.energy_initial_profile = add_profile(system, {2, 1, 1, 1, 1, 4});
    add_flexible_load(system, row);
    // Hour 0 is met by the 10 MWh of the start. Of the 20 asked for behind hour 4, hour 3 draws 10
    // beside its own 5 and hour 4's 10, and hour 4 the rest.
    EXPECT_EQ(draws(system, 5), (std::vector<double>{0, 25, 0, 25, 10}));
}

TEST(FlexibleTariff, LossesCountAgainstACheaperHour) {
    grid::System system = one_bus();
    FlexibleRow row = heater(system);
    row.loss_per_h = 0.4;
    add_flexible_load(system, row);
    // Of a MWh drawn in hour 1, 0.6 are left in hour 2: 150 / 0.6 = 250 < 300; in hour 3 0.36, at
    // 417 against 240. So hour 2's 10 MWh are drawn as 16.667 in hour 1, of which 25 - 10 = 15 go:
    // 9 MWh, and 1 in hour 2. Hour 4 would cost 240 / 0.6 = 400 in hour 3: it draws for itself.
    const std::vector<double> found = draws(system, 5);
    const std::vector<double> expected = {10, 25, 1, 10, 10};
    for (std::size_t t = 0; t < expected.size(); ++t) {
        EXPECT_NEAR(found[t], expected[t], 1e-9) << t;
    }
}

TEST(FlexibleTariff, DemandThatMayWaitDoes) {
    grid::System system = one_bus();
    FlexibleRow row = heater(system);
    row.energy_max_mwh = 0;
    row.late_h = 1;
    row.draw_max_mw = 20;
    add_flexible_load(system, row);
    // Work of an hour may be done in the next one: hour 0's in hour 1, hour 2's in hour 3; hour 4's
    // is due at the end of the span.
    EXPECT_EQ(draws(system, 5), (std::vector<double>{0, 20, 0, 20, 10}));
}

TEST(FlexibleTariff, TheSystemServesWhatTheTariffAsksFor) {
    grid::System system = one_bus();
    add_flexible_load(system, heater(system));
    add_flexible(system, 0, 1000, 100, add_profile(system, {1, 0, 1, 0, 1}));
    add_flexible(system, 0, 1000, 500);
    const SpanSolution found = solve_span(system, {0, 5});
    // Plants at 100 CNY/MWh stand in hours 0, 2 and 4, in which the tariff is dear.
    EXPECT_EQ(row_of(found.schedule.flexible_draw_mw, 0), (std::vector<double>{10, 25, 0, 15, 0}));
    EXPECT_NEAR(found.cost_cny, 10 * 100 + 40 * 500, 1e-6);
}

FlexibleRow drawing_row(grid::System& system, Random& random, int hours) {
    while (true) {
        FlexibleRow row = random_flexible(system, random, hours, false);
        if (row.budget_mwh == 0.0 && row.exchange_max_mw == 0.0) {
            row.give_max_mw = 0.0;
            row.unserved_max_pu = 0.0;
            row.tariff_cny_per_mwh = random.number(100, 800);
            row.tariff_profile = random_profile(system, random, hours, 0.2, 2.0);
            row.energy_initial_profile =
                random.one_in(2) ? -1 : random_profile(system, random, hours, 0.5, 1.0);
            return row;
        }
    }
}

double bill_cny(const grid::System& system, const std::vector<double>& draw_mw) {
    const grid::FlexibleLoads& table = system.flexible_loads;
    double cny = 0.0;
    for (std::size_t t = 0; t < draw_mw.size(); ++t) {
        cny += table.tariff_cny_per_mwh[0] * draw_mw[t] *
               grid::profile_value(system, table.tariff_profile[0], static_cast<int>(t), 1.0);
    }
    return cny;
}

TEST(FlexibleTariff, RandomBillsAreHiGHSsLeast) {
    constexpr int hours = 30;
    int solved = 0;
    for (unsigned seed = 1; seed <= 200; ++seed) {
        grid::System system = one_bus();
        Random random(seed);
        const FlexibleRow row = drawing_row(system, random, hours);
        add_flexible_load(system, row);
        const std::vector<double> found = draws(system, hours);
        // HiGHS plans the same store at prices that are the tariff's.
        grid::System free = system;
        free.flexible_loads.tariff_cny_per_mwh[0] = 0.0;
        std::vector<double> prices;
        prices.reserve(hours);
        for (int t = 0; t < hours; ++t) {
            prices.push_back(row.tariff_cny_per_mwh *
                             grid::profile_value(system, row.tariff_profile, t, 1.0));
        }
        const SpanSolution best =
            solve_at_prices(free, {0, hours}, {model::Kind::flexible, 0}, prices);
        ASSERT_EQ(best.status == solve::highs::Status::optimal, !found.empty()) << "seed " << seed;
        if (found.empty()) {
            continue;
        }
        ++solved;
        const double least = bill_cny(system, row_of(best.schedule.flexible_draw_mw, 0));
        EXPECT_NEAR(bill_cny(system, found), least, 1e-7 * least) << "seed " << seed;
    }
    EXPECT_GT(solved, 100);
}

TEST(FlexibleTariff, TheCheckerFindsADrawThatIsNotTheCheapest) {
    grid::System system = one_bus();
    add_flexible_load(system, heater(system));
    add_flexible(system, 0, 1000, 100);
    SpanSolution found = solve_span(system, {0, 5});
    const auto rules = [&] {
        std::vector<std::string> broken;
        const verify::Report report =
            verify::check_schedule(world(), system, partition::share_out(system, 1), found.schedule,
                                   verify::Flows{}, verify::Settings{});
        for (const verify::Breach& breach : report.breaches) {
            broken.push_back(breach.rule);
        }
        return broken;
    };
    EXPECT_TRUE(rules().empty());
    // 5 MWh of hour 3 in hour 2, where they cost 300 in place of 240 CNY/MWh.
    const auto move = [&](grid::HourTable& table, std::size_t t, double by) {
        table.row(0)[t] += by;
    };
    for (grid::HourTable* table :
         {&found.schedule.flexible_draw_mw, &found.schedule.flexible_p_mw}) {
        move(*table, 2, 5);
        move(*table, 3, -5);
    }
    move(found.schedule.flexible_energy_mwh, 2, 5);
    const std::vector<std::string> broken = rules();
    EXPECT_TRUE(std::find(broken.begin(), broken.end(), "FL-7 dearest draw") != broken.end());
}

} // namespace
