#pragma once

#include <fstream>
#include <string>
#include <string_view>

namespace longyang {

/// A name beside `path` that no other process writes to, on any host: <path>.HOST-PROCESS.part.
[[nodiscard]] std::string part_name(const std::string& path);

/// A file that is there whole or not at all: it is written as part_name(path) and gets its name at
/// the end. What is not finished is removed.
class WholeFile {
public:
    /// Throws Error (file) where the file cannot be made.
    explicit WholeFile(std::string path);
    ~WholeFile();
    WholeFile(const WholeFile&) = delete;
    WholeFile& operator=(const WholeFile&) = delete;
    WholeFile(WholeFile&&) = delete;
    WholeFile& operator=(WholeFile&&) = delete;

    void write(std::string_view bytes);
    /// Gives the file its name. Throws Error (file) where anything could not be written.
    void finish();

private:
    [[noreturn]] void fail() const;

    std::string path_, part_;
    std::ofstream out_;
    bool finished_ = false;
};

} // namespace longyang
