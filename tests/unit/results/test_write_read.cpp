#include "base/comm.hpp"
#include "base/error.hpp"
#include "example.hpp"
#include "results/datasets.hpp"
#include "results/hour_parts.hpp"
#include "results/read.hpp"
#include "results/write.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mpi.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

namespace longyang::results {
namespace {

using testing::HasSubstr;

/// Every test writes into a folder of its own: tests with 1, 2, 3 ranks run side by side.
class Files : public testing::Test {
protected:
    void SetUp() override {
        const auto* test = testing::UnitTest::GetInstance()->current_test_info();
        folder = fmt::format("results_{}_{}.tmp", test->name(), comm.size());
        if (comm.root()) {
            std::filesystem::remove_all(folder);
            std::filesystem::create_directories(folder);
        }
        MPI_Barrier(comm.raw());
    }
    void TearDown() override {
        MPI_Barrier(comm.raw());
        if (comm.root()) {
            std::filesystem::remove_all(folder);
        }
    }

    [[nodiscard]] std::string write(const std::string& name, grid::Span span) const {
        const auto owners = example::make_owners(system, comm.size());
        write_results(comm, folder + "/" + name, system, owners,
                      example::make_content(system, owners, comm.rank(), span));
        return folder + "/" + name;
    }

    static std::string words_of(const std::function<void()>& work, Exit expected) {
        try {
            work();
        } catch (const Error& e) {
            EXPECT_EQ(e.code(), expected);
            return e.what();
        }
        ADD_FAILURE() << "nothing was thrown";
        return "";
    }

    /// Files that are not written to their end.
    [[nodiscard]] long parts() const {
        const std::filesystem::directory_iterator all(folder);
        return std::count_if(begin(all), end(all), [](const auto& entry) {
            return entry.path().filename().string().find(".part") != std::string::npos;
        });
    }

    const Comm comm{MPI_COMM_WORLD};
    const grid::System system = example::make_system();
    std::string folder;
};

TEST(HourParts, WholeChunksInOrder) {
    // A year has 53 chunks of at most 168 hours; three ranks take 18, 18 and 17.
    EXPECT_EQ(hours_of_rank(8760, 0, 3).begin, 0U);
    EXPECT_EQ(hours_of_rank(8760, 0, 3).end, 18U * 168);
    EXPECT_EQ(hours_of_rank(8760, 2, 3).begin, 36U * 168);
    EXPECT_EQ(hours_of_rank(8760, 2, 3).end, 8760U);
    // One chunk goes to one rank.
    EXPECT_EQ(hours_of_rank(24, 0, 2).begin, 0U);
    EXPECT_EQ(hours_of_rank(24, 0, 2).end, 24U);
    EXPECT_EQ(hours_of_rank(24, 1, 2).begin, 24U);
    EXPECT_EQ(hours_of_rank(24, 1, 2).end, 24U);
}

TEST(HourParts, RowsComeFromTheirOwners) {
    const Comm comm(MPI_COMM_WORLD);
    const std::size_t hours = 2000;
    std::vector<int> owner;
    grid::HourTable table(7, hours);
    for (std::size_t i = 0; i < 7; ++i) {
        owner.push_back(static_cast<int>((3 * i + 1) % static_cast<std::size_t>(comm.size())));
        for (std::size_t t = 0; t < hours; ++t) {
            // What others hold in the row must not matter.
            table.row(i)[t] = owner[i] == comm.rank() ? static_cast<double>(10000 * i + t) : -99.0;
        }
    }
    const Share mine = hours_of_rank(hours, comm.rank(), comm.size());
    const grid::HourTable part = to_hours(comm, table, owner);
    ASSERT_EQ(part.items, 7U);
    ASSERT_EQ(part.hours, mine.end - mine.begin);
    for (std::size_t i = 0; i < 7; ++i) {
        for (std::size_t t = 0; t < part.hours; ++t) {
            ASSERT_EQ(part.row(i)[t], static_cast<double>(10000 * i + mine.begin + t));
        }
    }
}

TEST_F(Files, RoundTripOfHourlyData) {
    // Twelve chunks of hours, so that every rank writes.
    const std::string path = write("year.h5", {100, 2000});
    EXPECT_EQ(parts(), 0);
    const Stored stored = read_results(path);
    EXPECT_EQ(stored.span.begin, 100);
    EXPECT_EQ(stored.span.hours, 2000);
    EXPECT_EQ(stored.start, "2030-01-05T04:00:00");

    const grid::HourTable thermal = hourly(stored, "thermal/p_mw");
    ASSERT_EQ(thermal.items, 3U);
    ASSERT_EQ(thermal.hours, 2000U);
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t t = 0; t < 2000; ++t) {
            ASSERT_EQ(thermal.row(i)[t], example::thermal_p_mw(i, t));
        }
    }
    const grid::HourTable available = hourly(stored, "renewables/available_mw");
    for (std::size_t t = 0; t < 2000; ++t) {
        ASSERT_EQ(available.row(1)[t], example::renewable_p_mw(system, 1, 100 + t));
    }
    EXPECT_EQ(hourly(stored, "sections/flow_mw").row(0)[1999], 100.0 + 1999 % 24);
    EXPECT_EQ(hourly(stored, "buses/price_cny_per_mwh").row(2)[1500], 340.0 + 1500 % 24);
    EXPECT_EQ(hourly(stored, "branches/flow_mw").row(0)[1], -101.0);
    EXPECT_EQ(hourly(stored, "balances/load_mw").items, 2U);
    EXPECT_EQ(hourly(stored, "balances/generation_mw").items, 10U);
    EXPECT_EQ(hourly(stored, "balances/generation_mw").row(2)[7], 250.0); // hydro in A
}

