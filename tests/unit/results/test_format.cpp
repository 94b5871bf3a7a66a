#include "caseio/registry.hpp"
#include "example.hpp"
#include "results/columns.hpp"
#include "results/datasets.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

namespace longyang::results {
namespace {

TEST(Format, PageIsWhatTheRegistryPrints) {
    std::ifstream file(LONGYANG_SOURCE_DIR "/docs/formats/results.md", std::ios::binary);
    std::ostringstream page;
    page << file.rdbuf();
    EXPECT_EQ(page.str(), describe_format())
        << "write docs/formats/results.md anew: build/*/bin/write_example_results --format";
}

TEST(Format, PathsAreUniqueAndGroupsKnown) {
    std::set<std::string> paths;
    for (const Dataset& d : datasets()) {
        EXPECT_TRUE(paths.insert(d.path()).second) << d.path();
        EXPECT_TRUE(std::any_of(groups().begin(), groups().end(), [&](const Group& g) {
            return g.name == d.group;
        })) << d.path();
        EXPECT_FALSE(d.unit.empty()) << d.path();
    }
}

// A column added to the case format must not be forgotten in the results.
TEST(Format, SystemTablesHaveEveryColumnOfTheCase) {
    const auto system = example::make_system();
    const auto listed = system_tables(system);
    ASSERT_EQ(listed.size(), caseio::tables().size());
    for (std::size_t k = 0; k < listed.size(); ++k) {
        const caseio::Table& table = caseio::tables()[k];
        EXPECT_EQ(listed[k].name, table.name);
        EXPECT_EQ(listed[k].named, table.named) << table.name;
        std::vector<std::string> expected;
        for (const caseio::Column& column : table.columns) {
            expected.push_back(column.name);
        }
        expected.insert(expected.end(), {"source", "quality", "note"});
        std::vector<std::string> found;
        for (const SystemColumn& column : listed[k].columns) {
            found.push_back(column.name);
        }
        EXPECT_EQ(found, expected) << table.name;
    }
}

} // namespace
} // namespace longyang::results
