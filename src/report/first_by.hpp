#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

namespace longyang::report {

/// A key in whole 1e-9: last bits differ with the number of ranks, and equal ones are told in their
/// order.
inline double whole_key(double value) {
    return std::round(value * 1e9);
}

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
