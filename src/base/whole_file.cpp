#include "base/whole_file.hpp"

#include "base/error.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <utility>

namespace longyang {

std::string part_name(const std::string& path) {
    constexpr std::size_t longest = 256;
    std::array<char, longest> host{};
    gethostname(host.data(), host.size() - 1);
    return fmt::format("{}.{}-{}.part", path, host.data(), getpid());
}

WholeFile::WholeFile(std::string path)
    : path_(std::move(path)), part_(part_name(path_)),
      out_(part_, std::ios::binary | std::ios::trunc) {
    if (!out_) {
        fail();
    }
}

WholeFile::~WholeFile() {
    if (!finished_ && out_.is_open()) {
        out_.close();
        std::remove(part_.c_str());
    }
}

void WholeFile::write(std::string_view bytes) {
    out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

void WholeFile::finish() {
    out_.close();
    if (!out_ || std::rename(part_.c_str(), path_.c_str()) != 0) {
        const int reason = errno; // which removing the part may change
        std::remove(part_.c_str());
        errno = reason;
        fail();
    }
    finished_ = true;
}

void WholeFile::fail() const {
    throw Error(Exit::file, fmt::format("{}: cannot be written: {}", path_, std::strerror(errno)));
}

} // namespace longyang
