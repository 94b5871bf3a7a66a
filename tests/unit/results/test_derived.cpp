#include "example.hpp"
#include "results/derived.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace longyang::results {
namespace {

TEST(Heat, FollowsTheCurveOverSharedUnits) {
    const auto system = example::make_system();
    const HeatCurve curve = heat_curve(system, 0); // 100, 200, 300 MW: 1000, 1900, 2900 GJ/h
    ASSERT_EQ(curve.size(), 3U);
    EXPECT_DOUBLE_EQ(heat_gj(curve, 0.0, 0.0), 0.0);
    EXPECT_DOUBLE_EQ(heat_gj(curve, 1.0, 100.0), 1000.0);
    EXPECT_DOUBLE_EQ(heat_gj(curve, 1.0, 150.0), 1450.0);
    EXPECT_DOUBLE_EQ(heat_gj(curve, 1.0, 250.0), 2400.0);
    // Two units at 450 MW: 2000 at minimum, 200 MW at 9, 50 MW at 10 GJ/MWh.
    EXPECT_DOUBLE_EQ(heat_gj(curve, 2.0, 450.0), 2000.0 + 1800.0 + 500.0);
}

class Balances : public testing::Test {
protected:
    void SetUp() override {
        const partition::Owners alone = example::make_owners(system, 1);
        const Content content = example::make_content(system, alone, 0, hours);
        const grid::Schedule& s = content.schedule;
        tables = {{"thermal/units_on", s.thermal_units_on},
                  {"thermal/p_mw", s.thermal_p_mw},
                  {"thermal/captured_t", s.thermal_captured_t},
                  {"hydro/p_mw", s.hydro_p_mw},
                  {"renewables/p_mw", s.renewable_p_mw},
                  {"storages/charge_mw", s.storage_charge_mw},
                  {"storages/discharge_mw", s.storage_discharge_mw},
                  {"hvdc/p_mw", s.hvdc_p_mw},
                  {"loads/shed_mw", s.load_shed_mw},
                  {"buses/price_cny_per_mwh", content.bus_price_cny_per_mwh}};
        derive(system, hours, tables);
    }
    [[nodiscard]] double value(const std::string& path, std::size_t item, std::size_t hour) const {
        return tables.at(path).row(item)[hour];
    }