TEST_F(Files, RoundTripOfEverythingElse) {
    const Stored stored = read_results(write("day.h5", {0, 24}));
    EXPECT_EQ(stored.header.status, "complete");
    EXPECT_EQ(stored.header.ranks, comm.size());
    EXPECT_EQ(stored.header.git_hash, "abcdef012345");
    EXPECT_EQ(stored.header.options, (std::vector<std::pair<std::string, std::string>>{
                                         {"gap", "0.005"}, {"output", "example.h5"}}));
    EXPECT_EQ(stored.header.libraries.front().second, "1.15.1");
    EXPECT_EQ(stored.info.name, "example");
    EXPECT_EQ(stored.info.year, 2030);
    EXPECT_EQ(stored.info.carbon_price_cny_per_t, 100.0);
    EXPECT_EQ(stored.certificate.bound_cny, 0.996e6);
    EXPECT_EQ(stored.certificate.bound_source, "HiGHS's own bound");
    EXPECT_EQ(stored.certificate.checks, 12345);
    ASSERT_EQ(stored.cost_parts_cny.size(), 2U);
    EXPECT_EQ(stored.cost_parts_cny[1], (std::pair<std::string, double>{"starts", 0.1e6}));
    ASSERT_EQ(stored.bound_parts_cny.size(), 2U);
    EXPECT_EQ(stored.bound_parts_cny[1], (std::pair<std::string, double>{"rows", 2.996e6}));
    ASSERT_EQ(stored.stages.size(), 2U);
    EXPECT_EQ(stored.stages[1].name, "dispatch");
    EXPECT_EQ(stored.stages[1].seconds, 20.25);
    EXPECT_EQ(stored.forecast.seconds_used, 21.0);
    ASSERT_EQ(stored.limits.size(), 2U);
    EXPECT_EQ(stored.limits[0].name, "A-B");
    EXPECT_EQ(stored.limits[0].price_cny_per_mwh, 12.5);
    EXPECT_EQ(stored.limits[1].name, "a1-b1");
    EXPECT_EQ(stored.limits[1].side, -1);
    ASSERT_EQ(stored.contracts.size(), 1U);
    EXPECT_EQ(stored.contracts[0].name, "export_year");
    EXPECT_EQ(stored.contracts[0].energy_mwh, 600.0 * 24);
    EXPECT_EQ(stored.contracts[0].price_cny_per_mwh, 21.5);
    const RowPrices prices = read_row_prices(stored);
    EXPECT_EQ(prices.tag, (grid::Names{"NW-1", "RE-1"}));
    EXPECT_EQ(prices.what, (grid::Names{"balance", "reserve up_a"}));
    EXPECT_EQ(prices.pattern, (std::vector<int>{0, 0, 1}));
    EXPECT_EQ(prices.begin, (std::vector<int>{0, 1, 0}));
    EXPECT_EQ(prices.end, (std::vector<int>{1, 2, 1}));
    EXPECT_EQ(prices.lower, (grid::Numbers{0.0, 0.0, 80.0}));
    EXPECT_EQ(prices.upper, (grid::Numbers{0.0, 0.0, 1e300}));
    EXPECT_EQ(prices.price_cny, (grid::Numbers{300.0, 310.5, 7.25}));
    EXPECT_EQ(prices.breach_cny, (grid::Numbers{1e300, 1e300, 500.0}));
    EXPECT_EQ(prices.term_pattern, (std::vector<int>{1}));
    EXPECT_EQ(prices.term_channel, (grid::Names{"reserve:up_a"}));
    EXPECT_EQ(prices.term_weight, (grid::Numbers{0.5}));
    EXPECT_EQ(hourly(stored, "storages/value_cny_per_mwh").row(1)[5], 215.0);
    EXPECT_TRUE(std::isnan(hourly(stored, "hydro/head_price_cny_per_hm3").row(0)[5]));
    EXPECT_TRUE(stored.breaches.empty());
    EXPECT_EQ(numbers(stored, "restart/columns"), (grid::Numbers{1.0, 2.5}));
    EXPECT_EQ(numbers(stored, "reservoirs/terminal_short_hm3"), (grid::Numbers{1.5}));
    EXPECT_EQ(texts(stored, "reserve_sharing/name"), (grid::Names{"up_a > up_b"}));
    EXPECT_EQ(texts(stored, "system/buses/name_zh"), (grid::Names{"甲一", "甲二", "乙一"}));
    EXPECT_EQ(texts(stored, "system/thermal/fuel"), (grid::Names{"coal", "coal", "gas"}));
    EXPECT_EQ(texts(stored, "system/loads/profile"), (grid::Names{"load", "load", ""}));
}

