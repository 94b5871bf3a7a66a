#include "lp/flat.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace longyang::lp {
namespace {

/// First column or row of each block in the flat programme, and one behind the last.
template <typename Count>
std::vector<int> first_of(std::span<const Block> blocks, Count count) {
    std::vector<int> first{0};
    first.reserve(blocks.size() + 1);
    std::int64_t total = 0;
    for (const Block& block : blocks) {
        total += count(block);
        if (total > std::numeric_limits<int>::max()) {
            throw Error(Exit::defect, "more columns or rows than an int can number");
        }
        first.push_back(static_cast<int>(total));
    }
    return first;
}

/// A port that is no constant, over the flat columns.
struct FlatPort {
    int column = 0;
    double value = 0.0;
};

/// What all blocks give to each channel and hour: place = channel x hours + hour.
struct PortIndex {
    std::vector<std::size_t> start; ///< of a place in `ports`, and one behind the last
    std::vector<FlatPort> ports;    ///< by place, in the order of the blocks
    std::vector<double> constant;   ///< by place
};

void check_port(const Block& block, const Port& port, const Coupling& coupling) {
    if (port.channel < 0 || std::cmp_greater_equal(port.channel, coupling.channels.size()) ||
        port.hour < 0 || port.hour >= coupling.hours || port.column < -1 ||
        port.column >= block.columns()) {
        throw Error(Exit::defect,
                    fmt::format("block {}: port of column {} to channel {} of {} in hour {} of {}",
                                block.name, port.column, port.channel, coupling.channels.size(),
                                port.hour, coupling.hours));
    }
}

PortIndex index_ports(std::span<const Block> blocks, const Coupling& coupling) {
    const auto hours = static_cast<std::size_t>(coupling.hours);
    const auto place = [hours](const Port& port) {
        return static_cast<std::size_t>(port.channel) * hours + static_cast<std::size_t>(port.hour);
    };
    PortIndex index;
    index.constant.assign(coupling.channels.size() * hours, 0.0);
    index.start.assign(index.constant.size() + 1, 0);
    for (const Block& block : blocks) {
        for (const Port& port : block.ports) {
            check_port(block, port, coupling);
            if (port.column < 0) {
                index.constant[place(port)] += port.value;
            } else {
                ++index.start[place(port) + 1];
            }
        }
    }
    for (std::size_t p = 1; p < index.start.size(); ++p) {
        index.start[p] += index.start[p - 1];
    }
    index.ports.resize(index.start.back());
    std::vector<std::size_t> next(index.start.begin(), index.start.end() - 1);
    int first_column = 0;
    for (const Block& block : blocks) {
        for (const Port& port : block.ports) {
            if (port.column >= 0) {
                index.ports[next[place(port)]++] = {first_column + port.column, port.value};
            }
        }
        first_column += block.columns();
    }
    return index;
}

/// One coupling row after the other over the flat columns; what a column gives through several
/// ports is added up in the order of the pattern.
void append_rows(const PortIndex& index, const Coupling& coupling, std::size_t first,
                 std::size_t last, int columns, SparseRows& rows) {
    const auto hours = static_cast<std::size_t>(coupling.hours);
    std::vector<double> sum(static_cast<std::size_t>(columns), 0.0);
    std::vector<char> seen(sum.size(), 0);
    std::vector<int> touched;
    for (std::size_t r = first; r < last; ++r) {
        const CouplingRow& row = coupling.rows[r];
        const Pattern& pattern = coupling.patterns[static_cast<std::size_t>(row.pattern)];
        double constant = 0.0;
        touched.clear();
        for (std::size_t i = 0; i < pattern.channel.size(); ++i) {
            const double weight = pattern.weight[i];
            const std::size_t channel = static_cast<std::size_t>(pattern.channel[i]) * hours;
            for (std::size_t place = channel + static_cast<std::size_t>(row.begin);
                 place < channel + static_cast<std::size_t>(row.end); ++place) {
                constant += weight * index.constant[place];
                for (std::size_t p = index.start[place]; p < index.start[place + 1]; ++p) {
                    const auto column = static_cast<std::size_t>(index.ports[p].column);
                    if (seen[column] == 0) {
                        seen[column] = 1;
                        touched.push_back(index.ports[p].column);
                    }
                    sum[column] += weight * index.ports[p].value;
                }
            }
        }
        std::sort(touched.begin(), touched.end());
        for (const int column : touched) {
            const auto c = static_cast<std::size_t>(column);
            // Small coefficients stay: a PTDF of 1e-6 moves kilowatts.
            if (sum[c] != 0.0) {
                rows.column.push_back(column);
                rows.value.push_back(sum[c]);
            }
            sum[c] = 0.0;
            seen[c] = 0;
        }
        rows.start.push_back(static_cast<std::int64_t>(rows.column.size()));
        rows.lower.push_back(row.lower - constant);
        rows.upper.push_back(row.upper - constant);
    }
}

int count_columns(std::span<const Block> blocks) {
    return first_of(blocks, [](const Block& block) { return block.columns(); }).back();
}

template <typename T>
void append(std::vector<T>& all, const std::vector<T>& some) {
    all.insert(all.end(), some.begin(), some.end());
}

} // namespace

