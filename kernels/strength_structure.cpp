#include "kernels/detail/strength_structure.hpp"

#include "kernels/detail/arrays.hpp"
#include "kernels/detail/elimination.hpp"

#include <algorithm>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

namespace longyang::kernels::detail {
namespace {

template <class T>
void require_places(const char* what, std::span<const T> places, std::size_t count) {
    for (const T n : places) {
        if (n < 0 || static_cast<std::size_t>(n) >= count) {
            throw std::invalid_argument(std::string(what) + " has " + std::to_string(n) +
                                        ", expected 0 to " + std::to_string(count) + " - 1");
        }
    }
}

void require(const MachineNetwork& net, const StrengthQuestions& ask) {
    require_places("from", net.from, net.nodes);
    require_places("to", net.to, net.nodes);
    require_size("to", net.to.size(), net.from.size());
    require_size("line_pu", net.line_pu.size(), net.from.size());
    require_places("machine_node", net.machine_node, net.nodes);
    require_size("machine_pu", net.machine_pu.size(), net.machine_node.size());
    require_size("connected", net.connected.size(), net.machine_node.size() * net.hours);
    const std::size_t targets = ask.target.size();
    require_places("target", ask.target, net.nodes);
    require_places("infeed_target", ask.infeed_target, targets);
    require_size("infeed_mw", ask.infeed_mw.size(), ask.infeed_target.size() * net.hours);
    require_places("group_infeed", ask.group_infeed, ask.infeed_target.size());
    require_places("group_first", ask.group_first, ask.group_infeed.size() + 1);
    const std::size_t groups = ask.group_first.empty() ? 0 : ask.group_first.size() - 1;
    require_places("sum_target", ask.sum_target, targets);
    require_places("sum_group", ask.sum_group, groups);
    require_size("sum_group", ask.sum_group.size(), ask.sum_target.size());
    require_places("weight_of", ask.weight_of, targets);
    require_places("weight_at", ask.weight_at, targets);
    require_size("weight_at", ask.weight_at.size(), ask.weight_of.size());
}

/// Items by the list that each is of, in their order.
std::vector<std::vector<std::int32_t>> lists(std::size_t count,
                                             std::span<const std::int32_t> list_of) {
    std::vector<std::vector<std::int32_t>> found(count);
    for (std::size_t i = 0; i < list_of.size(); ++i) {
        found[place(list_of[i])].push_back(number(i));
    }
    return found;
}

class Structure {
public:
    Structure(const MachineNetwork& net, const StrengthQuestions& ask) : net_(net), ask_(ask) {
        set_factor();
        set_lines();
        set_machines();
        set_sums();
        set_weights();
    }
    [[nodiscard]] StrengthHostStructure take() { return std::move(s_); }

private:
    void set_factor() {
        Neighbours to(net_.nodes);
        for (std::size_t l = 0; l < net_.from.size(); ++l) {
            if (net_.from[l] != net_.to[l]) {
                to[place(net_.from[l])].push_back(net_.to[l]);
                to[place(net_.to[l])].push_back(net_.from[l]);
            }
        }
        for (auto& nodes : to) {
            std::sort(nodes.begin(), nodes.end());
            nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
        }
        const Elimination found = minimum_degree(to, std::vector<int>(net_.nodes, 1));
        turn_.assign(net_.nodes, 0);
        for (std::size_t k = 0; k < net_.nodes; ++k) {
            turn_[place(found.order[k])] = number(k);
        }
        for (const auto& front : found.front) {
            std::vector<std::int32_t> rows;
            std::transform(front.begin(), front.end(), std::back_inserter(rows),
                           [&](std::int32_t node) { return turn_[place(node)]; });
            std::sort(rows.begin(), rows.end());
            s_.row.insert(s_.row.end(), rows.begin(), rows.end());
            s_.begin.push_back(number(s_.row.size()));
        }
        for (std::size_t k = 0; k < net_.nodes; ++k) {
            for (std::int32_t a = s_.begin[k]; a < s_.begin[k + 1]; ++a) {
                for (std::int32_t b = a + 1; b < s_.begin[k + 1]; ++b) {
                    s_.pair.push_back(entry(s_.row[place(a)], s_.row[place(b)]));
                }
            }
            s_.pair_begin.push_back(number(s_.pair.size()));
        }
    }
    /// The entry between two nodes, the earlier first.
    [[nodiscard]] std::int32_t entry(std::int32_t first, std::int32_t second) const {
        const auto begin = s_.row.begin() + s_.begin[place(first)];
        const auto end = s_.row.begin() + s_.begin[place(first) + 1];
        return static_cast<std::int32_t>(std::lower_bound(begin, end, second) - s_.row.begin());
    }
    void set_lines() {
        s_.line_pu.assign(s_.row.size(), 0.0);
        for (std::size_t l = 0; l < net_.from.size(); ++l) {
            const std::int32_t a = turn_[place(net_.from[l])];
            const std::int32_t b = turn_[place(net_.to[l])];
            if (a != b) {
                s_.line_pu[place(entry(std::min(a, b), std::max(a, b)))] += net_.line_pu[l];
            }
        }
    }
    void set_machines() {
        std::vector<std::int32_t> node;
        std::transform(net_.machine_node.begin(), net_.machine_node.end(), std::back_inserter(node),
                       [&](int n) { return turn_[place(n)]; });
        for (const auto& rows : lists(net_.nodes, node)) {
            s_.machine.insert(s_.machine.end(), rows.begin(), rows.end());
            s_.machine_begin.push_back(number(s_.machine.size()));
        }
        for (std::size_t i = 0; i < ask_.target.size(); ++i) {
            s_.target_node.push_back(node_of(i));
        }
    }
    [[nodiscard]] std::int32_t node_of(std::size_t target) const {
        return turn_[place(ask_.target[target])];
    }
    void set_sums() {
        const std::size_t groups = ask_.group_first.empty() ? 0 : ask_.group_first.size() - 1;
        const std::vector<std::int32_t> group(ask_.sum_group.begin(), ask_.sum_group.end());
        const auto sums = lists(groups, group);
        for (std::size_t g = 0; g < groups; ++g) {
            if (sums[g].empty()) {
                continue;
            }
            for (std::int64_t n = ask_.group_first[g]; n < ask_.group_first[g + 1]; ++n) {
                const std::int64_t infeed = ask_.group_infeed[place(n)];
                s_.infeed.push_back(static_cast<std::int32_t>(infeed));
                s_.infeed_node.push_back(node_of(place(ask_.infeed_target[place(infeed)])));
            }
            s_.infeed_begin.push_back(number(s_.infeed.size()));
            for (const std::int32_t sum : sums[g]) {
                s_.sum.push_back(sum);
                s_.sum_node.push_back(node_of(place(ask_.sum_target[place(sum)])));
            }
            s_.sum_begin.push_back(number(s_.sum.size()));
        }
    }
    void set_weights() {
        std::vector<std::int32_t> at;
        std::transform(ask_.weight_at.begin(), ask_.weight_at.end(), std::back_inserter(at),
                       [&](std::int64_t target) { return node_of(place(target)); });
        const auto weights = lists(net_.nodes, at);
        for (std::size_t j = 0; j < net_.nodes; ++j) {
            if (weights[j].empty()) {
                continue;
            }
            s_.at_node.push_back(number(j));
            for (const std::int32_t weight : weights[j]) {
                s_.weight.push_back(weight);
                s_.of_node.push_back(node_of(place(ask_.weight_of[place(weight)])));
            }
            s_.weight_begin.push_back(number(s_.weight.size()));
            set_way();
        }
    }
    /// Nodes of the last place's weights and all their parents.
    void set_way() {
        std::vector<char> on_way(net_.nodes, 0);
        const std::size_t last = s_.weight_begin.size() - 1;
        for (auto n = s_.weight_begin[last - 1]; n < s_.weight_begin[last]; ++n) {
            on_way[place(s_.of_node[place(n)])] = 1;
        }
        for (std::size_t k = 0; k < net_.nodes; ++k) {
            if (on_way[k] != 0 && s_.begin[k] < s_.begin[k + 1]) {
                on_way[place(s_.row[place(s_.begin[k])])] = 1;
            }
        }
        for (std::size_t k = net_.nodes; k-- > 0;) {
            if (on_way[k] != 0) {
                s_.way.push_back(number(k));
            }
        }
        s_.way_begin.push_back(number(s_.way.size()));
    }

    const MachineNetwork& net_;
    const StrengthQuestions& ask_;
    std::vector<std::int32_t> turn_; ///< by node, its place in the order of elimination
    StrengthHostStructure s_;
};

} // namespace

StrengthHostStructure strength_structure(const MachineNetwork& network,
                                         const StrengthQuestions& ask) {
    require(network, ask);
    return Structure(network, ask).take();
}

} // namespace longyang::kernels::detail
