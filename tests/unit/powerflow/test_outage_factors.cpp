// Outages by factors against networks that are built without the lost branches and solved anew.
#include "base/comm.hpp"
#include "base/error.hpp"
#include "dense.hpp"
#include "networks.hpp"
#include "powerflow/network.hpp"
#include "powerflow/outage_factors.hpp"
#include "powerflow/shift_factors.hpp"

#include <gtest/gtest.h>
#include <mpi.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace longyang::powerflow {
namespace {

/// A bridge as its definition says: without it there are more islands.
bool splits(const grid::System& system, std::size_t branch) {
    std::vector<int> from = system.branches.from_bus;
    std::vector<int> to = system.branches.to_bus;
    const auto count = [&](const std::vector<int>& of) {
        return *std::max_element(of.begin(), of.end());
    };
    const int whole = count(grid::islands(static_cast<int>(system.buses.kv.size()), from, to));
    to[branch] = from[branch];
    return count(grid::islands(static_cast<int>(system.buses.kv.size()), from, to)) > whole;
}

TEST(Bridges, AreTheBranchesWhoseLossSplits) {
    for (const int count : {6, 11, 50, 83, 200}) {
        std::mt19937 random(static_cast<unsigned>(count));
        const grid::System system = random_network(count, random);
        const std::vector<bool> bridge = bridges(make_network(system));
        for (std::size_t l = 0; l < bridge.size(); ++l) {
            ASSERT_EQ(bridge[l], splits(system, l)) << count << ' ' << l;
        }
    }
}

/// A random network with balanced injections, its single outages and as many double ones, with
/// actions after some.
struct Study {
    grid::System system;
    Network network;
    std::vector<double> injection, share;
    std::vector<Outage> outages;
    std::vector<OutageAction> actions;
    std::vector<double> action_mw;

    explicit Study(int count) {
        std::mt19937 random(static_cast<unsigned>(count)); // the same on all ranks
        const auto any = [&](int n) {
            return std::uniform_int_distribution<int>(0, n - 1)(random);
        };
        system = random_network(count, random);
        network = make_network(system);
        std::normal_distribution<double> power(0.0, 100.0);
        std::vector<double> sum(at(count), 0.0);
        for (int bus = 0; bus < count; ++bus) {
            injection.push_back(power(random));
            sum[at(network.island[at(bus)])] += injection.back();
            share.push_back(any(3) == 0 ? 1.0 + any(5) : 0.0); // so that parts can be dead
        }
        share[0] = share[at(count - 1)] = 1.0;
        injection[0] -= sum[0];
        injection[at(count - 1)] -= sum[1];
        const int branches = network.branches();
        for (int l = 0; l < branches; ++l) {
            outages.push_back({l, -1});
        }
        for (int k = 0; k < 2 * branches; ++k) {
            const Outage pair{any(branches), any(branches)};
            if (pair.branch != pair.second) {
                outages.push_back(pair);
            }
        }
        for (std::size_t o = 0; o < outages.size(); o += 3) {
            for (std::size_t k = 0; k < 1 + o % 2; ++k) {
                actions.push_back({static_cast<int>(o), any(count)});
                action_mw.push_back(power(random));
            }
        }
    }

    [[nodiscard]] Resolved resolve(std::size_t outage) const {
        std::vector<double> after = injection;
        for (std::size_t a = 0; a < actions.size(); ++a) {
            if (actions[a].outage == static_cast<int>(outage)) {
                after[at(actions[a].bus)] += action_mw[a];
            }
        }
        return {system, outages[outage].branch, outages[outage].second, after, share};
    }
};

/// Factors of all branches on every rank, from rows taken in two batches.
struct AllFactors {
    OutageFactors made;
    std::vector<double> value;

