#include "caseio/case_files.hpp"

#include "base/error.hpp"
#include "caseio/case_toml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>

namespace longyang::caseio {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> bytes_of(const fs::path& path) {
    std::ifstream in(path, std::ios::binary | std::ios::ate);
    if (!in) {
        return std::nullopt;
    }
    const std::streamoff size = in.tellg();
    if (size < 0) {
        return std::nullopt;
    }
    std::string bytes(static_cast<std::size_t>(size), '\0');
    in.seekg(0);
    if (!in.read(bytes.data(), size)) {
        return std::nullopt;
    }
    return bytes;
}

std::vector<std::string> csv_names(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.is_regular_file() && entry.path().extension() == ".csv") {
            names.push_back(entry.path().filename().string());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

CaseFile read_or_throw(const fs::path& folder, const std::string& name) {
    auto bytes = bytes_of(folder / name);
    if (!bytes) {
        throw Error(Exit::file, fmt::format("{}: cannot be read", (folder / name).string()));
    }
    return {name, std::move(*bytes)};
}

/// Writes a text with its length before it, and returns where the next one goes.
std::byte* put(std::byte* to, std::string_view text) {
    const std::uint64_t size = text.size();
    std::memcpy(to, &size, sizeof size);
    to += sizeof size;
    std::copy_n(reinterpret_cast<const std::byte*>(text.data()), text.size(), to);
    return to + text.size();
}

std::string take(std::span<const std::byte>& bytes) {
    std::uint64_t size = 0;
    if (bytes.size() >= sizeof size) {
        std::memcpy(&size, bytes.data(), sizeof size);
        bytes = bytes.subspan(sizeof size);
        if (size <= bytes.size()) {
            const auto body = bytes.first(static_cast<std::size_t>(size));
            bytes = bytes.subspan(body.size());
            return {reinterpret_cast<const char*>(body.data()), body.size()};
        }
    }
    throw Error(Exit::defect, "the message with the case's files ends too early");
}

} // namespace

const CaseFile* CaseFiles::find(std::string_view name) const {
    const auto found = std::find_if(files.begin(), files.end(),
                                    [&](const CaseFile& file) { return file.name == name; });
    return found == files.end() ? nullptr : &*found;
}

CaseFiles read_files(const std::string& folder) {
    const fs::path path(folder);
    std::error_code failed;
    if (!fs::is_directory(path, failed)) {
        throw Error(Exit::file, fmt::format("{}: no such folder; a case is a folder with a "
                                            "case.toml and CSV tables",
                                            folder));
    }
    if (!fs::is_regular_file(path / "case.toml", failed)) {
        throw Error(Exit::faulty_case,
                    fmt::format("{}: found no case.toml, which every case has", folder));
    }
    CaseFiles files{folder, {read_or_throw(path, "case.toml")}};
    try {
        for (const std::string& name : csv_names(path)) {
            files.files.push_back(read_or_throw(path, name));
        }
    } catch (const fs::filesystem_error& e) {
        throw Error(Exit::file, fmt::format("{}: {}", folder, e.what()));
    }
    for (const std::string& name : profile_files(files.files.front().bytes)) {
        if (files.find(name) != nullptr || fs::path(name).is_absolute()) {
            continue;
        }
        if (fs::is_regular_file(path / name, failed)) {
            files.files.push_back(read_or_throw(path, name));
        }
    }
    return files;
}

CaseFiles read_files(const Comm& comm, const std::string& folder) {
    CaseFiles files;
    agree(comm, [&] {
        if (comm.root()) {
            files = read_files(folder);
        }
    });
    return share_files(comm, files);
}

CaseFiles share_files(const Comm& comm, const CaseFiles& files) {
    std::vector<std::byte> bytes;
    if (comm.root()) {
        bytes = to_bytes(files);
    }
    broadcast_bytes(comm, bytes);
    return from_bytes(bytes);
}

std::vector<std::byte> to_bytes(const CaseFiles& files) {
    std::size_t total = sizeof(std::uint64_t) + files.folder.size();
    for (const CaseFile& file : files.files) {
        total += 2 * sizeof(std::uint64_t) + file.name.size() + file.bytes.size();
    }
    std::vector<std::byte> bytes(total);
    std::byte* to = put(bytes.data(), files.folder);
    for (const CaseFile& file : files.files) {
        to = put(put(to, file.name), file.bytes);
    }
    return bytes;
}

CaseFiles from_bytes(std::span<const std::byte> bytes) {
    CaseFiles files;
    files.folder = take(bytes);
    while (!bytes.empty()) {
        CaseFile file;
        file.name = take(bytes);
        file.bytes = take(bytes);
        files.files.push_back(std::move(file));
    }
    return files;
}

std::string hash_of(const CaseFiles& files) {
    std::vector<const CaseFile*> sorted;
    for (const CaseFile& file : files.files) {
        sorted.push_back(&file);
    }
    std::sort(sorted.begin(), sorted.end(),
              [](const CaseFile* a, const CaseFile* b) { return a->name < b->name; });
    std::uint64_t hash = 14695981039346656037ULL;
    const auto mix = [&](std::string_view text) {
        for (const char c : text) {
            hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
        }
        hash = (hash ^ 0xFFU) * 1099511628211ULL; // a byte that no UTF-8 text holds: ends the text
    };
    for (const CaseFile* file : sorted) {
        mix(file->name);
        mix(file->bytes);
    }
    return fmt::format("{:016x}", hash);
}

} // namespace longyang::caseio
