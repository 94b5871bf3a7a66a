#include "caseio/explain.hpp"
#include "caseio/number.hpp"
#include "caseio/registry.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

namespace longyang::caseio {
namespace {

TEST(Explain, DocsHoldTheSameText) {
    std::ifstream in(std::string(LONGYANG_SOURCE_DIR) + "/docs/formats/case.md", std::ios::binary);
    const std::string docs((std::istreambuf_iterator<char>(in)), {});
    EXPECT_TRUE(docs == explain_format())
        << "docs/formats/case.md is not what the program prints; write it anew with\n"
           "  longyang check --explain > docs/formats/case.md";
}

TEST(Explain, NamesEveryTableAndColumn) {
    const std::string text = explain_format();
    for (const Table& table : tables()) {
        EXPECT_NE(text.find("### " + table.name + ".csv\n"), std::string::npos) << table.name;
        for (const Column& column : table.columns) {
            EXPECT_NE(text.find("| `" + column.name + "` |"), std::string::npos) << column.name;
        }
    }
    EXPECT_NE(
        text.find("| `p_max_mw` | number | MW | 0.001 to 10000 | required | net capacity of a "
                  "unit |\n"),
        std::string::npos);
}

TEST(Explain, Defaults) {
    LoadedCase loaded;
    EXPECT_EQ(explain_defaults(loaded), "## Defaults filled in\n\nNone.\n");
    loaded.defaults.push_back({"thermal", "min_up_h", 3, "1"});
    loaded.defaults.push_back({"thermal", "p_min_profile", 2, ""});
    EXPECT_EQ(explain_defaults(loaded), "## Defaults filled in\n\n"
                                        "| table | column | default | rows |\n|---|---|---|---|\n"
                                        "| thermal | `min_up_h` | `1` | 3 |\n"
                                        "| thermal | `p_min_profile` | empty | 2 |\n");
}

// A default that does not fit its column would be told as a fault of every case.
TEST(Registry, DefaultsAndNamesAreSound) {
    std::set<std::string> names;
    std::set<std::string> targets;
    for (const Table& table : tables()) {
        EXPECT_TRUE(names.insert(table.name).second) << table.name;
        std::set<std::string> columns;
        for (const Column& column : table.columns) {
            EXPECT_TRUE(columns.insert(column.name).second) << table.name << " " << column.name;
            EXPECT_FALSE(column.meaning.empty()) << table.name << " " << column.name;
            const std::string fallback = column.fallback.value_or("");
            if (column.fallback && (column.kind == Kind::number || column.kind == Kind::integer)) {
                EXPECT_TRUE(
                    number_within(fallback, column.kind == Kind::integer, column.low, column.high))
                    << table.name << " " << column.name << " " << fallback;
            }
            if (column.kind == Kind::choice) {
                EXPECT_TRUE(!column.fallback ||
                            std::count(column.choices.begin(), column.choices.end(), fallback) == 1)
                    << table.name << " " << column.name << " " << fallback;
            }
            if (column.kind == Kind::reference) {
                targets.insert(column.target);
            }
        }
    }
    for (const std::string& target : targets) {
        EXPECT_TRUE(names.contains(target)) << target;
    }
}

} // namespace
} // namespace longyang::caseio