TEST_F(Files, EveryDatasetOfTheRegistryIsThereWithItsScales) {
    const Stored stored = read_results(write("day.h5", {0, 24}));
    for (const Dataset& d : datasets()) {
        const AnyData data = read_any(stored, d.path());
        EXPECT_EQ(data.dims, d.dims) << d.path();
        EXPECT_EQ(data.text, d.type == Type::text) << d.path();
    }
    for (const std::string& path : dataset_paths(stored)) {
        const AnyData data = read_any(stored, path);
        EXPECT_TRUE(std::none_of(data.dims.begin(), data.dims.end(), [](const std::string& dim) {
            return dim.empty();
        })) << path;
    }
    for (const Attribute& a : attributes()) {
        EXPECT_TRUE(std::any_of(stored.attributes.begin(), stored.attributes.end(),
                                [&](const auto& found) { return found.first == a.name; }))
            << a.name;
    }
}

TEST_F(Files, LongListsAreCompressed) {
    const auto owners = example::make_owners(system, comm.size());
    Content content = example::make_content(system, owners, comm.rank(), {0, 24});
    content.columns.assign(comm.root() ? 100000 : 0, 0.25); // whole on the root only
    write_results(comm, folder + "/long.h5", system, owners, content);
    const Stored stored = read_results(folder + "/long.h5");
    EXPECT_EQ(numbers(stored, "restart/columns"), grid::Numbers(100000, 0.25));
    EXPECT_LT(std::filesystem::file_size(folder + "/long.h5"), 800000U); // its bytes alone, plain
}

TEST_F(Files, ScheduleComesBackForARestart) {
    const grid::Span span{0, 48};
    const Stored stored = read_results(write("two_days.h5", span));
    const grid::Schedule schedule = read_schedule(stored, system);
    const auto alone = example::make_owners(system, 1);
    const Content whole = example::make_content(system, alone, 0, span);
    EXPECT_EQ(schedule.thermal_p_mw.values, whole.schedule.thermal_p_mw.values);
    EXPECT_EQ(schedule.storage_charge_mw.values, whole.schedule.storage_charge_mw.values);
    EXPECT_EQ(schedule.contract_of_period, whole.schedule.contract_of_period);
    EXPECT_EQ(schedule.contract_high_mwh, whole.schedule.contract_high_mwh);

    grid::System other = system;
    other.loads.line.push_back(9);
    EXPECT_THAT(words_of([&] { static_cast<void>(read_schedule(stored, other)); }, Exit::file),
                HasSubstr("loads/shed_mw has 3 items, the case 4"));
}

TEST_F(Files, WhatARunDidNotReachIsNaN) {
    const auto owners = example::make_owners(system, comm.size());
    Content content = example::make_content(system, owners, comm.rank(), {0, 24});
    content.branch_flow_mw = {};
    content.bus_price_cny_per_mwh = {};
    write_results(comm, folder + "/part.h5", system, owners, content);
    const Stored stored = read_results(folder + "/part.h5");
    EXPECT_TRUE(std::isnan(hourly(stored, "branches/flow_mw").row(1)[23]));
    EXPECT_TRUE(std::isnan(hourly(stored, "balances/price_cny_per_mwh").row(0)[0]));
    EXPECT_EQ(hourly(stored, "hvdc/p_mw").row(0)[0], 600.0);
}

