#include "kernels/flows.hpp"
#include "kernels/runtime.hpp"

#include <gtest/gtest.h>

#include <string>

namespace longyang::kernels {
namespace {

TEST(Runtime, RespectsOneStartedElsewhere) {
    {
        const Runtime second; // main() holds the first
    }
    // The backend must still run: a kernel gives the right answer.
    const std::vector<double> ptdf{2.0};
    const std::vector<double> injection{3.0};
    std::vector<double> flow(1);
    branch_flows(1, 1, 1, ptdf, injection, {}, flow);
    EXPECT_EQ(flow[0], 6.0);
    EXPECT_GE(backend().concurrency, 1);
}

TEST(Runtime, NamesItsBackend) {
    const Backend b = backend();
    EXPECT_FALSE(b.name.empty());
    EXPECT_GE(std::stoi(b.version), 3);
    EXPECT_NE(describe_backend().find(b.name), std::string::npos);
    EXPECT_NE(describe_backend().find(b.version), std::string::npos);
}

} // namespace
} // namespace longyang::kernels
