#include "../own_folder.hpp"
#include "base/error.hpp"
#include "caseio/case_files.hpp"
#include "caseio/check_case.hpp"

#include <gtest/gtest.h>
#include <mpi.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace longyang::caseio {
namespace {

const std::string base = std::string(LONGYANG_SOURCE_DIR) + "/tests/faults/base";

TEST(CaseFiles, ReadsTablesAndProfiles) {
    const CaseFiles files = read_files(base);
    EXPECT_EQ(files.folder, base);
    EXPECT_EQ(files.files.front().name, "case.toml");
    ASSERT_NE(files.find("fuels.csv"), nullptr);
    EXPECT_EQ(files.find("fuels.csv")->bytes,
              "name,price_cny_per_gj,co2_t_per_gj\ncoal,30,0.095\ngas,75,0.056\n");
    EXPECT_NE(files.find("profiles.csv"), nullptr);
    EXPECT_EQ(files.find("none.csv"), nullptr);
}

TEST(CaseFiles, ProfileFilesMayLieElsewhere) {
    namespace fs = std::filesystem;
    const OwnFolder folder;
    const fs::path& root = folder.path;
    fs::create_directories(root / "case");
    std::ofstream(root / "case/case.toml") << "profiles = [\"../shared.csv\", \"gone.csv\"]\n";
    std::ofstream(root / "shared.csv") << "wind\n1\n";
    const CaseFiles files = read_files((root / "case").string());
    ASSERT_NE(files.find("../shared.csv"), nullptr);
    EXPECT_EQ(files.find("../shared.csv")->bytes, "wind\n1\n");
    EXPECT_EQ(files.find("gone.csv"), nullptr);
    fs::remove(root / "case/case.toml");
    try {
        (void)read_files((root / "case").string());
        FAIL();
    } catch (const Error& e) {
        EXPECT_EQ(e.code(), Exit::faulty_case);
        EXPECT_NE(std::string(e.what()).find("no case.toml"), std::string::npos);
    }
}

// A table that cannot be read is not one that is not there.
TEST(CaseFiles, TablesAndProfilesThatAreNoFiles) {
    namespace fs = std::filesystem;
    const auto refuses = [](const fs::path& root, const std::string& name) {
        try {
            (void)read_files(root.string());
            FAIL() << name;
        } catch (const Error& e) {
            EXPECT_EQ(e.code(), Exit::file);
            EXPECT_NE(std::string(e.what()).find(name + ": cannot be read: it is no file"),
                      std::string::npos)
                << e.what();
        }
    };
    for (const std::string name : {"storages.csv", "wind.csv"}) {
        const OwnFolder folder;
        std::ofstream(folder.path / "case.toml") << "profiles = [\"wind.csv\"]\n";
        std::ofstream(folder.path / "wind.csv") << "wind\n1\n";
        fs::remove(folder.path / name);
        fs::create_symlink("gone.csv", folder.path / name);
        refuses(folder.path, name);
        fs::create_symlink("user@machine", folder.path / ".#hydro.csv"); // an editor's lock
        fs::remove(folder.path / name);
        EXPECT_EQ(read_files(folder.path.string()).find(".#hydro.csv"), nullptr);
        fs::create_directory(folder.path / name);
        refuses(folder.path, name);
    }
}

TEST(CaseFiles, NoFolder) {
    const Comm comm(MPI_COMM_WORLD);
    try {
        (void)read_files(comm, base + "/nowhere"); // the root's failure reaches every rank
        FAIL();
    } catch (const Error& e) {
        EXPECT_EQ(e.code(), Exit::file);
        EXPECT_NE(std::string(e.what()).find("no such folder"), std::string::npos);
    }
}

TEST(CaseFiles, EveryRankGetsTheRootsFiles) {
    const Comm comm(MPI_COMM_WORLD);
    CaseFiles mine;
    if (comm.root()) {
        mine = {"here", {{"case.toml", "name = \"x\"\n"}, {"empty.csv", ""}}};
    }
    const CaseFiles files = share_files(comm, mine);
    EXPECT_EQ(files.folder, "here");
    ASSERT_EQ(files.files.size(), 2U);
    EXPECT_EQ(files.files[0].bytes, "name = \"x\"\n");
    EXPECT_EQ(files.files[1].name, "empty.csv");
    EXPECT_EQ(files.files[1].bytes, "");
}

TEST(CaseFiles, BytesThatEndEarly) {
    std::vector<std::byte> bytes = to_bytes({"here", {{"a", "bcd"}}});
    EXPECT_EQ(from_bytes(bytes).files.at(0).bytes, "bcd");
    bytes.pop_back();
    EXPECT_THROW((void)from_bytes(bytes), Error);
}

TEST(CaseFiles, HashDependsOnNamesAndBytesAlone) {
    const CaseFile a{"a.csv", "1"};
    const CaseFile b{"b.csv", "2"};
    const std::string hash = hash_of({"here", {a, b}});
    EXPECT_EQ(hash.size(), 16U);
    EXPECT_EQ(hash_of({"there", {b, a}}), hash);
    EXPECT_NE(hash_of({"here", {a, {"b.csv", "3"}}}), hash);
    EXPECT_NE(hash_of({"here", {a, {"c.csv", "2"}}}), hash);
    EXPECT_NE(hash_of({"here", {{"a.csv", "1b"}, {".csv", "2"}}}), hash);
}

TEST(LoadCase, GivesEveryRankTheSameCaseOrThrowsWithAllFaults) {
    const Comm comm(MPI_COMM_WORLD);
    const LoadedCase loaded = load_case(comm, base);
    EXPECT_EQ(loaded.system.buses.name, (grid::Names{"xining", "delingha", "lanzhou"}));
    EXPECT_EQ(loaded.system.info.hash, hash_of(read_files(base)));

    namespace fs = std::filesystem;
    const OwnFolder folder; // the root's is read
    const fs::path broken = folder.path / "broken";
    if (comm.root()) {
        fs::copy(base, broken, fs::copy_options::recursive);
        std::ofstream(broken / "fuels.csv") << "name,price_cny_per_gj,co2_t_per_gj\ncoal,x,y\n";
    }
    try {
        (void)load_case(comm, broken.string());
        FAIL();
    } catch (const Error& e) {
        EXPECT_EQ(e.code(), Exit::faulty_case);
        const std::string told = e.what();
        EXPECT_NE(told.find(": 4 faults\n"), std::string::npos) << told;
        EXPECT_NE(told.find("fuels.csv:2: column price_cny_per_gj"), std::string::npos);
        EXPECT_NE(told.find("fuels.csv:2: column co2_t_per_gj"), std::string::npos);
        EXPECT_NE(told.find("thermal.csv:3: column fuel: found \"gas\""), std::string::npos);
        EXPECT_NE(told.find("deep_load.csv:3: column oil: found \"gas\""), std::string::npos);
    }
}

} // namespace
} // namespace longyang::caseio
