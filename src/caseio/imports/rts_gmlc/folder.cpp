#include "caseio/imports/rts_gmlc/folder.hpp"

#include "base/error.hpp"
#include "caseio/imports/made_case.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

namespace longyang::caseio::imports::rts_gmlc {
namespace {

namespace fs = std::filesystem;

std::string in_small_letters(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// The entry of that name in a folder, capital letters aside; empty: none.
fs::path entry_of(const fs::path& folder, const std::string& name) {
    if (fs::exists(folder / name)) {
        return folder / name;
    }
    std::set<fs::path> found; // of several the first by name
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        if (in_small_letters(entry.path().filename().string()) == in_small_letters(name)) {
            found.insert(entry.path());
        }
    }
    return found.empty() ? fs::path() : *found.begin();
}

} // namespace

Folder::Folder(std::string folder) : folder_(std::move(folder)) {
    for (const char* inner : {"RTS_Data/SourceData", "SourceData", "."}) {
        const fs::path source = fs::path(folder_) / inner;
        if (fs::exists(source / "gen.csv") && fs::exists(source / "timeseries_pointers.csv")) {
            source_ = source.string();
            return;
        }
    }
    throw Error(Exit::file, fmt::format("{}: holds no RTS_Data/SourceData or SourceData with "
                                        "gen.csv and timeseries_pointers.csv; expected the folder "
                                        "of RTS-GMLC",
                                        folder_));
}

std::string Folder::shown(const std::string& path) const {
    return fs::path(path).lexically_relative(folder_).lexically_normal().string();
}

bool Folder::has_table(const std::string& name) const {
    return fs::exists(fs::path(source_) / name);
}

SourceFile Folder::table(const std::string& name) const {
    const std::string path = (fs::path(source_) / name).string();
    return {shown(path), bytes_of(path, "a table of RTS-GMLC")};
}

std::optional<SourceFile> Folder::series(const std::string& pointer) const {
    const fs::path named = fs::path(source_) / pointer;
    fs::path path = fs::exists(named) ? named : fs::path();
    for (const char* series : {"timeseries_data_files", "timeseries"}) {
        const fs::path beside = fs::path(source_) / ".." / series;
        if (path.empty() && fs::is_directory(beside)) {
            const fs::path kind = entry_of(beside, named.parent_path().filename().string());
            path = kind.empty() ? fs::path() : entry_of(kind, named.filename().string());
        }
    }
    if (path.empty() || !fs::is_regular_file(path)) {
        return std::nullopt;
    }
    return SourceFile{shown(path.string()), bytes_of(path.string(), "a series of RTS-GMLC")};
}

std::string Folder::agreement() const {
    const std::string heading = "## DATA USE DISCLAIMER AGREEMENT";
    std::set<fs::path> readmes;
    std::error_code error;
    for (const fs::path& folder : {fs::path(folder_), fs::path(source_) / ".."}) {
        for (const auto& entry : fs::directory_iterator(folder, error)) {
            if (entry.path().filename().string().starts_with("README") &&
                entry.is_regular_file(error)) {
                readmes.insert(entry.path());
            }
        }
    }
    for (const fs::path& readme : readmes) {
        const std::string words = bytes_of(readme.string(), "a README");
        if (const std::size_t at = words.find(heading); at != std::string::npos) {
            return words.substr(at);
        }
    }
    return {};
}

} // namespace longyang::caseio::imports::rts_gmlc
