#include "kernels/levels.hpp"

#include "kernels/detail/arrays.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace longyang::kernels {
namespace {

using detail::Range;

/// Powers closer than this share of a step are the same.
constexpr double same = 1e-6;

/// What a line needs of the work arrays.
struct Places {
    std::int64_t energies = 1;  ///< largest number of energy sums of a layer
    std::int64_t layer = 0;     ///< largest layer
    std::int64_t decisions = 0; ///< all layers
    std::int64_t ends = 0;      ///< of the blocks that end a period
    std::int64_t widest = 0;    ///< most levels of a block
};

Places places_of(const LevelLines& lines, std::size_t line) {
    Places places;
    const std::int64_t counts = lines.most_changes[line] + 1;
    std::int64_t energies = 1;
    for (auto b = static_cast<std::size_t>(lines.first_block[line]);
         b < static_cast<std::size_t>(lines.first_block[line + 1]); ++b) {
        const std::int64_t levels = lines.first_level[b + 1] - lines.first_level[b];
        energies += lines.energy[b] * (levels - 1);
        places.energies = std::max(places.energies, energies);
        places.layer = std::max(places.layer, energies * counts * levels);
        places.decisions += energies * counts * levels;
        places.widest = std::max(places.widest, levels);
        if (lines.end_first[b + 1] > lines.end_first[b]) {
            detail::require_size(
                "end costs of a period",
                static_cast<std::size_t>(lines.end_first[b + 1] - lines.end_first[b]),
                static_cast<std::size_t>(energies));
            places.ends += counts * levels;
            energies = 1;
        }
    }
    return places;
}

// Equation PE-7. An item is a line. Every state is written once and read by a sliding minimum
// (each level enters and leaves a queue once), so time is a few operations a state; decisions take
// 2 B a state. Bound by the latency of the queue, not by memory.
struct Search {
    const std::int64_t* first_block;
    const double* step;
    const int* most_changes;
    const std::int64_t* first_level;
    const double* low;
    const double* change_max;
    const char* counted;
    const char* day_begins;
    const std::int64_t* energy;
    const std::int64_t* end_first;
    const double* end_cost;
    const double* cost;
    double* value;
    std::int64_t* level;

    // Work, each with the place where a line's part begins.
    const std::int64_t* layer_first; ///< two layers and one row of counts x levels
    double* layer;
    const std::int64_t* decision_first; ///< all layers and one row
    std::int16_t* decision;
    const std::int64_t* end_first_choice;
    std::int32_t* end_choice;
    const std::int64_t* queue_first; ///< five lists of levels
    std::int32_t* queue;

    static constexpr double none = std::numeric_limits<double>::infinity();

    KOKKOS_INLINE_FUNCTION std::int64_t levels(std::int64_t b) const {
        return first_level[b + 1] - first_level[b];
    }
    KOKKOS_INLINE_FUNCTION bool ends(std::int64_t b) const {
        return end_first[b + 1] > end_first[b];
    }

    /// Levels of the block before from which each level of block b can be reached, [from, to], and
    /// the one with the same power (-1: none).
    KOKKOS_INLINE_FUNCTION void find_windows(std::int64_t b, double width, std::int32_t* from,
                                             std::int32_t* to, std::int32_t* equal) const {
        const auto last = static_cast<double>(levels(b - 1) - 1);
        for (std::int64_t i = 0; i < levels(b); ++i) {
            const double at = (low[b] - low[b - 1]) / width + static_cast<double>(i);
            const double reach = change_max[b] / width;
            from[i] = static_cast<std::int32_t>(
                std::fmin(last + 1.0, std::fmax(0.0, std::ceil(at - reach - same))));
            to[i] = static_cast<std::int32_t>(
                std::fmax(-1.0, std::fmin(last, std::floor(at + reach + same))));
            const double near = std::floor(at + 0.5);
            const bool there = near >= 0.0 && near <= last && std::fabs(near - at) < same;
            equal[i] = there ? static_cast<std::int32_t>(near) : -1;
        }
    }