    AllFactors(const Comm& comm, const Study& s, const std::vector<double>& slack)
        : made(s.network, s.outages, s.actions, s.share) {
        const std::vector<int> owner = deal_out(comm, s.network.buses);
        const std::vector<int> all = all_branches(s.network);
        const auto half = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
        std::vector<ShiftFactors> batches;
        for (const auto& batch :
             {std::vector<int>(all.begin(), half), std::vector<int>(half, all.end())}) {
            batches.push_back(shift_factors(comm, s.network, owner, batch, slack));
            made.take(batches.back());
        }
        made.finish(comm);
        const std::size_t terms = made.source().size();
        value.assign(all.size() * terms, 0.0);
        for (const ShiftFactors& batch : batches) {
            const std::vector<double> rows = made.rows(batch);
            for (std::size_t r = 0; r < batch.branch.size(); ++r) {
                std::copy_n(rows.begin() + static_cast<std::ptrdiff_t>(r * terms), terms,
                            value.begin() +
                                static_cast<std::ptrdiff_t>(at(batch.branch[r]) * terms));
            }
        }
        sum_in_order(comm, value);
    }

    [[nodiscard]] double change(const Study& s, const std::vector<double>& flow, std::size_t row,
                                std::size_t outage) const {
        double mw = 0.0;
        for (auto k = made.first()[outage]; k < made.first()[outage + 1]; ++k) {
            const auto term = static_cast<std::size_t>(k);
            const auto source = static_cast<std::size_t>(made.source()[term]);
            const double amount =
                source < flow.size() ? flow[source] : s.action_mw[source - flow.size()];
            mw += value[row * made.source().size() + term] * amount;
        }
        return mw;
    }
};

class OutagesOfRandomNetwork : public testing::TestWithParam<int> {};

TEST_P(OutagesOfRandomNetwork, AreThoseOfTheNetworkBuiltAnew) {
    const Comm comm(MPI_COMM_WORLD);
    const Study s(GetParam());
    const std::vector<double> before = dense_flows(s.system, s.injection);
    double largest = 1.0;
    for (const double mw : before) {
        largest = std::max(largest, std::abs(mw));
    }
    int splitting = 0;
    int twice = 0;
    int with_dead = 0;
    for (const auto& slack : {std::vector<double>{}, s.share}) {
        const AllFactors factors(comm, s, slack);
        for (std::size_t o = 0; o < s.outages.size(); ++o) {
            const auto parts = factors.made.parts(static_cast<int>(o));
            splitting += parts.empty() ? 0 : 1;
            twice += parts.size() > 2 ? 1 : 0;
            const Resolved expected = s.resolve(o);
            for (std::size_t l = 0; l < before.size(); ++l) {
                const double change = factors.change(s, before, l, o);
                if (expected.dead[l]) { // the lost branches and dead parts: no word
                    ASSERT_EQ(change, 0.0);
                    with_dead += static_cast<int>(l) != s.outages[o].branch ? 1 : 0;
                } else {
                    ASSERT_NEAR(before[l] + change, expected.flow_mw[l], 1e-9 * largest)
                        << "outage " << o << " branch " << l;
                }
            }
        }
    }
    // All kinds have been there.
    EXPECT_GT(splitting, 20);
    EXPECT_GT(twice, 2);
    EXPECT_GT(with_dead, 20);
}

INSTANTIATE_TEST_SUITE_P(Buses, OutagesOfRandomNetwork, testing::Values(25, 50, 83));

// Buses 0, 1, 2 in a triangle of equal branches, bus 3 at the end of 2-3. 90 MW from 0 to 3: 60 on
// 0-2, 30 on 0-1-2.
class TriangleWithTail : public testing::Test {
protected:
    void SetUp() override {
        for (const auto& [from, to] : {std::pair{0, 1}, {1, 2}, {0, 2}, {2, 3}}) {
            add_branch(system, from, to, 0.1);
        }
        network = make_network(system);
    }

    std::vector<double> factors(const std::vector<Outage>& outages,
                                const std::vector<double>& share) {
        const Comm comm(MPI_COMM_WORLD);
        OutageFactors f(network, outages, {}, share);
        const ShiftFactors own =
            shift_factors(comm, network, deal_out(comm, 4), all_branches(network), {});
        f.take(own);
        f.finish(comm);
        const std::vector<double> rows = f.rows(own);
        std::vector<double> all(4 * f.source().size(), 0.0);
        for (std::size_t r = 0; r < own.branch.size(); ++r) {
            std::copy_n(rows.begin() + static_cast<std::ptrdiff_t>(r * f.source().size()),
                        f.source().size(),
                        all.begin() + own.branch[r] * static_cast<int>(f.source().size()));
        }
        sum_in_order(comm, all);
        return all;
    }

