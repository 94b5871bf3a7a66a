#include "caseio/matpower/import.hpp"

#include "base/error.hpp"
#include "base/whole_file.hpp"
#include "caseio/check_case.hpp"
#include "caseio/read_case.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace longyang::caseio::matpower {
namespace {

namespace fs = std::filesystem;

std::string bytes_of(const std::string& file) {
    if (fs::is_directory(file)) {
        throw Error(Exit::file, fmt::format("{}: is a folder, expected a MATPOWER case", file));
    }
    std::ifstream in(file, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (!in) {
        throw Error(Exit::file, fmt::format("{}: cannot be read", file));
    }
    return bytes;
}

void require_none(const std::string& file, const std::vector<Fault>& faults) {
    if (!faults.empty()) {
        throw Error(Exit::faulty_case,
                    fmt::format("{}: {} {}\n{}", file, faults.size(),
                                faults.size() == 1 ? "fault" : "faults", words(faults)));
    }
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
    if (fs::exists(toml) && bytes_of(toml.string()).find(imported_title) == std::string::npos) {
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

Imported import_case(const std::string& file, const std::string& folder, const Choices& choices) {
    const Text text = cut_text(fs::path(file).filename().string(), bytes_of(file));
    require_none(file, text.faults);
    const Network network = read_network(text);
    require_none(file, network.faults);
    Made made = convert(text, network, choices);
    prepare_folder(folder, made.files);
    for (const CaseFile& one : made.files.files) {
        write_file(fs::path(folder) / one.name, one.bytes);
    }
    write_file(fs::path(folder) / "README.md", made.readme);
    made.files.folder = folder;
    return {std::move(made.notes), all_faults(parse_case(made.files))};
}

} // namespace longyang::caseio::matpower