TEST_F(Files, SystemWithEmptyTables) {
    grid::System small = system;
    small.storages = {};
    small.hvdc = {};
    small.contracts = {};
    small.reserve_sharing = {};
    const auto owners = example::make_owners(small, comm.size());
    Content content;
    content.header.status = "complete";
    content.span = {0, 24};
    content.schedule = grid::empty_schedule(small, content.span);
    write_results(comm, folder + "/small.h5", small, owners, content);
    const Stored stored = read_results(folder + "/small.h5");
    EXPECT_EQ(hourly(stored, "storages/charge_mw").items, 0U);
    EXPECT_EQ(hourly(stored, "loads/load_mw").row(2)[5], 900.0);
    EXPECT_TRUE(stored.contracts.empty());
}

TEST_F(Files, LeapYearJumpsOver29February) {
    grid::System leap = system;
    leap.info.year = 2028;
    const auto owners = example::make_owners(leap, comm.size());
    write_results(comm, folder + "/leap.h5", leap, owners,
                  example::make_content(leap, owners, comm.rank(), {1414, 4}));
    EXPECT_EQ(numbers(read_results(folder + "/leap.h5"), "thermal/hour"),
              (grid::Numbers{0, 1, 26, 27}));
}

TEST_F(Files, FolderThatIsNotThere) {
    const std::string words = words_of(
        [&] {
            static_cast<void>(write("no/such/day.h5", {0, 24}));
        },
        Exit::file);
    EXPECT_THAT(words, HasSubstr("no/such/day.h5' cannot be written: No such file"));
}

TEST_F(Files, WhatAnotherRunWritesUnderTheSameNameIsItsOwn) {
    const std::string path = folder + "/day.h5";
    const std::string other = path + ".elsewhere-1.part";
    if (comm.root()) {
        std::ofstream(other) << "half a file";
    }
    MPI_Barrier(comm.raw());
    if (comm.root()) {
        require_writable(path);
    }
    static_cast<void>(write("day.h5", {0, 24}));
    MPI_Barrier(comm.raw());
    EXPECT_EQ(parts(), 1);
    EXPECT_EQ(std::filesystem::file_size(other), 11U);
}

TEST_F(Files, WrongShapeIsADefectAndLeavesNoFile) {
    const auto owners = example::make_owners(system, comm.size());
    Content content = example::make_content(system, owners, comm.rank(), {0, 24});
    if (comm.rank() == comm.size() - 1) {
        content.schedule.thermal_p_mw = grid::HourTable(2, 24);
    }
    const std::string path = folder + "/wrong.h5";
    EXPECT_THAT(words_of([&] { write_results(comm, path, system, owners, content); }, Exit::defect),
                HasSubstr("thermal/p_mw has 2 x 24 values, expected 3 items x 24 hours"));
    MPI_Barrier(comm.raw());
    EXPECT_FALSE(std::filesystem::exists(path));
    EXPECT_EQ(parts(), 0);
}

TEST_F(Files, FailureWhileWritingLeavesTheOldFile) {
    const std::string path = write("day.h5", {0, 24});
    const auto size = std::filesystem::file_size(path);
    const auto owners = example::make_owners(system, comm.size());
    Content content = example::make_content(system, owners, comm.rank(), {0, 48});
    // The root fails when the hourly data are written already.
    content.header.options.emplace_back("gap", "a second time");
    EXPECT_THAT(words_of([&] { write_results(comm, path, system, owners, content); }, Exit::file),
                HasSubstr("writing attribute option_gap"));
    MPI_Barrier(comm.raw());
    EXPECT_EQ(parts(), 0);
    EXPECT_EQ(std::filesystem::file_size(path), size);
    EXPECT_EQ(read_results(path).span.hours, 24);
}

TEST_F(Files, WhatIsNoResultsFileIsSaidInWords) {
    if (!comm.root()) {
        return;
    }
    const auto words = [&](const std::string& path) {
        return words_of([&] { static_cast<void>(read_results(path)); }, Exit::file);
    };
    EXPECT_THAT(words(folder + "/none.h5"), HasSubstr("cannot be read: No such file"));
    std::ofstream(folder + "/text.h5") << "not HDF5";
    EXPECT_THAT(words(folder + "/text.h5"), HasSubstr("it is not HDF5"));
    std::ofstream(folder + "/empty.h5") << "";
    EXPECT_THAT(words(folder + "/empty.h5"), HasSubstr("it is not HDF5"));
}

TEST_F(Files, TruncatedFileIsSaidInWords) {
    const std::string path = write("day.h5", {0, 24});
    MPI_Barrier(comm.raw());
    if (comm.root()) {
        std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
        EXPECT_THAT(words_of([&] { static_cast<void>(read_results(path)); }, Exit::file),
                    HasSubstr("is damaged, perhaps cut short: "));
    }
}

} // namespace
} // namespace longyang::results
