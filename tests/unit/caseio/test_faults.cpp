// The faulty cases of tests/faults, in memory: tests/faults/test_faults.py does the same with the
// program.
#include "caseio/check_case.hpp"
#include "caseio/registry.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <string>

namespace longyang::caseio {
namespace {

const std::string folder = std::string(LONGYANG_SOURCE_DIR) + "/tests/faults/";

nlohmann::json fault_list() {
    std::ifstream in(folder + "faults.json");
    return nlohmann::json::parse(in).at("faults");
}

std::string& bytes_of(CaseFiles& files, const std::string& name) {
    const auto found = std::find_if(files.files.begin(), files.files.end(),
                                    [&](const CaseFile& file) { return file.name == name; });
    if (found != files.files.end()) {
        return found->bytes;
    }
    files.files.push_back({name, ""});
    return files.files.back().bytes;
}

/// Begin of a line, counted from 1, and of the one behind it.
std::pair<std::size_t, std::size_t> line_at(const std::string& text, int line) {
    std::size_t begin = 0;
    for (int k = 1; k < line; ++k) {
        begin = text.find('\n', begin) + 1;
    }
    return {begin, text.find('\n', begin) + 1};
}

void apply(CaseFiles& files, const nlohmann::json& edit) {
    const std::string name = edit.at("file");
    if (edit.contains("delete")) {
        std::erase_if(files.files, [&](const CaseFile& file) { return file.name == name; });
        return;
    }
    std::string& bytes = bytes_of(files, name);
    if (edit.contains("replace")) {
        const std::string old = edit.at("replace");
        const std::size_t at = bytes.find(old);
        ASSERT_NE(at, std::string::npos) << old;
        ASSERT_EQ(bytes.find(old, at + 1), std::string::npos) << old << " stands there twice";
        bytes.replace(at, old.size(), edit.at("with").get<std::string>());
    } else if (edit.contains("append")) {
        bytes += edit.at("append");
    } else if (edit.contains("write")) {
        bytes = edit.at("write");
    } else if (edit.contains("drop_line")) {
        const auto [begin, end] = line_at(bytes, edit.at("drop_line"));
        bytes.erase(begin, end - begin);
    } else if (edit.contains("line")) {
        const auto [begin, end] = line_at(bytes, edit.at("line"));
        bytes.replace(begin, end - begin, edit.at("text").get<std::string>() + "\n");
    } else {
        bytes = edit.at("header").get<std::string>() + "\n";
        for (int row = 0; row < edit.at("rows"); ++row) {
            bytes += edit.at("repeat").get<std::string>() + "\n";
        }
    }
}

TEST(Faults, TheBaseCaseHasNone) {
    EXPECT_EQ(words(all_faults(parse_case(read_files(folder + "base")))), "");
}

TEST(Faults, EachIsToldInWords) {
    const CaseFiles base = read_files(folder + "base");
    const nlohmann::json list = fault_list();
    EXPECT_GE(list.size(), 25U);
    for (const auto& fault : list) {
        SCOPED_TRACE(fault.at("name").get<std::string>());
        CaseFiles files = base;
        for (const auto& edit : fault.at("edits")) {
            apply(files, edit);
        }
        const std::string told = words(all_faults(parse_case(files)));
        for (const auto& expected : fault.at("expected")) {
            const std::string line = expected;
            EXPECT_NE(told.find(line), std::string::npos)
                << "expected: " << line << "\ntold: " << told;
        }
    }
}

// An edit that breaks one thing is told once: follow-on faults would hide the cause.
TEST(Faults, OneEditIsOneFault) {
    const CaseFiles base = read_files(folder + "base");
    for (const auto& fault : fault_list()) {
        const std::string name = fault.at("name");
        if (fault.at("edits").size() > 1 || name == "missing_required_table" ||
            fault.contains("only")) {
            continue; // names that are not there are missed by others
        }
        CaseFiles files = base;
        apply(files, fault.at("edits").at(0));
        const auto told = all_faults(parse_case(files));
        EXPECT_EQ(told.size(), 1U) << name << "\n" << words(told);
    }
}

/// What a cell may hold where nothing else is asked of it.
std::string plain_cell(const Table& table, const Column& column, const CaseFiles& files) {
    if (column.fallback) {
        return *column.fallback;
    }
    switch (column.kind) {
    case Kind::choice:
        return column.choices.front();
    case Kind::number:
    case Kind::integer:
        return fmt::format("{}", std::max(column.low, std::min(column.high, 1.0)));
    case Kind::reference: {
        const CaseFile* rows = files.find(column.target + ".csv");
        const std::size_t second = rows == nullptr ? std::string::npos : rows->bytes.find('\n');
        return second == std::string::npos
                   ? "nobody"
                   : rows->bytes.substr(second + 1, rows->bytes.find(',', second) - second - 1);
    }
    default:
        return table.name;
    }
}

// A row that names nobody is told, whatever other tables and checks make of it.
TEST(Faults, NamesOfNobodyAreTold) {
    const CaseFiles base = read_files(folder + "base");
    int columns = 0;
    for (const Table& table : tables()) {
        for (const Column& column : table.columns) {
            if (column.kind != Kind::reference) {
                continue;
            }
            SCOPED_TRACE(table.name + "." + column.name);
            CaseFiles files = base;
            std::vector<std::string> names;
            std::vector<std::string> cells;
            for (const Column& other : table.columns) {
                names.push_back(other.name);
                cells.push_back(other.name == column.name ? "zzz" : plain_cell(table, other, base));
            }
            const std::string header = fmt::format("{}", fmt::join(names, ","));
            const std::string row = fmt::format("{}", fmt::join(cells, ","));
            // Two such rows, as a row may be compared with others.
            bytes_of(files, table.name + ".csv") =
                table.named ? fmt::format("name,{}\nfirst,{}\nsecond,{}\n", header, row, row)
                            : fmt::format("{}\n{}\n{}\n", header, row, row);
            const std::string told = words(all_faults(parse_case(files)));
            EXPECT_NE(told.find(fmt::format("{}.csv:2: column {}: found \"zzz\"", table.name,
                                            column.name)),
                      std::string::npos)
                << told;
            ++columns;
        }
    }
    EXPECT_GT(columns, 40);
}

} // namespace
} // namespace longyang::caseio
