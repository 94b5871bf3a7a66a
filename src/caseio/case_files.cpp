#include "caseio/case_files.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
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

/// Those with another case too (loads.CSV): the case does not take them, and says so.
std::vector<std::string> csv_names(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        std::string kind = entry.path().extension().string();
        std::transform(kind.begin(), kind.end(), kind.begin(),
                       [](unsigned char letter) { return std::tolower(letter); });
        if (kind == ".csv" && !name.starts_with('.')) { // no editor's lock
            names.push_back(name);
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

CaseFile read_or_throw(const fs::path& folder, const std::string& name) {
    std::error_code failed;
    const bool is_file = fs::is_regular_file(folder / name, failed);
    auto bytes = is_file ? bytes_of(folder / name) : std::nullopt;
    if (!bytes) {
        throw Error(Exit::file, fmt::format("{}: cannot be read{}", (folder / name).string(),
                                            is_file ? "" : ": it is no file, or leads to none"));
    }
    return {name, std::move(*bytes)};
}

bool is_case_toml(std::string_view name) {
    return name == "case.toml" || name.ends_with("/case.toml");
}

/// "../2030/" of "../2030/case.toml".
std::string folder_of(std::string_view name) {
    return std::string(name.substr(0, name.rfind('/') + 1));
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

const CaseFile* CaseFiles::find_nearest(const std::string& name) const {
    for (const CaseFile& file : files) {
        if (is_case_toml(file.name)) {
            if (const CaseFile* found = find(folder_of(file.name) + name); found != nullptr) {
                return found;
            }
        }
    }
    return find(name);
}

namespace {

/// Reads the case.toml of a case, of its base, and so on. Returns their folders relative to the
/// case's, "" and "../2030/".
std::vector<std::string> read_levels(CaseFiles& files, const fs::path& path) {
    constexpr std::size_t most = 8;
    std::vector<std::string> levels{""};
    files.files.push_back(read_or_throw(path, "case.toml"));
    for (;;) {
        const std::string base = base_folder(files.files.back().bytes);
        if (base.empty()) {
            return levels;
        }
        const std::string level = (fs::path(levels.back()) / base / "").lexically_normal().string();
        std::error_code failed;
        const bool itself = std::any_of(levels.begin(), levels.end(), [&](const std::string& one) {
            return fs::equivalent(path / level, path / one, failed);
        });
        if (itself || levels.size() == most ||
            !fs::is_regular_file(path / level / "case.toml", failed)) {
            throw Error(Exit::faulty_case,
                        fmt::format("{}: key base: found \"{}\", expected {}",
                                    (path / files.files.back().name).string(), base,
                                    itself ? "a folder that it does not vary already"
                                    : levels.size() == most ? "at most 7 bases behind each other"
                                                            : "a folder with a case.toml"));
        }
        files.files.push_back(read_or_throw(path, level + "case.toml"));
        levels.push_back(level);
    }
}

} // namespace

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
    CaseFiles files{folder, {}};
    for (const std::string& level : read_levels(files, path)) {
        try {
            for (const std::string& name : csv_names(path / level)) {
                if (files.find_nearest(name) == nullptr) {
                    files.files.push_back(read_or_throw(path, level + name));
                }
            }
        } catch (const fs::filesystem_error& e) {
            throw Error(Exit::file, fmt::format("{}: {}", folder, e.what()));
        }
    }
    for (const std::string& name : parse_case_toml(toml_texts(files)).profile_files) {
        if (files.find(name) != nullptr || fs::path(name).is_absolute()) {
            continue;
        }
        if (fs::exists(fs::symlink_status(path / name, failed))) {
            files.files.push_back(read_or_throw(path, name));
        }
    }
    return files;
}

std::vector<TomlText> toml_texts(const CaseFiles& files) {
    std::vector<TomlText> texts;
    for (const CaseFile& file : files.files) {
        if (is_case_toml(file.name)) {
            texts.push_back({folder_of(file.name), file.bytes});
        }
    }
    std::reverse(texts.begin(), texts.end());
    if (texts.empty()) {
        texts.push_back({"", ""});
    }
    return texts;
}

std::string in_base(const CaseFiles& files, const std::string& name) {
    for (const CaseFile& file : files.files) {
        const std::string folder = is_case_toml(file.name) ? folder_of(file.name) : "";
        if (!folder.empty() && name.starts_with(folder)) {
            return name.substr(folder.size());
        }
    }
    return {};
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

std::string hash_of(const CaseFiles& files, const std::vector<Change>& changes) {
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
    for (const Change& change : changes) {
        mix(words(change));
    }
    return fmt::format("{:016x}", hash);
}

} // namespace longyang::caseio