    grid::System system = buses(4);
    Network network;
};

TEST_F(TriangleWithTail, ByHand) {
    // Without 0-2 all goes round: +1 of it on 0-1 and 1-2. Without 2-3, whose 90 MW come from bus 0
    // alone and are taken up there and at bus 1 alike: bus 0 sends 45 to bus 1 instead of 90 to bus
    // 2: 0-1 carries 45 x 2/3 = 30, as before; 1-2 -15 instead of 30, half of 90 less; 0-2 15,
    // also.
    const auto f = factors({{2, -1}, {3, -1}}, {1.0, 1.0, 0.0, 1.0});
    const std::vector<double> expected = {1.0, 0.0, 1.0, -0.5, 0.0, -0.5, 0.0, 0.0};
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_NEAR(f[i], expected[i], 1e-13) << i;
    }
}

TEST_F(TriangleWithTail, DeadPartLosesItsPower) {
    const OutageFactors f(network, std::vector<Outage>{{3, -1}, {0, -1}}, {},
                          std::vector<double>{1.0, 0.0, 0.0, 0.0});
    const auto parts = f.parts(0);
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(parts[0].buses, (std::vector<int>{0, 1, 2}));
    EXPECT_FALSE(parts[0].dead);
    EXPECT_EQ(parts[1].buses, (std::vector<int>{3}));
    EXPECT_TRUE(parts[1].dead);
    EXPECT_TRUE(f.parts(1).empty());
}

TEST_F(TriangleWithTail, FaultsAreRefused) {
    const std::vector<Outage> one{{0, -1}};
    const auto make = [&](const std::vector<Outage>& outages,
                          const std::vector<OutageAction>& actions,
                          const std::vector<double>& share) {
        return OutageFactors(network, outages, actions, share);
    };
    EXPECT_THROW((void)make({{4, -1}}, {}, {}), Error);
    EXPECT_THROW((void)make({{1, 1}}, {}, {}), Error);
    EXPECT_THROW((void)make(one, {{1, 0}}, {}), Error);
    EXPECT_THROW((void)make(one, {{0, 4}}, {}), Error);
    EXPECT_THROW((void)make(one, {}, {1.0, 1.0, -1.0, 1.0}), Error);
    OutageFactors without_rows = make(one, {}, {});
    EXPECT_THROW(without_rows.finish(Comm(MPI_COMM_WORLD)), Error);
}

// A branch of -0.2 pu beside two of 0.1 pu in series: without the one of 0.3 pu beside them the
// others cancel; also where the branch to bus 3, which splits the network, is lost with it.
TEST(OutageFactorsOf, ReactancesThatCancelAreAnError) {
    const Comm comm(MPI_COMM_WORLD);
    grid::System system = buses(4);
    add_branch(system, 0, 1, 0.1);
    add_branch(system, 1, 2, 0.1);
    add_branch(system, 0, 2, -0.2);
    add_branch(system, 0, 2, 0.3);
    add_branch(system, 2, 3, 0.1);
    system.branches.name = {"first", "second", "capacitor", "beside", "radial"};
    const Network network = make_network(system);
    for (const Outage lost : {Outage{3, -1}, Outage{3, 4}}) {
        OutageFactors f(network, std::vector<Outage>{lost}, {}, {});
        f.take(shift_factors(comm, network, deal_out(comm, 4), all_branches(network), {}));
        try {
            f.finish(comm);
            FAIL() << "a singular network passed: " << lost.second;
        } catch (const Error& e) {
            EXPECT_EQ(e.code(), Exit::numerical);
            const std::string words = e.what();
            EXPECT_NE(words.find(lost.second < 0 ? "outage of branch beside leaves"
                                                 : "outage of branch beside and radial leaves"),
                      std::string::npos)
                << words;
        }
    }
}

} // namespace
} // namespace longyang::powerflow
