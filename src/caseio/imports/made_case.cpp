#include "caseio/imports/made_case.hpp"

#include "base/error.hpp"
#include "base/whole_file.hpp"
#include "caseio/check_case.hpp"
#include "caseio/csv_text.hpp"
#include "caseio/read_case.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>
#include <utility>

namespace longyang::caseio::imports {
namespace {

namespace fs = std::filesystem;

/// With this begins the case.toml of an imported case.
constexpr std::string_view mark = "# Made by longyang import ";

/// A text within the double quotes of TOML.
std::string toml_text(const std::string& text) {
    std::string escaped;
    for (const char c : text) {
        escaped.append(c == '"' || c == '\\' ? "\\" : "");
        escaped += c;
    }
    return escaped;
}

std::string csv_bytes(const CsvTable& table) {
    std::string bytes = fmt::format("{}\n", fmt::join(table.header, ","));
    for (const auto& row : table.rows) {
        for (std::size_t c = 0; c < row.size(); ++c) {
            bytes += fmt::format("{}{}", c > 0 ? "," : "", csv_cell(row[c]));
        }
        bytes += '\n';
    }
    return bytes;
}

void write_file(const fs::path& path, const std::string& bytes) {
    WholeFile out(path.string());
    out.write(bytes);
    out.finish();
}

/// A case that is not an import stays what it is, and a table of another one left in the folder
/// would become part of this one.
void prepare_folder(const fs::path& folder, const CaseFiles& files) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) {
        throw Error(Exit::file,
                    fmt::format("{}: cannot be made: {}", folder.string(), error.message()));
    }
    const fs::path toml = folder / "case.toml";
    if (fs::exists(toml) && !bytes_of(toml.string(), "case.toml").starts_with(mark)) {
        throw Error(Exit::file,
                    fmt::format("{}: holds a case that was not imported; expected a new "
                                "or empty folder, or one of an import",
                                folder.string()));
    }
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (entry.path().extension() == ".csv" && files.find(name) == nullptr) {
            throw Error(Exit::file,
                        fmt::format("{}: holds {}, which is not of this import; expected "
                                    "a new or empty folder",
                                    folder.string(), name));
        }
    }
}

} // namespace

std::string cell(double value) {
    return fmt::format("{}", value == 0.0 ? 0.0 : value);
}

CsvTable& Tables::table(const std::string& name, std::vector<std::string> header) {
    const auto found = std::find_if(tables_.begin(), tables_.end(),
                                    [&](const CsvTable& t) { return t.name == name; });
    if (found != tables_.end()) {
        return *found;
    }
    return tables_.emplace_back(CsvTable{name, std::move(header), {}});
}

std::vector<CaseFile> Tables::files() const {
    std::vector<CaseFile> files;
    for (const CsvTable& table : tables_) {
        files.push_back({table.name + ".csv", csv_bytes(table)});
    }
    return files;
}

void Notes::add(const std::string& what, std::string item) {
    auto found =
        std::find_if(notes_.begin(), notes_.end(), [&](const Note& n) { return n.what == what; });
    if (found == notes_.end()) {
        notes_.push_back({what, {}});
        found = notes_.end() - 1;
    }
    if (!item.empty()) {
        found->items.push_back(std::move(item));
    }
}

void Notes::add_once(const std::string& what, const std::string& item) {
    const auto found =
        std::find_if(notes_.begin(), notes_.end(), [&](const Note& n) { return n.what == what; });
    if (found == notes_.end() ||
        std::find(found->items.begin(), found->items.end(), item) == found->items.end()) {
        add(what, item);
    }
}

std::vector<std::string> Notes::words() const {
    constexpr std::size_t most = 5;
    std::vector<std::string> lines;
    for (const Note& note : notes_) {
        const std::span<const std::string> shown(note.items.data(),
                                                 std::min(most, note.items.size()));
        lines.push_back(note.items.empty() ? note.what
                                           : fmt::format("{}: {} ({}{})", note.what,
                                                         note.items.size(), fmt::join(shown, ", "),
                                                         note.items.size() > most ? ", ..." : ""));
    }
    return lines;
}

CaseFile case_toml(const Head& head) {
    return {"case.toml",
            fmt::format("{}{}\nname = \"{}\"\ntitle = \"{}\"\nyear = {}\ntime_zone = \"UTC\"\n"
                        "licence = \"see README.md\"\nbase_mva = {}\n{}",
                        mark, head.tool, toml_text(head.name), toml_text(head.source), head.year,
                        cell(head.base_mva), head.more)};
}

std::string bytes_of(const std::string& file, const std::string& kind) {
    if (fs::is_directory(file)) {
        throw Error(Exit::file, fmt::format("{}: is a folder, expected {}", file, kind));
    }
    std::ifstream in(file, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (!in) {
        throw Error(Exit::file, fmt::format("{}: cannot be read", file));
    }
    return bytes;
}

void require_none(const std::string& file, std::span<const Fault> faults) {
    if (!faults.empty()) {
        throw Error(Exit::faulty_case,
                    fmt::format("{}: {} {}\n{}", file, faults.size(),
                                faults.size() == 1 ? "fault" : "faults", words(faults)));
    }
}

Imported write_case(MadeCase made, const std::string& folder) {
    prepare_folder(folder, made.files);
    for (const CaseFile& one : made.files.files) {
        write_file(fs::path(folder) / one.name, one.bytes);
    }
    write_file(fs::path(folder) / "README.md", made.readme);
    made.files.folder = folder;
    return {std::move(made.notes), all_faults(parse_case(made.files))};
}

} // namespace longyang::caseio::imports
