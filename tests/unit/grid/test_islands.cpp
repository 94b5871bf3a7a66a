#include "base/error.hpp"
#include "grid/islands.hpp"

#include <gtest/gtest.h>

namespace {

using longyang::grid::islands;

TEST(Islands, AreNumberedByTheirLowestBus) {
    const std::vector<int> from = {4, 1, 5};
    const std::vector<int> to = {0, 3, 4};
    EXPECT_EQ(islands(6, from, to), (std::vector<int>{0, 1, 2, 1, 0, 0}));
}

TEST(Islands, ABranchToNowhereIsADefect) {
    const std::vector<int> from = {0};
    const std::vector<int> to = {2};
    EXPECT_THROW(static_cast<void>(islands(2, from, to)), longyang::Error);
}

} // namespace
