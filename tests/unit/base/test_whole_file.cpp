#include "../own_folder.hpp"
#include "base/error.hpp"
#include "base/whole_file.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace longyang {
namespace {

namespace fs = std::filesystem;

std::string content(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST(WholeFile, GetsItsNameAtTheEnd) {
    const OwnFolder folder;
    std::ofstream(folder / "table.csv") << "before";
    WholeFile file(folder / "table.csv");
    file.write("hour,");
    EXPECT_EQ(content(folder / "table.csv"), "before");
    file.write("mw\n");
    file.finish();
    EXPECT_EQ(content(folder / "table.csv"), "hour,mw\n");
    EXPECT_FALSE(fs::exists(part_name(folder / "table.csv")));
}

TEST(WholeFile, LeavesNothingUnfinished) {
    const OwnFolder folder;
    { WholeFile(folder / "table.csv").write("half"); }
    EXPECT_TRUE(fs::is_empty(folder.path));
}

TEST(WholeFile, SaysWhatCouldNotBeWritten) {
    const OwnFolder folder;
    const auto told = [](const auto& work) {
        try {
            work();
        } catch (const Error& e) {
            return e.code() == Exit::file ? std::string(e.what()) : "another code";
        }
        return std::string("nothing was told");
    };
    EXPECT_NE(told([&] {
                  WholeFile(folder / "none/table.csv");
              }).find("table.csv: cannot be written: No such file"),
              std::string::npos);
    if (!fs::exists("/dev/full")) {
        return;
    }
    fs::create_symlink("/dev/full", part_name(folder / "table.csv")); // a disk without room
    const std::string words = told([&] {
        WholeFile file(folder / "table.csv");
        file.write("hour,mw\n");
        file.finish();
    });
    EXPECT_NE(words.find("No space left on device"), std::string::npos) << words;
    EXPECT_TRUE(fs::is_empty(folder.path));
}

} // namespace
} // namespace longyang