FlatProgramme flatten(std::span<const Block> blocks, const Coupling& coupling) {
    check_coupling(coupling);
    FlatProgramme flat;
    flat.first_column = first_of(blocks, [](const Block& block) { return block.columns(); });
    flat.first_row = first_of(blocks, [](const Block& block) { return block.rows(); });
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        const Block& block = blocks[b];
        flat.offset += block.fixed_cost;
        append(flat.cost, block.cost);
        append(flat.lower, block.lower);
        append(flat.upper, block.upper);
        append(flat.integer, block.integer);
        append(flat.rows.lower, block.row_lower);
        append(flat.rows.upper, block.row_upper);
        const auto entries = static_cast<std::int64_t>(flat.rows.column.size());
        for (std::size_t r = 1; r < block.row_start.size(); ++r) {
            flat.rows.start.push_back(entries + block.row_start[r]);
        }
        for (const int column : block.row_column) {
            flat.rows.column.push_back(flat.first_column[b] + column);
        }
        append(flat.rows.value, block.row_value);
    }
    append_rows(index_ports(blocks, coupling), coupling, 0, coupling.rows.size(),
                flat.first_column.back(), flat.rows);
    return flat;
}

SparseRows flatten_rows(std::span<const Block> blocks, const Coupling& coupling, std::size_t first,
                        std::size_t last) {
    check_coupling(coupling);
    if (first > last || last > coupling.rows.size()) {
        throw Error(Exit::defect,
                    fmt::format("coupling rows {} .. {} of {}", first, last, coupling.rows.size()));
    }
    SparseRows rows;
    append_rows(index_ports(blocks, coupling), coupling, first, last, count_columns(blocks), rows);
    return rows;
}

Size size_of(std::span<const Block> blocks, const Coupling& coupling) {
    check_coupling(coupling);
    Size size;
    for (const Block& block : blocks) {
        size.columns += block.columns();
        size.integers += std::count(block.integer.begin(), block.integer.end(), char{1});
        size.rows += block.rows();
        size.nonzeros += static_cast<long long>(block.row_column.size());
    }
    const PortIndex index = index_ports(blocks, coupling);
    const auto hours = static_cast<std::size_t>(coupling.hours);
    for (const CouplingRow& row : coupling.rows) {
        const Pattern& pattern = coupling.patterns[static_cast<std::size_t>(row.pattern)];
        for (std::size_t i = 0; i < pattern.channel.size(); ++i) {
            if (pattern.weight[i] == 0.0) {
                continue;
            }
            const std::size_t channel = static_cast<std::size_t>(pattern.channel[i]) * hours;
            size.coupling_nonzeros +=
                static_cast<long long>(index.start[channel + static_cast<std::size_t>(row.end)] -
                                       index.start[channel + static_cast<std::size_t>(row.begin)]);
        }
    }
    return size;
}

} // namespace longyang::lp
