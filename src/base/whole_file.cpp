#include "base/whole_file.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace longyang {

WholeFile::WholeFile(std::string path)
    : path_(std::move(path)), part_(path_ + ".part"),
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