    /// For each level of a block the least of `before` within its window: where best[i] is larger,
    /// it and choice[i] = level x counts + count are replaced.
    KOKKOS_INLINE_FUNCTION static void slide(const double* before, std::int64_t n,
                                             const std::int32_t* from, const std::int32_t* to,
                                             std::int64_t counts, std::int64_t count,
                                             std::int32_t* waiting, double* best,
                                             std::int16_t* choice) {
        std::int64_t head = 0;
        std::int64_t tail = 0;
        std::int32_t next = 0;
        for (std::int64_t i = 0; i < n; ++i) {
            for (; next <= to[i]; ++next) {
                while (tail > head && before[waiting[tail - 1]] >= before[next]) {
                    --tail;
                }
                waiting[tail++] = next;
            }
            while (tail > head && waiting[head] < from[i]) {
                ++head;
            }
            if (tail > head && before[waiting[head]] < best[i]) {
                best[i] = before[waiting[head]];
                choice[i] = static_cast<std::int16_t>(waiting[head] * counts + count);
            }
        }
    }

    /// Counts of changes start anew: all that was is kept with count 0; where it was best is
    /// remembered in `from_count`.
    KOKKOS_INLINE_FUNCTION static void
    forget_counts(double* before, std::int64_t n, std::int64_t counts, std::int32_t* from_count) {
        for (std::int64_t j = 0; j < n; ++j) {
            from_count[j] = 0;
            for (std::int64_t c = 1; c < counts; ++c) {
                if (before[c * n + j] < before[j]) {
                    before[j] = before[c * n + j];
                    from_count[j] = static_cast<std::int32_t>(c);
                }
                before[c * n + j] = none;
            }
        }
    }

    /// The work of one line while it is searched.
    struct Work {
        double* before;
        double* now;
        double* best;         ///< one row
        std::int16_t* chosen; ///< one row
        std::int16_t* choice; ///< of the layer
        std::int32_t* from;
        std::int32_t* to;
        std::int32_t* equal;
        std::int32_t* waiting;
        std::int32_t* from_count;
    };

    /// From the layer of one energy before block b to the layer of block b, costs left out.
    KOKKOS_INLINE_FUNCTION void reach(std::int64_t b, std::int64_t counts, double* before,
                                      const Work& work) const {
        const std::int64_t n = levels(b);
        const std::int64_t m = levels(b - 1);
        const bool limited = counts > 1 && counted[b] != 0;
        for (std::int64_t c = 0; c < counts; ++c) {
            double* to_best = work.best + c * n;
            std::int16_t* to_choice = work.chosen + c * n;
            for (std::int64_t i = 0; i < n; ++i) {
                to_best[i] = none;
                to_choice[i] = 0;
            }
            if (!limited) {
                slide(before + c * m, n, work.from, work.to, counts, c, work.waiting, to_best,
                      to_choice);
                continue;
            }
            for (std::int64_t i = 0; i < n; ++i) {
                if (work.equal[i] >= 0) {
                    to_best[i] = before[c * m + work.equal[i]];
                    to_choice[i] = static_cast<std::int16_t>(work.equal[i] * counts + c);
                }
            }
            if (c > 0) {
                slide(before + (c - 1) * m, n, work.from, work.to, counts, c - 1, work.waiting,
                      to_best, to_choice);
            }
        }
    }

    /// Adds to layer `now` of block b what is reached from energy e of the layer before.
    KOKKOS_INLINE_FUNCTION void advance(std::int64_t b, std::int64_t counts, std::int64_t e,
                                        const Work& work) const {
        const std::int64_t n = levels(b);
        const std::int64_t m = levels(b - 1);
        const double* own = cost + first_level[b];
        double* from_row = work.before + e * counts * m;
        const bool anew = counts > 1 && day_begins[b] != 0;
        if (anew) {
            forget_counts(from_row, m, counts, work.from_count);
        }
        reach(b, counts, from_row, work);
        for (std::int64_t c = 0; c < counts; ++c) {
            for (std::int64_t i = 0; i < n; ++i) {
                const double sum = work.best[c * n + i] + own[i];
                const std::int64_t k = ((e + energy[b] * i) * counts + c) * n + i;
                if (sum < work.now[k]) {
                    work.now[k] = sum;
                    std::int64_t code = work.chosen[c * n + i];
                    if (anew) {
                        code += work.from_count[code / counts];
                    }
                    work.choice[k] = static_cast<std::int16_t>(code);
                }
            }
        }
    }

