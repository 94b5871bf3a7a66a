#include "lp/names.hpp"

#include "lp/flat.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <unordered_map>

namespace longyang::lp {
namespace {

/// A name for files whose fields are parted by spaces. '#' is kept for the numbers behind names.
std::string without_spaces(std::string name) {
    std::replace_if(
        name.begin(), name.end(),
        [](char c) { return c == '#' || std::isspace(static_cast<unsigned char>(c)) != 0; }, '_');
    return name;
}

std::string label_name(const Block& block, Label label) {
    const std::string& family = block.families.at(static_cast<std::size_t>(label.family));
    return without_spaces(label.hour < 0 ? fmt::format("{}.{}", block.name, family)
                                         : fmt::format("{}.{}.{}", block.name, family, label.hour));
}

void make_unique(std::vector<std::string>& names) {
    std::unordered_map<std::string, int> seen;
    seen.reserve(names.size());
    for (std::string& name : names) {
        const int times = ++seen[name];
        if (times > 1) {
            name += fmt::format("#{}", times);
        }
    }
}

} // namespace

std::string plain_column_name(const Block& block, int column) {
    return label_name(block, block.column_label.at(static_cast<std::size_t>(column)));
}

std::string plain_row_name(const Block& block, int row) {
    return label_name(block, block.row_label.at(static_cast<std::size_t>(row)));
}

std::string plain_row_name(const Coupling& coupling, const CouplingRow& row) {
    const Pattern& pattern = coupling.patterns.at(static_cast<std::size_t>(row.pattern));
    return without_spaces(
        row.end == row.begin + 1
            ? fmt::format("{}.{}.{}", pattern.tag, pattern.name, row.begin)
            : fmt::format("{}.{}.{}-{}", pattern.tag, pattern.name, row.begin, row.end));
}

std::vector<std::string> column_names(std::span<const Block> blocks) {
    std::vector<std::string> names;
    for (const Block& block : blocks) {
        for (int column = 0; column < block.columns(); ++column) {
            names.push_back(plain_column_name(block, column));
        }
    }
    make_unique(names);
    return names;
}

std::vector<std::string> row_names(std::span<const Block> blocks, const Coupling& coupling) {
    std::vector<std::string> names;
    for (const Block& block : blocks) {
        for (int row = 0; row < block.rows(); ++row) {
            names.push_back(plain_row_name(block, row));
        }
    }
    for (const CouplingRow& row : coupling.rows) {
        names.push_back(plain_row_name(coupling, row));
    }
    make_unique(names);
    return names;
}

} // namespace longyang::lp
