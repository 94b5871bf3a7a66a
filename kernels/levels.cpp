#include "kernels/levels.hpp"

#include "kernels/detail/level_lines.hpp"

#include <algorithm>
#include <limits>
#include <vector>

namespace longyang::kernels {
namespace {

using detail::Range;

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
    detail::LinesView lines;
    const std::int64_t* energy;
    const std::int64_t* end_first;
    const double* end_cost;
    const double* cost;
    const double* rest; ///< null: nothing is left out
    const std::int64_t* rest_first;
    const double* rest_per_energy;
    const double* ceiling;
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

    KOKKOS_INLINE_FUNCTION bool ends(std::int64_t b) const {
        return end_first[b + 1] > end_first[b];
    }

    /// Counts of changes start anew: the best of all that was is kept with count 0; where it was
    /// best is remembered in `from_count`.
    KOKKOS_INLINE_FUNCTION static void
    forget_counts(double* before, std::int64_t n, std::int64_t counts, std::int32_t* from_count) {
        for (std::int64_t j = 0; j < n; ++j) {
            from_count[j] = 0;
            for (std::int64_t c = 1; c < counts; ++c) {
                if (before[c * n + j] < before[j]) {
                    before[j] = before[c * n + j];
                    from_count[j] = static_cast<std::int32_t>(c);
                }
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
        detail::LevelWindows windows;
        std::int32_t* waiting;
        std::int32_t* from_count;
    };

    /// What of a layer there is: energies in which there are states, [low, high), and the numbers
    /// of changes that can have been made, [0, counts). The rest of a layer is not to be read.
    struct Reached {
        std::int64_t low = 0, high = 0;
        std::int64_t counts = 1;
    };

    /// Whether a plan that has energy e after block b may cost no more than the ceiling.
    KOKKOS_INLINE_FUNCTION bool open(std::ptrdiff_t line, std::int64_t b, std::int64_t e,
                                     std::int64_t made, const double* layer_of_b) const {
        if (rest == nullptr) {
            return true;
        }
        const std::int64_t counts = lines.most_changes[line] + 1;
        const std::int64_t row = made * lines.levels(b);
        const double* so_far = layer_of_b + e * counts * lines.levels(b);
        const double* ahead =
            rest + rest_first[line] +
            counts * (lines.first_level[b] - lines.first_level[lines.first_block[line]]);
        double least = detail::impossible;
        for (std::int64_t k = 0; k < row; ++k) {
            const double all = so_far[k] + ahead[k];
            least = all < least ? all : least;
        }
        return least + rest_per_energy[b] * static_cast<double>(e) <= ceiling[line];
    }

    /// Whether changes into block b are among those of which a day may have only so many.
    KOKKOS_INLINE_FUNCTION bool limited(std::int64_t b, std::int64_t counts) const {
        return counts > 1 && lines.counted[b] != 0;
    }

    /// From the layer of one energy before block b, where up to `had` - 1 changes have been made,
    /// to the layer of block b, costs left out.
    KOKKOS_INLINE_FUNCTION void reach(std::int64_t b, std::int64_t counts, std::int64_t had,
                                      std::int64_t got, double* before, const Work& work) const {
        const std::int64_t n = lines.levels(b);
        const std::int64_t m = lines.levels(b - 1);
        const bool one_more = limited(b, counts);
        for (std::int64_t c = 0; c < got; ++c) {
            double* to_best = work.best + c * n;
            std::int16_t* to_choice = work.chosen + c * n;
            for (std::int64_t i = 0; i < n; ++i) {
                to_best[i] = detail::impossible;
                to_choice[i] = 0;
            }
            // From count `of`, where that is better.
            const auto take_from = [&](std::int64_t of, std::int64_t i, std::int32_t j) {
                if (before[of * m + j] < to_best[i]) {
                    to_best[i] = before[of * m + j];
                    to_choice[i] = static_cast<std::int16_t>(j * counts + of);
                }
            };
            if (one_more && c < had) {
                for (std::int64_t i = 0; i < n; ++i) {
                    if (work.windows.equal[i] >= 0) {
                        take_from(c, i, work.windows.equal[i]);
                    }
                }
            }
            const std::int64_t of = one_more ? c - 1 : c;
            if (of >= 0) {
                detail::slide(before + of * m, n, work.windows, work.waiting,
                              [&](std::int64_t i, std::int32_t j) { take_from(of, i, j); });
            }
        }
    }

    KOKKOS_INLINE_FUNCTION bool begins_anew(std::int64_t b, std::int64_t counts) const {
        return counts > 1 && lines.day_begins[b] != 0;
    }

    /// Adds to layer `now` of block b what is reached from energy e of the layer before.
    KOKKOS_INLINE_FUNCTION void advance(std::int64_t b, std::int64_t counts, std::int64_t had,
                                        std::int64_t got, std::int64_t e, const Work& work) const {
        const std::int64_t n = lines.levels(b);
        const std::int64_t m = lines.levels(b - 1);
        const double* own = cost + lines.first_level[b];
        double* from_row = work.before + e * counts * m;
        const bool anew = begins_anew(b, counts);
        if (anew) {
            forget_counts(from_row, m, had, work.from_count);
        }
        reach(b, counts, anew ? 1 : had, got, from_row, work);
        for (std::int64_t c = 0; c < got; ++c) {
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
    KOKKOS_INLINE_FUNCTION void close_period(std::int64_t b, std::int64_t row, Reached there,
                                             double* now, std::int32_t* ended) const {
        const double* price = end_cost + end_first[b];
        for (std::int64_t k = 0; k < there.counts * lines.levels(b); ++k) {
            double best = detail::impossible;
            ended[k] = 0;
            for (std::int64_t e = there.low; e < there.high; ++e) {
                if (now[e * row + k] + price[e] < best) {
                    best = now[e * row + k] + price[e];
                    ended[k] = static_cast<std::int32_t>(e);
                }
            }
            now[k] = best;
        }
    }

    /// From the layer of block b - 1 to that of block b; the energies that are reached.
    KOKKOS_INLINE_FUNCTION Reached step_to(std::ptrdiff_t line, std::int64_t b, Reached had,
                                           Work& work) const {
        const std::int64_t counts = lines.most_changes[line] + 1;
        const std::int64_t n = lines.levels(b);
        const double width = lines.step[line];
        work.windows.find(n, lines.levels(b - 1), (lines.low[b] - lines.low[b - 1]) / width,
                          lines.change_max[b] / width);
        const std::int64_t kept = begins_anew(b, counts) ? 1 : had.counts;
        Reached got;
        got.counts = limited(b, counts) && kept < counts ? kept + 1 : kept;
        for (std::int64_t e = had.low; e < had.high; ++e) {
            if (!open(line, b - 1, e, had.counts, work.before)) {
                continue;
            }
            if (got.high == 0) {
                got.low = got.high = e;
            }
            const std::int64_t highest = e + energy[b] * (n - 1);
            clear(counts * n, got.counts * n, got.high, highest + 1, work);
            got.high = highest + 1;
            advance(b, counts, had.counts, got.counts, e, work);
        }
        return got;
    }

    /// The first `used` states of each energy.
    KOKKOS_INLINE_FUNCTION static void clear(std::int64_t row, std::int64_t used, std::int64_t from,
                                             std::int64_t to, const Work& work) {
        for (std::int64_t e = from; e < to; ++e) {
            for (std::int64_t k = e * row; k < e * row + used; ++k) {
                work.now[k] = detail::impossible;
                work.choice[k] = 0;
            }
        }
    }

    KOKKOS_INLINE_FUNCTION void operator()(std::ptrdiff_t line) const {
        const std::int64_t begin = lines.first_block[line];
        const std::int64_t end = lines.first_block[line + 1];
        value[line] = 0.0;
        if (begin == end) {
            return;
        }
        const std::int64_t counts = lines.most_changes[line] + 1;
        const std::int64_t wide = (queue_first[line + 1] - queue_first[line]) / 5;
        const std::int64_t half = (layer_first[line + 1] - layer_first[line] - counts * wide) / 2;
        Work work{};
        work.before = layer + layer_first[line];
        work.now = work.before + half;
        work.best = work.now + half;
        work.choice = decision + decision_first[line];
        work.chosen = decision + decision_first[line + 1] - counts * wide;
        std::int32_t* lists = queue + queue_first[line];
        work.windows = detail::LevelWindows{lists, lists + wide, lists + 2 * wide};
        work.waiting = lists + 3 * wide;
        work.from_count = lists + 4 * wide;
        std::int32_t* ended = end_choice + end_first_choice[line];

        std::int64_t energies = 1; // of the layer before
        Reached there{0, 1, 1};
        for (std::int64_t b = begin; b < end; ++b) {
            const std::int64_t n = lines.levels(b);
            const std::int64_t reached = energies + energy[b] * (n - 1);
            if (b == begin) {
                there = {0, reached, 1};
                clear(counts * n, n, 0, reached, work);
                for (std::int64_t i = 0; i < n; ++i) {
                    work.now[energy[b] * i * counts * n + i] = cost[lines.first_level[b] + i];
                }
            } else {
                there = step_to(line, b, there, work);
            }
            energies = reached;
            if (ends(b)) {
                close_period(b, counts * n, there, work.now, ended);
                ended += counts * n;
                energies = 1;
                there = {0, 1, there.counts};
            }
            work.choice += reached * counts * n;
            double* swap = work.before;
            work.before = work.now;
            work.now = swap;
        }
        walk_back(line, energies, there, work, ended);
    }

    /// Reads the best plan off the decisions, last block first. `before`, `choice` and `ended`
    /// stand behind the last block.
    KOKKOS_INLINE_FUNCTION void walk_back(std::ptrdiff_t line, std::int64_t energies, Reached there,
                                          Work& work, const std::int32_t* ended) const {
        const std::int64_t begin = lines.first_block[line];
        const std::int64_t counts = lines.most_changes[line] + 1;
        std::int64_t b = lines.first_block[line + 1] - 1;
        std::int64_t at = -1; // of the last layer: (energy x counts + count) x levels + level
        value[line] = detail::impossible;
        const std::int64_t row = counts * lines.levels(b);
        for (std::int64_t e = there.low; e < there.high; ++e) {
            for (std::int64_t k = e * row; k < e * row + there.counts * lines.levels(b); ++k) {
                if (work.before[k] < value[line]) {
                    at = k;
                    value[line] = work.before[k];
                }
            }
        }
        if (at < 0) {
            for (b = begin; b < lines.first_block[line + 1]; ++b) {
                level[b] = -1;
            }
            return;
        }
        std::int64_t e = at / (counts * lines.levels(b));
        std::int64_t k = at % (counts * lines.levels(b)); // count x levels + level
        for (; b >= begin; --b) {
            const std::int64_t n = lines.levels(b);
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
                k = code % counts * lines.levels(b - 1) + code / counts;
            }
        }
    }

    /// How many energies the layer of block b distinguishes.
    KOKKOS_INLINE_FUNCTION std::int64_t layer_energies(std::int64_t begin, std::int64_t b) const {
        std::int64_t energies = 1 + energy[b] * (lines.levels(b) - 1);
        for (std::int64_t a = b - 1; a >= begin && !ends(a); --a) {
            energies += energy[a] * (lines.levels(a) - 1);
        }
        return energies;
    }
};

} // namespace

std::int64_t level_states(const LevelLines& lines) {
    detail::require_lines(lines);
    std::int64_t states = 0;
    for (std::size_t line = 0; line + 1 < lines.first_block.size(); ++line) {
        states += places_of(lines, line).decisions;
    }
    return states;
}

void level_plans(const LevelLines& lines, std::span<const double> cost, std::span<double> value,
                 std::span<std::int64_t> level, const LevelBounds& bounds) {
    detail::require_lines(lines);
    const std::size_t count = lines.first_block.size() - 1;
    const std::vector<std::int64_t> firsts = detail::rests_of(lines);
    if (!bounds.rest.empty()) {
        detail::require_size("rests", bounds.rest.size(), static_cast<std::size_t>(firsts.back()));
        detail::require_size("rests of energies", bounds.per_energy.size(),
                             lines.first_level.size() - 1);
        detail::require_size("ceilings", bounds.ceiling.size(), count);
    }
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
        detail::deal_out(count, [&](std::size_t l) { return 2 * places[l].layer + row(l); });
    const auto decisions =
        detail::deal_out(count, [&](std::size_t l) { return places[l].decisions + row(l); });
    const auto ends = detail::deal_out(count, [&](std::size_t l) { return places[l].ends; });
    const auto queues =
        detail::deal_out(count, [&](std::size_t l) { return 5 * places[l].widest; });
    const detail::LinesOnDevice on_device(lines);
    const auto energy = detail::to_device("energies", lines.energy);
    const auto end_first = detail::to_device("ends of periods", lines.end_first);
    const auto end_cost = detail::to_device("costs of energies", lines.end_cost);
    const auto costs = detail::to_device("costs of levels", cost);
    const auto rests = detail::to_device("rests", bounds.rest);
    const auto rest_first = detail::to_device("places of rests", detail::read(firsts));
    const auto rest_per_energy = detail::to_device("rests of energies", bounds.per_energy);
    const auto ceiling = detail::to_device("ceilings", bounds.ceiling);
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
    Kokkos::parallel_for("levels", Range(0, detail::length(count)),
                         Search{on_device.view(), energy.data(), end_first.data(), end_cost.data(),
                                costs.data(), bounds.rest.empty() ? nullptr : rests.data(),
                                rest_first.data(), rest_per_energy.data(), ceiling.data(),
                                values.data(), chosen.data(), layer_first.data(), layer.data(),
                                decision_first.data(), decision.data(), end_place.data(),
                                end_choice.data(), queue_first.data(), queue.data()});
    detail::to_host(values, value);
    detail::to_host(chosen, level);
}

} // namespace longyang::kernels
