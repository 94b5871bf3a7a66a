#include "caseio/imports/egret/import.hpp"

#include <filesystem>

namespace longyang::caseio::imports::egret {

Imported import_case(const std::string& file, const std::string& folder, const Choices& choices) {
    const std::string name = std::filesystem::path(file).filename().string();
    JsonFaults faults{name, {}};
    const nlohmann::json root = cut_json(bytes_of(file, "model data of Egret"), faults);
    require_none(file, faults.faults);
    MadeCase made = convert(name, root, choices, faults);
    require_none(file, faults.faults);
    return write_case(std::move(made), folder);
}

} // namespace longyang::caseio::imports::egret
