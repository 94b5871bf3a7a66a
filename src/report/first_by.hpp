#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace longyang::report {

/// 0, 1, ... `count` - 1 in the order of a key, the first `rows` of them.
template <class Key>
std::vector<std::size_t> first_by(std::size_t count, std::size_t rows, const Key& key) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    order.resize(std::min(rows, count));
    return order;
}

} // namespace longyang::report
