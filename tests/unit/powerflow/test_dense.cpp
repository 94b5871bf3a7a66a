// Against another way to the same flows: angles of the full matrix by dense elimination.
#include "base/comm.hpp"
#include "dense.hpp"
#include "networks.hpp"
#include "powerflow/flows.hpp"
#include "powerflow/network.hpp"
#include "powerflow/shift_factors.hpp"

#include <gtest/gtest.h>
#include <mpi.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>
#include <vector>

namespace longyang::powerflow {
namespace {

class RandomNetwork : public testing::TestWithParam<int> {};

TEST_P(RandomNetwork, FlowsAreThoseOfTheAngles) {
    const Comm comm(MPI_COMM_WORLD);
    const int count = GetParam();
    std::mt19937 random(static_cast<unsigned>(count)); // the same on all ranks
    const grid::System system = random_network(count, random);
    const Network network = make_network(system);
    constexpr std::size_t hours = 3;
    std::normal_distribution<double> power(0.0, 100.0);
    std::vector<double> injection(at(count) * hours);
    for (std::size_t t = 0; t < hours; ++t) { // balanced on both islands
        for (const auto& [begin, end] :
             {std::pair{0, count * 4 / 5}, std::pair{count * 4 / 5, count}}) {
            double sum_mw = 0.0;
            for (int bus = begin + 1; bus < end; ++bus) {
                injection[at(bus) * hours + t] = power(random);
                sum_mw += injection[at(bus) * hours + t];
            }
            injection[at(begin) * hours + t] = -sum_mw;
        }
    }
    const std::vector<int> owner = deal_out(comm, count);
    std::vector<double> slack(at(count), 0.0);
    slack[at(count / 3)] = 1.0;
    slack[at(count / 2)] = 3.0;
    slack[at(count - 1)] = 2.0;
    for (const auto& weight : {std::vector<double>{}, slack}) {
        const ShiftFactors own = shift_factors(comm, network, owner, all_branches(network), weight);
        const auto flow =
            whole(comm, network, own,
                  branch_flows(comm, network, own, hours, own_part(comm, owner, injection)), hours);
        for (std::size_t t = 0; t < hours; ++t) {
            std::vector<double> of_hour;
            for (std::size_t bus = 0; bus < at(count); ++bus) {
                of_hour.push_back(injection[bus * hours + t]);
            }
            const std::vector<double> expected = dense_flows(system, of_hour);
            double largest = 1.0;
            for (const double mw : expected) {
                largest = std::max(largest, std::abs(mw));
            }
            for (std::size_t l = 0; l < expected.size(); ++l) {
                ASSERT_NEAR(flow[l * hours + t], expected[l], 1e-10 * largest) << l << ' ' << t;
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Buses, RandomNetwork, testing::Values(50, 83, 120, 200));

} // namespace
} // namespace longyang::powerflow
