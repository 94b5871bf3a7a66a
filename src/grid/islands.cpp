#include "grid/islands.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace longyang::grid {
namespace {

int root_of(std::vector<int>& parent, int bus) {
    while (parent[static_cast<std::size_t>(bus)] != bus) {
        int& up = parent[static_cast<std::size_t>(bus)];
        up = parent[static_cast<std::size_t>(up)]; // halves the path for the next one
        bus = up;
    }
    return bus;
}

} // namespace

std::vector<int> islands(int buses, std::span<const int> from, std::span<const int> to) {
    std::vector<int> parent(static_cast<std::size_t>(buses));
    std::iota(parent.begin(), parent.end(), 0);
    for (std::size_t l = 0; l < from.size(); ++l) {
        if (std::min(from[l], to[l]) < 0 || std::max(from[l], to[l]) >= buses) {
            throw Error(Exit::defect, fmt::format("branch {} joins buses {} and {} of {}", l,
                                                  from[l], to[l], buses));
        }
        const int a = root_of(parent, from[l]);
        const int b = root_of(parent, to[l]);
        // The lower bus becomes the root, so that an island's root is its lowest bus.
        parent[static_cast<std::size_t>(std::max(a, b))] = std::min(a, b);
    }
    std::vector<int> island(parent.size());
    int count = 0;
    for (int bus = 0; bus < buses; ++bus) {
        const int root = root_of(parent, bus);
        island[static_cast<std::size_t>(bus)] =
            root == bus ? count++ : island[static_cast<std::size_t>(root)];
    }
    return island;
}

} // namespace longyang::grid