    /// The period ends with block b: each count and level keeps its best energy.
    KOKKOS_INLINE_FUNCTION void close_period(std::int64_t b, std::int64_t row,
                                             std::int64_t energies, double* now,
                                             std::int32_t* ended) const {
        const double* price = end_cost + end_first[b];
        for (std::int64_t k = 0; k < row; ++k) {
            double best = none;
            ended[k] = 0;
            for (std::int64_t e = 0; e < energies; ++e) {
                if (now[e * row + k] + price[e] < best) {
                    best = now[e * row + k] + price[e];
                    ended[k] = static_cast<std::int32_t>(e);
                }
            }
            now[k] = best;
        }
    }

    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t line) const {
        const std::int64_t begin = first_block[line];
        const std::int64_t end = first_block[line + 1];
        value[line] = 0.0;
        if (begin == end) {
            return;
        }
        const std::int64_t counts = most_changes[line] + 1;
        const std::int64_t wide = (queue_first[line + 1] - queue_first[line]) / 5;
        const std::int64_t half = (layer_first[line + 1] - layer_first[line] - counts * wide) / 2;
        Work work{};
        work.before = layer + layer_first[line];
        work.now = work.before + half;
        work.best = work.now + half;
        work.choice = decision + decision_first[line];
        work.chosen = decision + decision_first[line + 1] - counts * wide;
        work.from = queue + queue_first[line];
        work.to = work.from + wide;
        work.equal = work.to + wide;
        work.waiting = work.equal + wide;
        work.from_count = work.waiting + wide;
        std::int32_t* ended = end_choice + end_first_choice[line];

        std::int64_t energies = 1; // of the layer before
        for (std::int64_t b = begin; b < end; ++b) {
            const std::int64_t n = levels(b);
            const std::int64_t reached = energies + energy[b] * (n - 1);
            for (std::int64_t k = 0; k < reached * counts * n; ++k) {
                work.now[k] = none;
                work.choice[k] = 0;
            }
            if (b == begin) {
                for (std::int64_t i = 0; i < n; ++i) {
                    work.now[energy[b] * i * counts * n + i] = cost[first_level[b] + i];
                }
            } else {
                find_windows(b, step[line], work.from, work.to, work.equal);
                for (std::int64_t e = 0; e < energies; ++e) {
                    advance(b, counts, e, work);
                }
            }
            energies = reached;
            if (ends(b)) {
                close_period(b, counts * n, energies, work.now, ended);
                ended += counts * n;
                energies = 1;
            }
            work.choice += reached * counts * n;
            double* swap = work.before;
            work.before = work.now;
            work.now = swap;
        }
        walk_back(line, energies, work, ended);
    }

    /// Reads the best plan off the decisions, last block first. `before`, `choice` and `ended`
    /// stand behind the last block.
    KOKKOS_INLINE_FUNCTION void walk_back(std::ptrdiff_t line, std::int64_t energies, Work& work,
                                          const std::int32_t* ended) const {
        const std::int64_t begin = first_block[line];
        const std::int64_t counts = most_changes[line] + 1;
        std::int64_t b = first_block[line + 1] - 1;
        std::int64_t at = 0; // of the last layer: (energy x counts + count) x levels + level
        for (std::int64_t k = 1; k < energies * counts * levels(b); ++k) {
            at = work.before[k] < work.before[at] ? k : at;
        }
        value[line] = work.before[at];
        if (!(value[line] < none)) {
            for (b = begin; b < first_block[line + 1]; ++b) {
                level[b] = -1;
            }
            return;
        }
        std::int64_t e = at / (counts * levels(b));
        std::int64_t k = at % (counts * levels(b)); // count x levels + level
        for (; b >= begin; --b) {
            const std::int64_t n = levels(b);
            if (ends(b)) {
                ended -= counts * n;
                e = ended[k];
                energies = layer_energies(begin, b);
            }
            work.choice -= energies * counts * n;
            level[b] = k % n;
            const std::int64_t code = work.choice[e * counts * n + k];
            e -= energy[b] * level[b];
            energies -= energy[b] * (n - 1);
            if (b > begin) {
                k = code % counts * levels(b - 1) + code / counts;
            }
        }
    }

    /// How many energies the layer of block b distinguishes.
    KOKKOS_INLINE_FUNCTION std::int64_t layer_energies(std::int64_t begin, std::int64_t b) const {
        std::int64_t energies = 1 + energy[b] * (levels(b) - 1);
        for (std::int64_t a = b - 1; a >= begin && !ends(a); --a) {
            energies += energy[a] * (levels(a) - 1);
        }
        return energies;
    }
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

void require_lines(const LevelLines& lines) {
    if (lines.first_block.empty() || lines.first_level.empty()) {
        throw std::invalid_argument("first_block and first_level begin with 0");
    }
    const std::size_t count = lines.first_block.size() - 1;
    const std::size_t blocks = lines.first_level.size() - 1;
    detail::require_size("blocks of lines", blocks,
                         static_cast<std::size_t>(lines.first_block.back()));
    detail::require_size("step", lines.step.size(), count);
    detail::require_size("most_changes", lines.most_changes.size(), count);
    detail::require_size("low", lines.low.size(), blocks);
    detail::require_size("change_max", lines.change_max.size(), blocks);
    detail::require_size("counted", lines.counted.size(), blocks);
    detail::require_size("day_begins", lines.day_begins.size(), blocks);
    detail::require_size("energy", lines.energy.size(), blocks);
    detail::require_size("end_first", lines.end_first.size(), blocks + 1);
    detail::require_size("end_cost", lines.end_cost.size(),
                         static_cast<std::size_t>(lines.end_first.back()));
}

} // namespace

