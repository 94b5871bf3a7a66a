#include "kernels/detail/ac_structure.hpp"

#include "kernels/detail/arrays.hpp"
#include "kernels/detail/elimination.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

namespace longyang::kernels::detail {
namespace {

[[noreturn]] void refuse(const std::string& words) {
    throw std::invalid_argument("AC network: " + words);
}

void require_shares(const AcNetwork& network) {
    if (network.slack_share.empty()) {
        return;
    }
    require_size("slack_share", network.slack_share.size(), network.buses);
    double sum = 0.0;
    for (std::size_t i = 0; i < network.buses; ++i) {
        if (!(network.slack_share[i] >= 0.0)) {
            refuse("the slack share of bus " + std::to_string(i) + " is " +
                   std::to_string(network.slack_share[i]));
        }
        sum += network.slack_share[i];
    }
    if (!(std::abs(sum - 1.0) < 1e-9)) {
        refuse("slack shares are " + std::to_string(sum) + " in sum");
    }
}

void require_network(const AcNetwork& network) {
    require_size("row_begin", network.row_begin.size(), network.buses + 1);
    const std::size_t entries = network.column.size();
    require_size("g_pu", network.g_pu.size(), entries);
    require_size("b_pu", network.b_pu.size(), entries);
    require_size("kind", network.kind.size(), network.buses);
    require_shares(network);
    for (std::size_t i = 0; i < network.buses; ++i) {
        if (network.row_begin[i] < 0 || network.row_begin[i + 1] < network.row_begin[i]) {
            refuse("row_begin falls at bus " + std::to_string(i));
        }
    }
    require_size("column", entries, place(network.row_begin[network.buses]));
}

/// Other buses that each bus has an entry for, in order.
Neighbours neighbours_of(const AcNetwork& network) {
    Neighbours to(network.buses);
    for (std::size_t i = 0; i < network.buses; ++i) {
        bool own = false;
        for (auto e = network.row_begin[i]; e < network.row_begin[i + 1]; ++e) {
            const std::int32_t k = network.column[place(e)];
            if (k < 0 || place(k) >= network.buses) {
                refuse("bus " + std::to_string(i) + " has an entry for bus " + std::to_string(k));
            }
            own = own || place(k) == i;
            if (place(k) != i) {
                to[i].push_back(k);
            }
        }
        if (!own) {
            refuse("bus " + std::to_string(i) + " has no diagonal entry");
        }
        std::sort(to[i].begin(), to[i].end());
        if (std::adjacent_find(to[i].begin(), to[i].end()) != to[i].end()) {
            refuse("bus " + std::to_string(i) + " has two entries for a bus");
        }
    }
    for (std::size_t i = 0; i < network.buses; ++i) {
        for (const std::int32_t k : to[i]) {
            if (!std::binary_search(to[place(k)].begin(), to[place(k)].end(), number(i))) {
                refuse("bus " + std::to_string(i) + " has an entry for bus " + std::to_string(k) +
                       ", which has none for it");
            }
        }
    }
    return to;
}

void require_connection(const AcNetwork& network, const Neighbours& to) {
    std::vector<char> reached(network.buses, 0);
    std::vector<std::int32_t> open;
    for (std::size_t i = 0; i < network.buses; ++i) {
        if (network.kind[i] == AcBus::slack) {
            reached[i] = 1;
            open.push_back(number(i));
        }
    }
    if (!network.slack_share.empty() && open.size() != 1) {
        refuse("slack shares need one slack bus, there are " + std::to_string(open.size()));
    }
    while (!open.empty()) {
        const std::int32_t i = open.back();
        open.pop_back();
        for (const std::int32_t k : to[place(i)]) {
            if (reached[place(k)] == 0) {
                reached[place(k)] = 1;
                open.push_back(k);
            }
        }
    }
    const auto alone = std::find(reached.begin(), reached.end(), 0);
    if (alone != reached.end()) {
        refuse("bus " + std::to_string(alone - reached.begin()) +
               " is not connected to a slack bus");
    }
}

/// Buses in order of elimination, slack buses left out.
std::vector<std::int32_t> elimination_order(const AcNetwork& network, const Neighbours& to) {
    std::vector<int> unknowns;
    for (const AcBus kind : network.kind) {
        unknowns.push_back(kind == AcBus::slack ? 0 : kind == AcBus::load ? 2 : 1);
    }
    return minimum_degree(to, unknowns).order;
}

/// Numbers buses as nodes and takes over what belongs to each.
void set_nodes(const AcNetwork& network, const Neighbours& to, bool limits, AcHostStructure& s) {
    s.bus = elimination_order(network, to);
    s.sizes.free = static_cast<int>(s.bus.size());
    for (std::size_t i = 0; i < network.buses; ++i) {
        if (network.kind[i] == AcBus::slack) {
            s.bus.push_back(number(i));
        }
    }
    s.sizes.nodes = static_cast<int>(s.bus.size());
    s.sizes.rows = s.sizes.free + (network.slack_share.empty() ? 0 : 1);
    for (const std::int32_t b : s.bus) {
        const AcBus kind = network.kind[place(b)];
        s.kind.push_back(kind == AcBus::load    ? AcNode::load
                         : kind == AcBus::slack ? AcNode::slack
                         : limits               ? AcNode::limited
                                                : AcNode::regulated);
        if (!network.slack_share.empty()) {
            s.share.push_back(network.slack_share[place(b)]);
        }
    }
}

void set_held(const AcNetwork& network, AcHostStructure& s) {
    std::vector<std::int32_t> row_of_bus(network.buses, -1);
    std::int32_t rows = 0;
    for (std::size_t i = 0; i < network.buses; ++i) {
        if (network.kind[i] != AcBus::load) {
            row_of_bus[i] = rows++;
        }
    }
    for (std::size_t i = 0; i < s.bus.size(); ++i) {
        s.held_row.push_back(row_of_bus[place(s.bus[i])]);
        if (s.kind[i] != AcNode::load) {
            s.held.push_back(number(i));
        }
        if (s.kind[i] == AcNode::limited) {
            s.limited.push_back(number(i));
        }
    }
    s.sizes.held_nodes = static_cast<int>(s.held.size());
    s.sizes.limited_nodes = static_cast<int>(s.limited.size());
}

void set_admittances(const AcNetwork& network, AcHostStructure& s) {
    std::vector<std::int32_t> node_of(network.buses);
    for (std::size_t i = 0; i < s.bus.size(); ++i) {
        node_of[place(s.bus[i])] = number(i);
    }
    s.entry_begin.push_back(0);
    std::vector<std::pair<std::int32_t, std::int32_t>> row;
    for (const std::int32_t b : s.bus) {
        row.clear();
        for (auto e = network.row_begin[place(b)]; e < network.row_begin[place(b) + 1]; ++e) {
            const std::int32_t k = network.column[place(e)];
            if (k == b) {
                s.own_g.push_back(network.g_pu[place(e)]);
                s.own_b.push_back(network.b_pu[place(e)]);
            } else {
                row.emplace_back(node_of[place(k)], e);
            }
        }
        std::sort(row.begin(), row.end());
        for (const auto& [node, e] : row) {
            s.entry_node.push_back(node);
            s.entry_g.push_back(network.g_pu[place(e)]);
            s.entry_b.push_back(network.b_pu[place(e)]);
        }
        s.entry_begin.push_back(number(s.entry_node.size()));
    }
}

int block_size(const AcHostStructure& s, std::size_t row) {
    return s.kind[row] == AcNode::load || s.kind[row] == AcNode::limited ? 2 : 1;
}

/// Later blocks that each block meets, in order: those of the matrix and those that elimination
/// adds (a block hands what it meets to the first of them).
Neighbours upper_pattern(const AcHostStructure& s) {
    const auto rows = static_cast<std::size_t>(s.sizes.rows);
    Neighbours upper(rows);
    for (std::size_t i = 0; i < rows; ++i) {
        for (auto e = s.entry_begin[i]; e < s.entry_begin[i + 1]; ++e) {
            const auto k = place(s.entry_node[place(e)]);
            if (k > i && k < rows) {
                upper[i].push_back(number(k));
            }
        }
        if (!s.share.empty() && i + 1 < rows && s.share[i] != 0.0 &&
            (upper[i].empty() || place(upper[i].back()) + 1 < rows)) {
            upper[i].push_back(number(rows - 1));
        }
    }
    std::vector<std::int32_t> merged;
    for (std::size_t i = 0; i < rows; ++i) {
        if (upper[i].size() < 2) {
            continue;
        }
        auto& parent = upper[place(upper[i].front())];
        merged.clear();
        std::set_union(parent.begin(), parent.end(), upper[i].begin() + 1, upper[i].end(),
                       std::back_inserter(merged));
        parent = merged;
    }
    return upper;
}

Neighbours lower_pattern(const Neighbours& upper) {
    Neighbours lower(upper.size());
    for (std::size_t i = 0; i < upper.size(); ++i) {
        for (const std::int32_t k : upper[i]) {
            lower[place(k)].push_back(number(i));
        }
    }
    return lower;
}

/// Lists the unknowns of some blocks.
void list_unknowns(const AcHostStructure& s, const std::vector<std::int32_t>& blocks,
                   std::vector<std::int32_t>& x) {
    for (const std::int32_t k : blocks) {
        for (std::int32_t at = s.x_at[place(k)]; at < s.x_at[place(k) + 1]; ++at) {
            x.push_back(at);
        }
    }
}

void set_rows(const Neighbours& upper, const Neighbours& lower, AcHostStructure& s) {
    const std::size_t rows = upper.size();
    s.x_at.push_back(0);
    for (std::size_t i = 0; i < rows; ++i) {
        s.x_at.push_back(s.x_at.back() + block_size(s, i));
    }
    s.sizes.unknowns = s.x_at.back();
    s.u_begin.push_back(0);
    s.l_begin.push_back(0);
    int at = 0;
    int lower_at = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        list_unknowns(s, upper[i], s.u_x);
        list_unknowns(s, lower[i], s.l_x);
        s.u_begin.push_back(number(s.u_x.size()));
        s.l_begin.push_back(number(s.l_x.size()));
        const int size = block_size(s, i);
        s.row_at.push_back(at);
        s.l_row_at.push_back(lower_at);
        const int l_numbers = size * (s.l_begin[i + 1] - s.l_begin[i]);
        at += size * (size + s.u_begin[i + 1] - s.u_begin[i]);
        lower_at += l_numbers;
        s.sizes.work_size = std::max(s.sizes.work_size, at + l_numbers);
    }
    s.sizes.factor_size = at;
    s.sizes.lower_size = lower_at;
}

/// Columns of a row by block: where each block's first unknown stands; -1: not met.
class RowColumns {
public:
    explicit RowColumns(std::size_t rows) : column_(rows, -1) {}

