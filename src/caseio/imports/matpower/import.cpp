#include "caseio/imports/matpower/import.hpp"

#include <filesystem>

namespace longyang::caseio::imports::matpower {

Imported import_case(const std::string& file, const std::string& folder, const Choices& choices) {
    const Text text = cut_text(std::filesystem::path(file).filename().string(),
                               bytes_of(file, "a MATPOWER case"));
    require_none(file, text.faults);
    const Network network = read_network(text);
    require_none(file, network.faults);
    return write_case(convert(text, network, choices), folder);
}

} // namespace longyang::caseio::imports::matpower
