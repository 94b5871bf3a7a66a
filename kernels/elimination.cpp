#include "kernels/detail/elimination.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace longyang::kernels::detail {
Elimination minimum_degree(Neighbours to, std::span<const int> unknowns) {
    const auto degree = [&](std::int32_t i) {
        int sum = 0;
        for (const std::int32_t k : to[place(i)]) {
            sum += unknowns[place(k)];
        }
        return sum;
    };
    std::vector<int> degrees(to.size(), 0);
    std::set<std::pair<int, std::int32_t>> open;
    for (std::size_t i = 0; i < to.size(); ++i) {
        std::erase_if(to[i], [&](std::int32_t k) { return unknowns[place(k)] == 0; });
        if (unknowns[i] != 0) {
            degrees[i] = degree(number(i));
            open.emplace(degrees[i], number(i));
        }
    }
    Elimination found;
    std::vector<std::int32_t> merged;
    while (!open.empty()) {
        const std::int32_t i = open.begin()->second;
        open.erase(open.begin());
        found.order.push_back(i);
        const std::vector<std::int32_t>& front = found.front.emplace_back(std::move(to[place(i)]));
        for (const std::int32_t k : front) {
            auto& mine = to[place(k)];
            merged.clear();
            std::set_union(mine.begin(), mine.end(), front.begin(), front.end(),
                           std::back_inserter(merged));
            std::erase_if(merged, [&](std::int32_t j) { return j == i || j == k; });
            mine = merged;
            open.erase({degrees[place(k)], k});
            degrees[place(k)] = degree(k);
            open.emplace(degrees[place(k)], k);
        }
    }
    return found;
}

} // namespace longyang::kernels::detail
