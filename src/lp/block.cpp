#include "lp/block.hpp"

#include "base/error.hpp"
#include "lp/bytes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace longyang::lp {
namespace {

[[noreturn]] void fault(const Block& block, const std::string& words) {
    throw Error(Exit::defect, fmt::format("block {}: {}", block.name, words));
}

/// Limits that some number keeps: no NaN, and not turned around or at the wrong infinity.
bool limits_hold(double lower, double upper) {
    return lower <= upper && lower < infinity && upper > -infinity;
}

void check_family(const Block& block, int family) {
    if (family < 0 || std::cmp_greater_equal(family, block.families.size())) {
        fault(block, fmt::format("family {} of {}", family, block.families.size()));
    }
}

std::string label_words(const Block& block, int family, int hour) {
    return fmt::format("{} in hour {}", block.families[static_cast<std::size_t>(family)], hour);
}

/// Whether a column stands twice. Most rows have a few terms: looked through in place.
bool column_twice(std::span<const Term> terms) {
    constexpr std::size_t few = 16;
    if (terms.size() > few) {
        std::vector<int> columns(terms.size());
        std::transform(terms.begin(), terms.end(), columns.begin(),
                       [](const Term& term) { return term.column; });
        std::sort(columns.begin(), columns.end());
        return std::adjacent_find(columns.begin(), columns.end()) != columns.end();
    }
    for (std::size_t a = 0; a < terms.size(); ++a) {
        for (std::size_t b = 0; b < a; ++b) {
            if (terms[a].column == terms[b].column) {
                return true;
            }
        }
    }
    return false;
}

/// The numbers of a block in the order of its message: `visit` is called on each vector.
template <typename SomeBlock, typename Visit>
void each_vector(SomeBlock& block, const Visit& visit) {
    visit(block.cost);
    visit(block.lower);
    visit(block.upper);
    visit(block.integer);
    visit(block.column_label);
    visit(block.row_lower);
    visit(block.row_upper);
    visit(block.row_label);
    visit(block.row_start);
    visit(block.row_column);
    visit(block.row_value);
    visit(block.ports);
}

} // namespace

int Block::family(std::string_view family_name) {
    const auto at = std::find(families.begin(), families.end(), family_name);
    if (at != families.end()) {
        return static_cast<int>(at - families.begin());
    }
    families.emplace_back(family_name);
    return static_cast<int>(families.size()) - 1;
}

int Block::add_column(int family, int hour, double column_lower, double column_upper,
                      double column_cost, bool whole) {
    check_family(*this, family);
    if (!limits_hold(column_lower, column_upper) || !std::isfinite(column_cost)) {
        fault(*this,
              fmt::format("column {}: bounds {} .. {}, cost {}", label_words(*this, family, hour),
                          column_lower, column_upper, column_cost));
    }
    cost.push_back(column_cost);
    lower.push_back(column_lower);
    upper.push_back(column_upper);
    integer.push_back(whole ? 1 : 0);
    column_label.push_back({family, hour});
    return columns() - 1;
}

int Block::add_row(int family, int hour, double lower_limit, double upper_limit,
                   std::span<const Term> terms) {
    check_family(*this, family);
    if (!limits_hold(lower_limit, upper_limit)) {
        fault(*this, fmt::format("row {}: limits {} .. {}", label_words(*this, family, hour),
                                 lower_limit, upper_limit));
    }
    for (const Term& term : terms) {
        if (term.column < 0 || term.column >= columns() || !std::isfinite(term.value)) {
            fault(*this,
                  fmt::format("row {}: {} x column {} of {}", label_words(*this, family, hour),
                              term.value, term.column, columns()));
        }
    }
    if (column_twice(terms)) {
        fault(*this,
              fmt::format("row {}: a column stands twice", label_words(*this, family, hour)));
    }
    for (const Term& term : terms) {
        if (term.value != 0.0) {
            row_column.push_back(term.column);
            row_value.push_back(term.value);
        }
    }
    row_start.push_back(static_cast<std::int64_t>(row_column.size()));
    row_lower.push_back(lower_limit);
    row_upper.push_back(upper_limit);
    row_label.push_back({family, hour});
    return rows() - 1;
}

void Block::add_port(int channel, int hour, int column, double value) {
    if (channel < 0 || hour < 0 || column < -1 || column >= columns() || !std::isfinite(value)) {
        fault(*this, fmt::format("port: {} x column {} of {} to channel {} in hour {}", value,
                                 column, columns(), channel, hour));
    }
    if (value != 0.0) {
        ports.push_back({channel, hour, column, value});
    }
}

void Block::clear() {
    name.clear();
    order = 0;
    families.clear();
    fixed_cost = 0.0;
    each_vector(*this, [](auto& items) { items.clear(); });
    row_start.push_back(0);
}

std::vector<std::byte> to_bytes(std::span<const Block> blocks) {
    std::vector<std::byte> message;
    bytes::put(message, static_cast<std::uint64_t>(blocks.size()));
    for (const Block& block : blocks) {
        bytes::put_items(message, block.name);
        bytes::put(message, block.order);
        bytes::put(message, static_cast<std::uint64_t>(block.families.size()));
        for (const std::string& family : block.families) {
            bytes::put_items(message, family);
        }
        bytes::put(message, block.fixed_cost);
        each_vector(block, [&](const auto& items) { bytes::put_items(message, items); });
    }
    return message;
}

std::vector<Block> from_bytes(std::span<const std::byte> bytes) {
    bytes::Reader reader(bytes);
    std::uint64_t count = 0;
    reader.get(count);
    std::vector<Block> blocks;
    for (std::uint64_t b = 0; b < count; ++b) {
        Block& block = blocks.emplace_back();
        reader.get_items(block.name);
        reader.get(block.order);
        std::uint64_t families = 0;
        reader.get(families);
        for (std::uint64_t f = 0; f < families; ++f) {
            reader.get_items(block.families.emplace_back());
        }
        reader.get(block.fixed_cost);
        each_vector(block, [&](auto& items) { reader.get_items(items); });
    }
    if (!reader.at_end()) {
        throw Error(Exit::defect, "a message with blocks is too long");
    }
    return blocks;
}

} // namespace longyang::lp
