#include "kernels/detail/level_lines.hpp"
#include "kernels/levels.hpp"

#include <algorithm>
#include <vector>

namespace longyang::kernels {
namespace {

// Equation PE-83, backward over blocks. An item is a line.
struct Rest {
    detail::LinesView lines;
    const double* cost;
    const std::int64_t* rest_first;
    double* rest;

    // Work, each with the place where a line's part begins.
    const std::int64_t* ahead_first; ///< one row of counts x levels
    double* ahead;
    const std::int64_t* queue_first; ///< four lists of levels
    std::int32_t* queue;

    /// Of block b from `ahead`, which is of block b + 1 with its costs.
    KOKKOS_INLINE_FUNCTION void before(std::int64_t b, std::int64_t counts, const double* of_next,
                                       const detail::LevelWindows& windows, std::int32_t* waiting,
                                       double* own) const {
        const std::int64_t n = lines.levels(b);
        const std::int64_t m = lines.levels(b + 1);
        const bool limited = counts > 1 && lines.counted[b + 1] != 0;
        const bool anew = counts > 1 && lines.day_begins[b + 1] != 0;
        for (std::int64_t c = 0; c < counts; ++c) {
            double* row = own + c * n;
            for (std::int64_t i = 0; i < n; ++i) {
                row[i] = detail::impossible;
                if (anew && c > 0) {
                    row[i] = own[i];
                }
            }
            if (anew && c > 0) {
                continue;
            }
            const auto take_from = [&](std::int64_t of, std::int64_t i, std::int32_t j) {
                const double next = of_next[of * m + j];
                row[i] = next < row[i] ? next : row[i];
            };
            if (limited) {
                for (std::int64_t i = 0; i < n; ++i) {
                    if (windows.equal[i] >= 0) {
                        take_from(c, i, windows.equal[i]);
                    }
                }
            }
            const std::int64_t of = limited ? c + 1 : c;
            if (of < counts) {
                detail::slide(of_next + of * m, n, windows, waiting,
                              [&](std::int64_t i, std::int32_t j) { take_from(of, i, j); });
            }
        }
    }

    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t line) const {
        const std::int64_t begin = lines.first_block[line];
        const std::int64_t end = lines.first_block[line + 1];
        const std::int64_t counts = lines.most_changes[line] + 1;
        const std::int64_t wide = (queue_first[line + 1] - queue_first[line]) / 4;
        std::int32_t* lists = queue + queue_first[line];
        detail::LevelWindows windows{lists, lists + wide, lists + 2 * wide};
        double* of_next = ahead + ahead_first[line];
        double* own = rest + rest_first[line + 1];
        for (std::int64_t b = end - 1; b >= begin; --b) {
            const std::int64_t n = lines.levels(b);
            own -= counts * n;
            if (b + 1 == end) {
                for (std::int64_t k = 0; k < counts * n; ++k) {
                    own[k] = 0.0;
                }
            } else {
                windows.find(n, lines.levels(b + 1),
                             (lines.low[b] - lines.low[b + 1]) / lines.step[line],
                             lines.change_max[b + 1] / lines.step[line]);
                before(b, counts, of_next, windows, lists + 3 * wide, own);
            }
            for (std::int64_t k = 0; k < counts * n; ++k) {
                of_next[k] = own[k] + cost[lines.first_level[b] + k % n];
            }
        }
    }
};

/// Per line, most levels of a block.
std::vector<std::int64_t> widest_of(const LevelLines& lines) {
    std::vector<std::int64_t> widest;
    for (std::size_t l = 0; l + 1 < lines.first_block.size(); ++l) {
        std::int64_t most = 0;
        for (auto b = static_cast<std::size_t>(lines.first_block[l]);
             b < static_cast<std::size_t>(lines.first_block[l + 1]); ++b) {
            most = std::max(most, lines.first_level[b + 1] - lines.first_level[b]);
        }
        widest.push_back(most);
    }
    return widest;
}

} // namespace

void level_rests(const LevelLines& lines, std::span<const double> cost, std::span<double> rest) {
    detail::require_lines(lines);
    const std::size_t count = lines.first_block.size() - 1;
    detail::require_size("cost", cost.size(), static_cast<std::size_t>(lines.first_level.back()));
    const std::vector<std::int64_t> firsts = detail::rests_of(lines);
    detail::require_size("rests", rest.size(), static_cast<std::size_t>(firsts.back()));
    const std::vector<std::int64_t> widest = widest_of(lines);
    const auto rows = detail::deal_out(
        count, [&](std::size_t l) { return widest[l] * (lines.most_changes[l] + 1); });
    const auto queues = detail::deal_out(count, [&](std::size_t l) { return 4 * widest[l]; });
    const detail::LinesOnDevice on_device(lines);
    const auto costs = detail::to_device("costs of levels", cost);
    const auto rest_first = detail::to_device("places of rests", detail::read(firsts));
    const auto rests = detail::output_on_device("rests", rest);
    const auto ahead_first = detail::to_device("places of rows", detail::read(rows));
    const auto queue_first = detail::to_device("places of queues", detail::read(queues));
    const auto ahead = detail::scratch<double>("rows", rows.back());
    const auto queue = detail::scratch<std::int32_t>("queues", queues.back());
    Kokkos::parallel_for("rests of levels", detail::Range(0, detail::length(count)),
                         Rest{on_device.view(), costs.data(), rest_first.data(), rests.data(),
                              ahead_first.data(), ahead.data(), queue_first.data(), queue.data()});
    detail::to_host(rests, rest);
}

} // namespace longyang::kernels
