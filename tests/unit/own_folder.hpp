#pragma once

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>

namespace longyang {

/// A new folder of this process alone, gone at the end: tests run side by side, on several ranks
/// too.
struct OwnFolder {
    std::filesystem::path path;

    OwnFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "longyang_XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) {
            throw std::system_error(errno, std::generic_category(), name);
        }
        path = name;
    }
    ~OwnFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    OwnFolder(const OwnFolder&) = delete;
    OwnFolder& operator=(const OwnFolder&) = delete;
    OwnFolder(OwnFolder&&) = delete;
    OwnFolder& operator=(OwnFolder&&) = delete;

    [[nodiscard]] std::string operator/(const char* name) const { return (path / name).string(); }
};

} // namespace longyang
