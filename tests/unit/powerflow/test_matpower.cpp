// DC power flow and PTDF of MATPOWER; data, source and tolerances in tests/verification/data.
#include "base/comm.hpp"
#include "networks.hpp"
#include "powerflow/flows.hpp"
#include "powerflow/network.hpp"
#include "powerflow/shift_factors.hpp"

#include <gtest/gtest.h>
#include <mpi.h>

#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace longyang::powerflow {
namespace {

using Cells = std::vector<std::vector<std::string>>;

/// Rows of a CSV file without its header; quoted cells do not hold the first columns read here.
Cells read_csv(const std::string& path) {
    std::ifstream file(path);
    if (!file) {
        throw std::runtime_error(path + " cannot be read");
    }
    Cells rows;
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
        std::istringstream cells(line);
        auto& row = rows.emplace_back();
        for (std::string cell; std::getline(cells, cell, ',');) {
            row.push_back(cell);
        }
    }
    return rows;
}

struct Tolerance {
    double rtol = 0.0, atol = 0.0;
    [[nodiscard]] double of(double value) const { return atol + rtol * std::abs(value); }
};

class Matpower : public testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        const std::string folder =
            std::string(LONGYANG_SOURCE_DIR) + "/tests/verification/data/matpower_" + GetParam();
        const Cells bus_rows = read_csv(folder + "/buses.csv");
        system = buses(static_cast<int>(bus_rows.size()));
        for (const auto& row : bus_rows) {
            injection_mw.push_back(std::stod(row[1]));
            slack.push_back(std::stod(row[2]));
        }
        for (const auto& row : read_csv(folder + "/branches.csv")) {
            add_branch(system, std::stoi(row[0]) - 1, std::stoi(row[1]) - 1, std::stod(row[2]),
                       std::stod(row[3]), std::stod(row[4]));
            flow_mw.push_back(std::stod(row[5]));
        }
        for (const auto& row : read_csv(folder + "/ptdf.csv")) {
            for (std::size_t bus = 1; bus < row.size(); ++bus) {
                ptdf.push_back(std::stod(row[bus]));
            }
        }
        for (const auto& row : read_csv(folder + "/tolerances.csv")) {
            tolerance[row[0]] = {std::stod(row[1]), std::stod(row[2])};
        }
    }

    grid::System system;
    std::vector<double> injection_mw, slack, flow_mw, ptdf;
    std::map<std::string, Tolerance> tolerance;
};

TEST_P(Matpower, ShiftFactorsAndFlows) {
    const Comm comm(MPI_COMM_WORLD);
    const Network network = make_network(system);
    const std::vector<int> owner = deal_out(comm, network.buses);
    const ShiftFactors own = shift_factors(comm, network, owner, all_branches(network), slack);
    const GatheredRows rows = all_rows(comm, network, own);
    ASSERT_EQ(rows.value.size(), ptdf.size());
    for (std::size_t i = 0; i < ptdf.size(); ++i) {
        ASSERT_NEAR(rows.value[i], ptdf[i], tolerance.at("ptdf").of(ptdf[i])) << i;
    }
    const auto flow =
        whole(comm, network, own,
              branch_flows(comm, network, own, 1, own_part(comm, owner, injection_mw)), 1);
    ASSERT_EQ(flow.size(), flow_mw.size());
    for (std::size_t l = 0; l < flow.size(); ++l) {
        EXPECT_NEAR(flow[l], flow_mw[l], tolerance.at("flow_mw").of(flow_mw[l])) << l;
    }
}

INSTANTIATE_TEST_SUITE_P(Cases, Matpower, testing::Values("case14", "case118"));

} // namespace
} // namespace longyang::powerflow