    void enter(const AcHostStructure& s, std::size_t row, const std::vector<std::int32_t>& upper,
               const std::vector<std::int32_t>& lower) {
        std::int32_t c = 0;
        const auto put = [&](std::size_t block) {
            column_[block] = c;
            c += block_size(s, block);
        };
        put(row);
        std::for_each(upper.begin(), upper.end(), [&](std::int32_t k) { put(place(k)); });
        std::for_each(lower.begin(), lower.end(), [&](std::int32_t k) { put(place(k)); });
        count_ = c;
    }
    [[nodiscard]] std::int32_t of(std::size_t block) const { return column_[block]; }
    [[nodiscard]] std::int32_t count() const { return count_; }

private:
    std::vector<std::int32_t> column_;
    std::int32_t count_ = 0;
};

/// Where the entries of a row of the matrix go, and which columns start as zero.
void set_assembly(const RowColumns& columns, std::size_t i, AcHostStructure& s) {
    std::vector<char> written(place(columns.count()), 0);
    written[0] = 1;
    if (block_size(s, i) == 2) {
        written[1] = 1;
    }
    for (auto e = s.entry_begin[i]; e < s.entry_begin[i + 1]; ++e) {
        const auto k = place(s.entry_node[place(e)]);
        if (s.kind[k] == AcNode::slack) {
            continue;
        }
        const std::int32_t c = columns.of(k);
        s.angle_column[place(e)] = c;
        written[place(c)] = 1;
        if (block_size(s, k) == 2) {
            s.magnitude_column[place(e)] = c + 1;
            written[place(c) + 1] = 1;
        }
    }
    if (!s.share.empty()) {
        const bool meets = s.share[i] != 0.0 && s.kind[i] != AcNode::slack;
        s.share_column.push_back(meets ? columns.of(place(s.sizes.rows - 1)) : -1);
        if (meets) {
            written[place(s.share_column.back())] = 1;
        }
    }
    for (std::size_t c = 0; c < written.size(); ++c) {
        if (written[c] == 0) {
            s.fill_column.push_back(number(c));
        }
    }
    s.fill_begin.push_back(number(s.fill_column.size()));
}

void set_elimination(const RowColumns& columns, const std::vector<std::int32_t>& lower,
                     const Neighbours& upper, AcHostStructure& s) {
    for (const std::int32_t k : lower) {
        s.pivot_row.push_back(k);
        s.pivot_column.push_back(columns.of(place(k)));
        for (const std::int32_t j : upper[place(k)]) {
            for (int q = 0; q < block_size(s, place(j)); ++q) {
                s.target_column.push_back(columns.of(place(j)) + q);
            }
        }
        s.target_begin.push_back(number(s.target_column.size()));
    }
    s.pivot_begin.push_back(number(s.pivot_row.size()));
}

} // namespace

AcHostStructure ac_structure(const AcNetwork& network, bool limits) {
    require_network(network);
    const Neighbours to = neighbours_of(network);
    require_connection(network, to);
    AcHostStructure s;
    set_nodes(network, to, limits, s);
    set_held(network, s);
    set_admittances(network, s);
    const Neighbours upper = upper_pattern(s);
    const Neighbours lower = lower_pattern(upper);
    set_rows(upper, lower, s);
    s.angle_column.assign(s.entry_node.size(), -1);
    s.magnitude_column.assign(s.entry_node.size(), -1);
    s.fill_begin.push_back(0);
    s.pivot_begin.push_back(0);
    s.target_begin.push_back(0);
    RowColumns columns(upper.size());
    for (std::size_t i = 0; i < upper.size(); ++i) {
        columns.enter(s, i, upper[i], lower[i]);
        set_assembly(columns, i, s);
        set_elimination(columns, lower[i], upper, s);
    }
    return s;
}

} // namespace longyang::kernels::detail
