#include "base/error.hpp"
#include "base/whole_file.hpp"
#include "solve/highs/parts.hpp"

#include <fmt/format.h>
#include <interfaces/highs_c_api.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>

namespace longyang::solve::highs {
namespace {

/// HiGHS does not tell when the disk was full.
bool has_its_end(const std::string& path) {
    constexpr std::string_view last = "ENDATA\n";
    std::ifstream in(path, std::ios::binary);
    in.seekg(-static_cast<std::streamoff>(last.size()), std::ios::end);
    std::string words(last.size(), ' ');
    return in.read(words.data(), static_cast<std::streamsize>(words.size())) && words == last;
}

} // namespace

void Engine::write_mps(const std::string& path, const std::vector<std::string>& column_names,
                       const std::vector<std::string>& row_names, bool relaxed) const {
    void* raw = parts_->handle.raw();
    if (highs_size(column_names.size()) != Highs_getNumCol(raw) ||
        highs_size(row_names.size()) != Highs_getNumRow(raw)) {
        throw Error(Exit::defect, fmt::format("{} column names and {} row names for {} columns and "
                                              "{} rows",
                                              column_names.size(), row_names.size(),
                                              Highs_getNumCol(raw), Highs_getNumRow(raw)));
    }
    for (std::size_t j = 0; j < column_names.size(); ++j) {
        check(Highs_passColName(raw, static_cast<int>(j), column_names[j].c_str()),
              column_names[j].c_str());
    }
    for (std::size_t r = 0; r < row_names.size(); ++r) {
        check(Highs_passRowName(raw, static_cast<int>(r), row_names[r].c_str()),
              row_names[r].c_str());
    }
    std::optional<Parts::Integral> integral;
    if (!relaxed) {
        integral.emplace(*parts_);
    }
    // HiGHS takes the format from the ending.
    const std::string part = part_name(path) + ".mps";
    std::error_code error;
    if (Highs_writeModel(raw, part.c_str()) == kHighsStatusError || !has_its_end(part)) {
        std::filesystem::remove(part, error);
        throw Error(Exit::file, fmt::format("{} could not be written", path));
    }
    std::filesystem::rename(part, path, error);
    if (error) {
        throw Error(Exit::file, fmt::format("{} could not be written: {}", path, error.message()));
    }
}

} // namespace longyang::solve::highs
