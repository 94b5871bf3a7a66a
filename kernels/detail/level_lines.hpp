#pragma once

// Internal to kernels/: what the two passes over a line's levels share, forward (levels.cpp) and
// backward (level_rests.cpp).

#include "kernels/detail/arrays.hpp"
#include "kernels/levels.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace longyang::kernels::detail {

/// The cost of what cannot be.
inline constexpr double impossible = std::numeric_limits<double>::infinity();

/// Of each level i of a block, [from, to] of another block's levels that lie within `reach` of it,
/// and the one with the same power (-1: none).
struct LevelWindows {
    std::int32_t* from;
    std::int32_t* to;
    std::int32_t* equal;
    /// Those that were found last.
    std::int64_t levels = -1, levels_of_other = -1;
    double above = 0.0, reach = 0.0;

    /// above_: by how many steps the block's lowest power lies above the other's. reach_: in steps.
    /// Most blocks are like the one before: to find the same again would take a third of a search.
    KOKKOS_INLINE_FUNCTION void find(std::int64_t levels_, std::int64_t levels_of_other_,
                                     double above_, double reach_) {
        if (levels == levels_ && levels_of_other == levels_of_other_ && above == above_ &&
            reach == reach_) {
            return;
        }
        levels = levels_;
        levels_of_other = levels_of_other_;
        above = above_;
        reach = reach_;
        const auto last = static_cast<double>(levels_of_other - 1);
        for (std::int64_t i = 0; i < levels; ++i) {
            const double at = above + static_cast<double>(i);
            from[i] = static_cast<std::int32_t>(
                std::fmin(last + 1.0, std::fmax(0.0, std::ceil(at - reach - same_power_steps))));
            to[i] = static_cast<std::int32_t>(
                std::fmax(-1.0, std::fmin(last, std::floor(at + reach + same_power_steps))));
            const double near = std::floor(at + 0.5);
            const bool there =
                near >= 0.0 && near <= last && std::fabs(near - at) < same_power_steps;
            equal[i] = there ? static_cast<std::int32_t>(near) : -1;
        }
    }
};

/// take(i, j) for each level i of a block that can reach any, j the one of the other block's levels
/// within its window where `of_other` is least.
template <typename Take>
KOKKOS_INLINE_FUNCTION void slide(const double* of_other, std::int64_t levels,
                                  const LevelWindows& windows, std::int32_t* waiting,
                                  const Take& take) {
    std::int64_t head = 0;
    std::int64_t tail = 0;
    std::int32_t next = 0;
    for (std::int64_t i = 0; i < levels; ++i) {
        for (; next <= windows.to[i]; ++next) {
            while (tail > head && of_other[waiting[tail - 1]] >= of_other[next]) {
                --tail;
            }
            waiting[tail++] = next;
        }
        while (tail > head && waiting[head] < windows.from[i]) {
            ++head;
        }
        if (tail > head) {
            take(i, waiting[head]);
        }
    }
}

/// Lines where kernels read them.
struct LinesView {
    const std::int64_t* first_block;
    const double* step;
    const int* most_changes;
    const std::int64_t* first_level;
    const double* low;
    const double* change_max;
    const char* counted;
    const char* day_begins;

    KOKKOS_INLINE_FUNCTION std::int64_t levels(std::int64_t b) const {
        return first_level[b + 1] - first_level[b];
    }
};

/// The caller's lines, or copies where kernels cannot read these, as long as this lives.
class LinesOnDevice {
public:
    explicit LinesOnDevice(const LevelLines& lines)
        : first_block_(to_device("lines", lines.first_block)),
          step_(to_device("steps", lines.step)),
          most_changes_(to_device("most changes", lines.most_changes)),
          first_level_(to_device("levels", lines.first_level)),
          low_(to_device("lowest powers", lines.low)),
          change_max_(to_device("largest changes", lines.change_max)),
          counted_(to_device("counted changes", lines.counted)),
          day_begins_(to_device("beginnings of days", lines.day_begins)) {}

    [[nodiscard]] LinesView view() const {
        return {first_block_.data(), step_.data(),       most_changes_.data(), first_level_.data(),
                low_.data(),         change_max_.data(), counted_.data(),      day_begins_.data()};
    }

private:
    template <class T>
    using Copy = decltype(to_device("", std::span<const T>()));

    Copy<std::int64_t> first_block_;
    Copy<double> step_;
    Copy<int> most_changes_;
    Copy<std::int64_t> first_level_;
    Copy<double> low_, change_max_;
    Copy<char> counted_, day_begins_;
};

/// Where each line's part of a work array begins, from what each needs.
template <typename Need>
std::vector<std::int64_t> deal_out(std::size_t lines, const Need& need) {
    std::vector<std::int64_t> first{0};
    for (std::size_t line = 0; line < lines; ++line) {
        first.push_back(first.back() + need(line));
    }
    return first;
}

/// Of each line's rests (LevelBounds).
inline std::vector<std::int64_t> rests_of(const LevelLines& lines) {
    return deal_out(lines.first_block.size() - 1, [&](std::size_t l) {
        const auto first = static_cast<std::size_t>(lines.first_block[l]);
        const auto last = static_cast<std::size_t>(lines.first_block[l + 1]);
        return (lines.most_changes[l] + 1) * (lines.first_level[last] - lines.first_level[first]);
    });
}

/// Throws std::invalid_argument where sizes do not fit each other.
inline void require_lines(const LevelLines& lines) {
    if (lines.first_block.empty() || lines.first_level.empty()) {
        throw std::invalid_argument("first_block and first_level begin with 0");
    }
    const std::size_t count = lines.first_block.size() - 1;
    const std::size_t blocks = lines.first_level.size() - 1;
    require_size("blocks of lines", blocks, static_cast<std::size_t>(lines.first_block.back()));
    require_size("step", lines.step.size(), count);
    require_size("most_changes", lines.most_changes.size(), count);
    require_size("low", lines.low.size(), blocks);
    require_size("change_max", lines.change_max.size(), blocks);
    require_size("counted", lines.counted.size(), blocks);
    require_size("day_begins", lines.day_begins.size(), blocks);
    require_size("energy", lines.energy.size(), blocks);
    require_size("end_first", lines.end_first.size(), blocks + 1);
    require_size("end_cost", lines.end_cost.size(),
                 static_cast<std::size_t>(lines.end_first.back()));
}

} // namespace longyang::kernels::detail
