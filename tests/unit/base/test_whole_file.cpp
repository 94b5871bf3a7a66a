#include "base/error.hpp"
#include "base/whole_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace longyang {
namespace {

namespace fs = std::filesystem;

/// A folder of this process alone, gone at the end.
struct Folder {
    fs::path path = fs::temp_directory_path() / ("whole_file_" + std::to_string(getpid()));
    Folder() { fs::create_directory(path); }
    ~Folder() { fs::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    Folder(Folder&&) = delete;
    Folder& operator=(Folder&&) = delete;
    [[nodiscard]] std::string operator/(const char* name) const { return (path / name).string(); }
};

std::string content(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST(WholeFile, GetsItsNameAtTheEnd) {
    const Folder folder;
    std::ofstream(folder / "table.csv") << "before";
    WholeFile file(folder / "table.csv");
    file.write("hour,");
    EXPECT_EQ(content(folder / "table.csv"), "before");
    file.write("mw\n");
    file.finish();
    EXPECT_EQ(content(folder / "table.csv"), "hour,mw\n");
    EXPECT_FALSE(fs::exists(folder / "table.csv.part"));
}

TEST(WholeFile, LeavesNothingUnfinished) {
    const Folder folder;
    { WholeFile(folder / "table.csv").write("half"); }
    EXPECT_TRUE(fs::is_empty(folder.path));
}

TEST(WholeFile, SaysWhatCouldNotBeWritten) {
    const Folder folder;
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
    fs::create_symlink("/dev/full", folder / "table.csv.part"); // a disk without room
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
