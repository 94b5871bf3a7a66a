#include "caseio/csv_text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace longyang::caseio {
namespace {

std::vector<std::string> row(const CsvText& csv, std::size_t r) {
    std::vector<std::string> cells;
    for (std::size_t c = 0; c < csv.rows.at(r).count; ++c) {
        cells.emplace_back(csv.cell(r, c));
    }
    return cells;
}

using Cells = std::vector<std::string>;

TEST(CsvText, CutsCellsAndCountsLines) {
    const CsvText csv = cut_csv("a,b\n\n1, 2 \n   \n,\"x,\"\"y\"\"\"\n");
    ASSERT_EQ(csv.problem, "");
    ASSERT_EQ(csv.rows.size(), 3U);
    EXPECT_EQ(row(csv, 0), (Cells{"a", "b"}));
    EXPECT_EQ(row(csv, 1), (Cells{"1", "2"}));
    EXPECT_EQ(row(csv, 2), (Cells{"", "x,\"y\""}));
    EXPECT_EQ(csv.rows[0].line, 1);
    EXPECT_EQ(csv.rows[1].line, 3);
    EXPECT_EQ(csv.rows[2].line, 5);
}

TEST(CsvText, TakesByteOrderMarkAndCarriageReturns) {
    const CsvText csv = cut_csv("\xEF\xBB\xBFname,name_zh\r\nxining,西宁\r\nlanzhou,兰州");
    ASSERT_EQ(csv.problem, "");
    ASSERT_EQ(csv.rows.size(), 3U);
    EXPECT_EQ(row(csv, 0), (Cells{"name", "name_zh"}));
    EXPECT_EQ(row(csv, 1), (Cells{"xining", "西宁"}));
    EXPECT_EQ(row(csv, 2), (Cells{"lanzhou", "兰州"})); // the last line needs no end
    EXPECT_EQ(csv.rows[2].line, 3);
}

TEST(CsvText, ARowOverTwoLinesCountsAsItsFirst) {
    const CsvText csv = cut_csv("a\n\"1\n2\"\n3\n");
    ASSERT_EQ(csv.rows.size(), 3U);
    EXPECT_EQ(csv.cell(1, 0), "1\n2");
    EXPECT_EQ(csv.rows[1].line, 2);
    EXPECT_EQ(csv.rows[2].line, 4);
}

TEST(CsvText, TellsWhatItCannotRead) {
    EXPECT_EQ(cut_csv("a\nx\"y\n").problem_line, 2);
    EXPECT_EQ(cut_csv("a\n1\n\"x\n2\n").problem_line, 3);
    const CsvText gbk = cut_csv("name\n\xCE\xF7\xC4\xFE\n");
    EXPECT_EQ(gbk.problem, "a byte that is not UTF-8 (save the file as UTF-8)");
    EXPECT_EQ(gbk.problem_line, 2);
    const CsvText zero = cut_csv(std::string_view("a,b\n1,2\n\"3\n\",x\0y\n4,\0\n", 20));
    EXPECT_EQ(zero.problem, "a byte 0 (save the file as UTF-8)");
    EXPECT_EQ(zero.problem_line, 3);
    EXPECT_EQ(zero.problem_column, "b");
    EXPECT_EQ(cut_csv(std::string_view("a,b\0\n1,2\n", 9)).problem_column, "number 2");
    EXPECT_TRUE(cut_csv("").rows.empty());
    EXPECT_EQ(cut_csv("").problem, "");
}

TEST(CsvText, LeavesOutWhatASpreadsheetPutsBehindTheLastColumn) {
    const CsvText csv = cut_csv("name,kv,,\nmine,330,,\ntown,330\n,,,\n");
    EXPECT_EQ(row(csv, 0), (std::vector<std::string>{"name", "kv"}));
    EXPECT_EQ(row(csv, 1), (std::vector<std::string>{"mine", "330"}));
    EXPECT_EQ(row(csv, 2), (std::vector<std::string>{"town", "330"}));
    const CsvText held = cut_csv("name,kv,,\nmine,330,,\ntown,330,,7\n");
    EXPECT_EQ(row(held, 0).size(), 4U);
}

} // namespace
} // namespace longyang::caseio