std::int64_t level_states(const LevelLines& lines) {
    require_lines(lines);
    std::int64_t states = 0;
    for (std::size_t line = 0; line + 1 < lines.first_block.size(); ++line) {
        states += places_of(lines, line).decisions;
    }
    return states;
}

void level_plans(const LevelLines& lines, std::span<const double> cost, std::span<double> value,
                 std::span<std::int64_t> level) {
    require_lines(lines);
    const std::size_t count = lines.first_block.size() - 1;
    detail::require_size("cost", cost.size(), static_cast<std::size_t>(lines.first_level.back()));
    detail::require_size("value", value.size(), count);
    detail::require_size("level", level.size(), lines.first_level.size() - 1);
    std::vector<Places> places;
    for (std::size_t line = 0; line < count; ++line) {
        places.push_back(places_of(lines, line));
        if (places.back().widest * (lines.most_changes[line] + 1) >
            std::numeric_limits<std::int16_t>::max()) {
            throw std::invalid_argument("a line has too many levels and changes");
        }
    }
    const auto row = [&](std::size_t line) {
        return (lines.most_changes[line] + 1) * places[line].widest;
    };
    const auto layers =
        deal_out(count, [&](std::size_t l) { return 2 * places[l].layer + row(l); });
    const auto decisions =
        deal_out(count, [&](std::size_t l) { return places[l].decisions + row(l); });
    const auto ends = deal_out(count, [&](std::size_t l) { return places[l].ends; });
    const auto queues = deal_out(count, [&](std::size_t l) { return 5 * places[l].widest; });
    const auto first_block = detail::to_device("lines", lines.first_block);
    const auto step = detail::to_device("steps", lines.step);
    const auto most = detail::to_device("most changes", lines.most_changes);
    const auto first_level = detail::to_device("levels", lines.first_level);
    const auto low = detail::to_device("lowest powers", lines.low);
    const auto change = detail::to_device("largest changes", lines.change_max);
    const auto counted = detail::to_device("counted changes", lines.counted);
    const auto begins = detail::to_device("beginnings of days", lines.day_begins);
    const auto energy = detail::to_device("energies", lines.energy);
    const auto end_first = detail::to_device("ends of periods", lines.end_first);
    const auto end_cost = detail::to_device("costs of energies", lines.end_cost);
    const auto costs = detail::to_device("costs of levels", cost);
    const auto values = detail::output_on_device("values", value);
    const auto chosen = detail::output_on_device("levels chosen", level);
    const auto layer_first = detail::to_device("places of layers", detail::read(layers));
    const auto decision_first = detail::to_device("places of decisions", detail::read(decisions));
    const auto end_place = detail::to_device("places of ends", detail::read(ends));
    const auto queue_first = detail::to_device("places of queues", detail::read(queues));
    const auto layer = detail::scratch<double>("layers", layers.back());
    const auto decision = detail::scratch<std::int16_t>("decisions", decisions.back());
    const auto end_choice = detail::scratch<std::int32_t>("ends", ends.back());
    const auto queue = detail::scratch<std::int32_t>("queues", queues.back());
    Kokkos::parallel_for("levels", Range(0, detail::length(count)), Search{first_block.data(),
                                                                           step.data(),
                                                                           most.data(),
                                                                           first_level.data(),
                                                                           low.data(),
                                                                           change.data(),
                                                                           counted.data(),
                                                                           begins.data(),
                                                                           energy.data(),
                                                                           end_first.data(),
                                                                           end_cost.data(),
                                                                           costs.data(),
                                                                           values.data(),
                                                                           chosen.data(),
                                                                           layer_first.data(),
                                                                           layer.data(),
                                                                           decision_first.data(),
                                                                           decision.data(),
                                                                           end_place.data(),
                                                                           end_choice.data(),
                                                                           queue_first.data(),
                                                                           queue.data()});
    detail::to_host(values, value);
    detail::to_host(chosen, level);
}

} // namespace longyang::kernels