    const grid::Span hours{48, 24};
    const grid::System system = example::make_system();
    HourTables tables;
};

// Technologies: coal 0, gas_ccgt 1, hydro 2, pv 3, wind 4; cell = region x 5 + technology.
TEST_F(Balances, AxesInOrderOfFirstAppearance) {
    const BalanceAxes axes = balance_axes(system);
    EXPECT_EQ(axes.technologies, (grid::Names{"coal", "gas_ccgt", "hydro", "pv", "wind"}));
    EXPECT_EQ(axes.storage_technologies, (grid::Names{"battery", "csp"}));
    EXPECT_EQ(axes.thermal, (std::vector<std::size_t>{0, 0, 1}));
}

// PV at nine tenths of 1000 MW x 1, of which the battery takes 60.
TEST_F(Balances, WhatAConnectionCarries) {
    EXPECT_NEAR(value("connections/p_mw", 0, 12), 900.0 - 60.0, 1e-9);
    EXPECT_NEAR(value("connections/p_mw", 0, 0), 0.0, 1e-9);
}

TEST_F(Balances, ByRegionAndTechnology) {
    EXPECT_DOUBLE_EQ(value("balances/generation_mw", 0, 12), 212.0);     // coal_a
    EXPECT_DOUBLE_EQ(value("balances/generation_mw", 5, 12), 222.0);     // coal_b
    EXPECT_DOUBLE_EQ(value("balances/generation_mw", 5 + 1, 12), 232.0); // gas_b
    EXPECT_DOUBLE_EQ(value("balances/generation_mw", 2, 12), 250.0);     // dam
    EXPECT_DOUBLE_EQ(value("balances/generation_mw", 3, 12), 900.0);     // pv_a at noon
    EXPECT_NEAR(value("balances/curtailed_mw", 3, 12), 100.0, 1e-9);
    EXPECT_DOUBLE_EQ(value("balances/curtailed_mw", 5 + 4, 12), 0.0);
    EXPECT_DOUBLE_EQ(value("balances/charge_mw", 0, 12), 60.0);
    EXPECT_DOUBLE_EQ(value("balances/discharge_mw", 0, 19), 50.0);
    EXPECT_DOUBLE_EQ(value("balances/discharge_mw", 2 + 0, 19), 0.0); // none in B
}

TEST_F(Balances, LoadExportAndPrice) {
    EXPECT_DOUBLE_EQ(value("loads/load_mw", 0, 12), 240.0); // 200 x 1.2 at noon
    EXPECT_DOUBLE_EQ(value("loads/load_mw", 2, 12), 900.0); // no profile
    EXPECT_DOUBLE_EQ(value("balances/load_mw", 0, 12), 600.0);
    EXPECT_DOUBLE_EQ(value("balances/shed_mw", 1, 20), 7.0);
    EXPECT_DOUBLE_EQ(value("balances/hvdc_export_mw", 0, 5), 600.0);
    // A at noon: 212 coal + 250 hydro + 900 PV - 60 charge - 600 load - 600 HVDC.
    EXPECT_DOUBLE_EQ(value("balances/ac_export_mw", 0, 12), 102.0);
    // A: 240 MW at 312 CNY, 360 MW at 332 CNY; B: one bus.
    EXPECT_DOUBLE_EQ(value("balances/price_cny_per_mwh", 0, 12), 324.0);
    EXPECT_DOUBLE_EQ(value("balances/price_cny_per_mwh", 1, 12), 352.0);
}

TEST_F(Balances, HeatAndCo2) {
    // coal_a, one unit at 212 MW: 1000 + 900 + 12 x 10 GJ, 0.1 t/GJ.
    EXPECT_DOUBLE_EQ(value("thermal/heat_gj", 0, 12), 2020.0);
    EXPECT_DOUBLE_EQ(value("thermal/co2_t", 0, 12), 202.0);
    EXPECT_DOUBLE_EQ(value("balances/co2_t", 0, 12), 202.0);
    // coal_b 222 MW: 2120 GJ; gas_b 232 MW: 500 + 182 x 8 = 1956 GJ at 0.05 t.
    EXPECT_DOUBLE_EQ(value("balances/co2_t", 1, 12), 212.0 + 97.8);
}

// coal_a, one unit at 212 MW with an ordinary minimum of 250 MW: 30 MW less in the first tier, 8 in
// the second, which burns 2 GJ/MWh of gas. 60 MW of heat for units of 50: two carry it, one runs.
TEST_F(Balances, DeepLoadReductionAndHeatSupply) {
    grid::System changed = system;
    changed.thermal.p_min_mw[0] = 250;
    changed.deep_load.plant = {0, 0};
    changed.deep_load.down_to_mw = {220, 100};
    changed.deep_load.oil = {-1, 1};
    changed.deep_load.oil_gj_per_mwh = {0, 2};
    changed.deep_load.wear_cny_per_mwh = {10, 20};
    changed.heat_supply.plant = {0};
    changed.heat_supply.kind = {"extraction"};
    changed.heat_supply.heat_mw = {60};
    changed.heat_supply.heat_profile = {-1};
    changed.heat_supply.unit_heat_max_mw = {50};
    changed.heat_supply.base_mw = {0};
    changed.heat_supply.mw_per_heat_mw = {1};
    changed.heat_supply.loss_mw_per_heat_mw = {0};
    derive(changed, hours, tables);
    EXPECT_DOUBLE_EQ(value("thermal/deep_reduction_mw", 0, 12), 38.0);
    EXPECT_DOUBLE_EQ(value("thermal/co2_t", 0, 12), 202.0 + 8 * 2 * 0.05);
    EXPECT_DOUBLE_EQ(value("thermal/units_required", 0, 12), 2.0);
    EXPECT_DOUBLE_EQ(value("thermal/heat_supply_mw", 0, 12), 30.0);
}

// Of 40 MW sent from A to B, and 10 back in the first hour, a tenth is lost where it is sent.
TEST_F(Balances, LinksExchangeLessTheirLosses) {
    grid::System linked = system;
    linked.dc_links.name = {"a_b"};
    linked.dc_links.line = {2};
    linked.dc_links.from_bus = {0};
    linked.dc_links.to_bus = {2};
    linked.dc_links.loss_pu = {0.1};
    const double without_a = value("balances/ac_export_mw", 0, 12);
    const double without_b = value("balances/ac_export_mw", 1, 12);
    grid::HourTable forward(1, hours.size());
    grid::HourTable backward(1, hours.size());
    std::fill(forward.values.begin(), forward.values.end(), 40.0);
    backward.values[0] = 10.0;
    tables["dc_links/forward_mw"] = forward;
    tables["dc_links/backward_mw"] = backward;
    derive(linked, hours, tables);
    EXPECT_DOUBLE_EQ(value("dc_links/from_mw", 0, 0), 9.0 - 40.0);
    EXPECT_DOUBLE_EQ(value("dc_links/to_mw", 0, 0), 36.0 - 10.0);
    EXPECT_DOUBLE_EQ(value("dc_links/from_mw", 0, 12), -40.0);
    EXPECT_DOUBLE_EQ(value("dc_links/to_mw", 0, 12), 36.0);
    EXPECT_DOUBLE_EQ(value("balances/dc_loss_mw", 0, 0), 4.0);
    EXPECT_DOUBLE_EQ(value("balances/dc_loss_mw", 1, 0), 1.0);
    // What plants and loads leave is the exchange and the loss.
    EXPECT_DOUBLE_EQ(value("balances/ac_export_mw", 0, 12), without_a - 4.0);
    EXPECT_DOUBLE_EQ(value("balances/ac_export_mw", 1, 12), without_b);
}

} // namespace
} // namespace longyang::results
